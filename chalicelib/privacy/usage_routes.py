"""The page that says how much a company met."""

from chalicelib.accounts import members
from chalicelib.accounts.roles import Power
from chalicelib.doors import Answer, Door, Page, Request

from . import usage

routes = Door(__name__)


@routes.page("/company/usage")
def usage_page(request: Request) -> Answer:
    """Meetings, participants and minutes by month."""
    account = request.account
    members.require(account, Power.USAGE)
    return Page("pages/company_usage.html", {"lines": list(usage.lines(account.company))})
