"""A letter from its first word to the last mail, as operator and schedules do it."""

from chalicelib.consents import issues
from chalicelib.consents.issues import Draft
from chalicelib.consents.models import NewsletterIssue
from chalicelib.mailing import actions as mailing
from chalicelib.mailing import tallies
from chalicelib.register import Words

DRAFT = Draft(Words("Nouveautés", "News"), Words("Un mot.\n\nEncore un.", "A word.\n\nOne more."), "/prices")


def a_letter(*segments: str, draft: Draft = DRAFT) -> NewsletterIssue:
    """One that is under way, to everybody unless said otherwise; nothing is written yet."""
    item = issues.write(draft, "Chloé Martin")
    issues.begin(item, list(segments or issues.SEGMENTS), "Chloé Martin")
    return item


def send() -> int:
    """To everybody who may get it, handed to the carrier. Returns how many mails were written."""
    item = a_letter()
    issues.carry_on()
    mailing.send_due()
    return int(tallies.of(item.id).queued)
