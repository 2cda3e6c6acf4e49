"""The job: ``python -m media_workers.compose``. One file, then it ends.

``IBOO_COMPOSE_URL``: of the functions. ``IBOO_COMPOSE_FILE`` and ``IBOO_COMPOSE_TOKEN``: which file, and what lets the
job fetch its brief, once. No key and no name is ever in its environment or in what it logs.
"""

import base64
import logging
import os
import sys
from collections.abc import Mapping
from contextlib import suppress

from chalicelib.signalling.messages import MessageError
from media_workers import logs
from media_workers.compose.composer import compose
from media_workers.compose.functions import Functions, Heart, NotWanted, OutOfReach
from media_workers.compose.output import SealedFile
from media_workers.compose.tape import Reels, Shelf, Unreadable

logger = logging.getLogger(__name__)


def work(functions: Functions) -> int:
    """0 when the file is stored, or nobody wants it any more; 1 when it could not be made, which the functions are
    told."""
    try:
        brief = functions.claim()
    except (NotWanted, OutOfReach, MessageError):
        logger.error("there is no such job")
        return 1
    reels, shelf = Reels(brief, functions), Shelf(functions)
    try:
        with Heart(functions) as heart:
            out = SealedFile(brief.recording, brief.file, base64.b64decode(brief.key), shelf.put)
            compose(brief, reels, out, heart)
            shelf.close()
        functions.finish(out.chunks, out.size)
    except NotWanted:
        logger.info("the file is not wanted any more")
        return 0
    except Exception as fault:  # whatever it was, the organiser hears that it failed, and may try again
        logger.exception("the file could not be made")
        with suppress(NotWanted, OutOfReach):
            functions.fail("unreadable" if isinstance(fault, Unreadable) else "broken")
        return 1
    finally:
        reels.close()
    logger.info("the file is made")
    return 0


def main(environment: Mapping[str, str]) -> int:
    """As `work`; 2 when the environment lacks something."""
    logs.start(environment.get("IBOO_COMPOSE_LOG_LEVEL", "INFO").upper())
    try:
        url, file, token = (environment[f"IBOO_COMPOSE_{name}"] for name in ("URL", "FILE", "TOKEN"))
    except KeyError as missing:
        logger.error("%s is not set", missing)
        return 2
    return work(Functions(url, file, token))


if __name__ == "__main__":
    sys.exit(main(os.environ))
