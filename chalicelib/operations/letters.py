"""What a company's owner and administrators are told of an operator's act."""

from chalicelib import pages, settings, storage
from chalicelib.accounts import members, roles
from chalicelib.accounts.links import address
from chalicelib.accounts.models import Company
from chalicelib.mailing import actions as mailing
from chalicelib.mailing.actions import Mail


def suspended(company: str, cause: str) -> None:
    """The rooms are closed, and why."""
    _send("company_suspended", company, cause=cause)


def reinstated(company: str) -> None:
    """The rooms are open again."""
    _send("company_reinstated", company)


def trial_extended(company: str, until: int) -> None:
    """The trial lasts longer."""
    _send("trial_extended", company, until=until)


def _send(name: str, company: str, **values: object) -> None:
    found = storage.get(Company, f"company#{company}", "company")
    shown = found.name if found else ""
    heads = [one for one in members.accounts_of(company) if roles.may(one.role, roles.Power.MEMBERS)]
    mails = []
    for one in heads:
        reader = pages.Reader(pages.pick_language(None, None, one.language), timezone=one.timezone)
        link_to = address("/company")
        letter = pages.render_mail(name, [reader], company=shown, link_to=link_to, **values)
        mails.append(Mail(to=one.email, letter=letter, purpose=name, reply_to=settings.get("CONTACT_EMAIL")))
    mailing.post(mails)
