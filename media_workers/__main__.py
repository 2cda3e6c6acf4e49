"""``python -m media_workers``: a worker process, compiled where it can be (`media_workers.compiled`)."""

import sys

from media_workers import compiled

if __name__ == "__main__":
    compiled.use()
    from media_workers.serving import main  # not before: it imports what may be compiled

    sys.exit(main())
