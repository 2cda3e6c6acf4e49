"""Logs as one JSON object per line. Ids in them are opaque; names, addresses and what people say never get here."""

import json
import logging
import time


class Json(logging.Formatter):
    """``at`` in UTC, ``level``, ``logger``, ``message`` and, with a failure, ``fault`` (the traceback)."""

    def format(self, record: logging.LogRecord) -> str:
        """One line."""
        at = time.strftime("%Y-%m-%dT%H:%M:%S", time.gmtime(record.created))
        line = {
            "at": f"{at}.{int(record.msecs):03}Z",
            "level": record.levelname,
            "logger": record.name,
            "message": record.getMessage(),
        }
        if record.exc_info:
            line["fault"] = self.formatException(record.exc_info)
        return json.dumps(line, ensure_ascii=False)


def start(level: str) -> None:
    """Sends everything to standard error in that form. Raises `ValueError` for a level that is none."""
    handler = logging.StreamHandler()
    handler.setFormatter(Json())
    logging.basicConfig(level=level, handlers=[handler])
    for library in ("aiortc", "aioice"):
        logging.getLogger(library).setLevel(logging.WARNING)
