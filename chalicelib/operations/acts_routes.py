"""What Iboo's operators did about a company, for its own people to read."""

from chalicelib.accounts.members import require
from chalicelib.accounts.roles import Power
from chalicelib.billing import acts
from chalicelib.doors import Answer, Door, Page, Request

from .frame import act_words

routes = Door(__name__)


@routes.page("/company/interventions")
def interventions(request: Request) -> Answer:
    """Each act of the last twelve months, with its reason; the operator's name stays with us."""
    account = request.account
    require(account, Power.DATA)
    found = [
        {"at": int(one.at), "words": act_words(request, one.act), "reason": one.reason}
        for one in acts.concerning(account.company)
    ]
    return Page("pages/company_interventions.html", {"acts": found})
