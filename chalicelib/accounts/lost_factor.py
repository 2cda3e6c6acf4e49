"""The second factor of an owner who has lost it, recovery codes too: nobody in the company can reset that one.

python -m chalicelib.accounts.lost_factor anne@example.fr

Make sure first that it is that person, by other means than the mailbox alone. They are signed out and told by mail.
"""

import sys
from collections.abc import Sequence

from chalicelib import log

from . import actions, factors


def main(arguments: Sequence[str]) -> int:
    """0 when done; 2 for a wrong command, or an address without an account or without a second factor."""
    account = actions.by_email(arguments[0]) if len(arguments) == 1 else None
    if account is None or not factors.has(account.id):
        sys.stderr.write(f"{__doc__}\n" if account is None else "This account has no second factor.\n")
        return 2
    factors.reset(account, "us")
    log.info("factor_reset", account=account.id)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
