"""The functions' process: ``chalice local`` with two settings of its server that a front in between needs.

Without TCP_NODELAY a small answer waits up to 40 ms for an acknowledgement (headers and body are two writes); a
queue of five connections is soon full.
"""

import sys

from chalice.cli import main
from chalice.local import ChaliceRequestHandler, ThreadedHTTPServer


def run() -> int:
    """Arguments are those of the chalice command."""
    ChaliceRequestHandler.disable_nagle_algorithm = True
    ThreadedHTTPServer.request_queue_size = 128
    return main()


if __name__ == "__main__":
    sys.exit(run())
