"""The meetings' clock: reminders, the end of meetings whose time is used up, the mailbox of answers."""

from chalice.app import Blueprint, CloudWatchEvent

from . import inbox, reminding, repair, scheduling

routes = Blueprint(__name__)


@routes.schedule("rate(1 minute)", name="meeting_minute")
def meeting_minute(event: CloudWatchEvent) -> None:
    """Reminds of meetings that are near; ends those past their plan's minutes; puts out who should not be inside."""
    reminding.remind_due()
    scheduling.end_overdue()
    repair.put_right()


@routes.schedule("rate(1 minute)", name="mail_answers")
def mail_answers(event: CloudWatchEvent) -> None:
    """Reads what came back to our invitations."""
    inbox.take_in()
