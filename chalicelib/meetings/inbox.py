"""What comes back to the address our mails come from: reports of carriers, answers of calendars, and what people write.

The mailbox is read by the schedule; what is read there is deleted there, whatever it was. A report or an answer leaves
one word at the invitation. What an invited person writes goes on to the host and is not kept. To everybody else we say
once a day where we read; never to a program, which might answer in turn (RFC 3834).
"""

import re
from email import message_from_bytes, policy
from email.message import EmailMessage
from email.utils import parseaddr

from chalicelib import log, pages, settings, storage, throttle
from chalicelib.accounts.rules import email_address
from chalicelib.errors import NotFound, TooMany
from chalicelib.gateways import mailbox
from chalicelib.mailing import actions as mailing
from chalicelib.mailing import addresses, bounces, deliveries
from chalicelib.mailing.actions import Mail

from . import announcing, organisers, replies, reply_file, written
from .models import Invitation, Meeting
from .scheduling import read as planned_of

DAY = 86_400
PASSED_ON = 5
"""Mails of one invited person that go on to the host in a day."""
ANSWERED = 1
"""Answers that one address gets in a day."""
ANSWERED_IN_ALL = 200
"""Answers that all addresses together get in a day: senders can be forged."""
_PROGRAMS = re.compile(r"^(mailer-daemon|postmaster|no-?reply|do-?not-?reply|bounces?)\b|-request@|\+", re.IGNORECASE)


def take_in(connect: mailbox.Connect | None = None) -> int:
    """Reads the mailbox of answers. Returns how many mails were taken from it.

    A mail at which we fail is flagged and left to a person; the others go on.
    """
    url = settings.get("ANSWERS_MAILBOX").strip()
    if not url:
        return 0
    try:
        taken, left = mailbox.take(url, _taken, connect)
    except mailbox.MailboxAway as fault:
        log.warning("answers_mailbox_away", fault=str(fault))
        return 0
    if taken:
        log.info("answers", taken=taken)
    if left:
        log.warning("answers_left", left=left)
    return taken


def _taken(content: bytes) -> None:
    try:
        what = receive(content)
    except Exception as fault:  # whatever a stranger has sent, the next mail is read
        log.fault("answer_fault", fault)
        raise mailbox.Unusable from fault
    log.info("answer", what=what)


def receive(content: bytes) -> str:
    """Takes in one mail (RFC 5322 bytes). Returns what it was: report, reply, passed_on, told or nothing."""
    message = message_from_bytes(content, EmailMessage, policy=policy.default)
    marks = addresses.marks(message)
    if message.get_content_type() == "multipart/report":
        return "report" if _report(message, marks) else "nothing"
    invitation, file = _invitation(marks), next(reply_file.calendar_files(message), None)
    if file is not None:
        return "reply" if invitation is not None and _replied(invitation, file) else "nothing"
    if _is_automatic(message):
        return "nothing"
    if invitation is not None and _pass_on(invitation, message):
        return "passed_on"
    return "told" if _tell(message) else "nothing"


def _report(message: EmailMessage, marks: list[str]) -> bool:
    found = bounces.heard(message)
    return found is not None and any(deliveries.reported(mark, *found) for mark in marks)


def _invitation(marks: list[str]) -> Invitation | None:
    for mark in marks:
        try:
            return replies.invitation_of(mark)
        except NotFound:
            continue
    return None


def _replied(invitation: Invitation, content: bytes) -> bool:
    meeting = storage.get(Meeting, invitation.pk, "meeting")
    if meeting is None:
        return False
    try:
        answers = reply_file.read(content, meeting.timezone)
    except ValueError:
        log.info("reply_unreadable")
        return False
    return replies.take(invitation, answers) > 0


def _is_automatic(message: EmailMessage) -> bool:
    """Whether a program wrote it, or a list carries it."""
    said = str(message.get("Auto-Submitted", "no")).casefold().partition(";")[0].strip()
    if said != "no" or str(message.get("Return-Path", "x")).strip() == "<>":
        return True
    if any(name in message for name in ("List-Id", "List-Unsubscribe", "X-Auto-Response-Suppress", "X-Autoreply")):
        return True
    return str(message.get("Precedence", "")).casefold() in ("bulk", "list", "junk", "auto_reply")


def _sender(message: EmailMessage) -> str:
    """Whose mail it says it is; empty: nobody's that can be answered."""
    try:
        found = email_address(parseaddr(str(message.get("From", ""))[:500])[1])
    except ValueError:
        return ""
    return found


def _pass_on(invitation: Invitation, message: EmailMessage) -> bool:
    """What an invited person wrote goes to the host, who answers to that person. Whether it went."""
    if _sender(message).casefold() != invitation.email.casefold():
        return False
    meeting = storage.get(Meeting, invitation.pk, "meeting")
    held_by = organisers.of(meeting) if meeting else None
    words = written.words(message)
    if meeting is None or held_by is None or not words:
        return False
    try:
        throttle.hit("passed_on", f"{invitation.meeting}/{invitation.id}", PASSED_ON, DAY)
    except TooMany:
        log.info("answer_too_many")
        return True
    host = held_by.host
    reader = pages.Reader(pages.pick_language(None, None, host.language), host.timezone)
    letter = pages.render_mail(
        "guest_wrote",
        [reader],
        meeting=announcing.shown(planned_of(meeting.id).occurrence, host),
        link_to=f"{settings.get('BASE_URL')}/meetings/{meeting.id}",
        guest=invitation.name or invitation.email,
        words=words,
        my_data_link="",
    )
    name = f"{host.first_name} {host.name}"
    mail = Mail(host.email, letter, "guest_wrote", name, meeting.company, reply_to=invitation.email, useful_for=DAY)
    mailing.post([mail])
    return True


def _tell(message: EmailMessage) -> bool:
    """Says where we read what people write, to whom it makes sense. Whether it was said."""
    sender = _sender(message)
    if not sender or _PROGRAMS.search(sender) or sender.casefold().endswith("@" + addresses.own().rpartition("@")[2]):
        return False
    try:
        throttle.hit("told_where", sender, ANSWERED, DAY)
        throttle.hit("told_where", "all", ANSWERED_IN_ALL, DAY)
    except TooMany:
        return False
    letter = pages.render_mail("not_read", [pages.Reader("fr"), pages.Reader("en")])
    headers = {"Auto-Submitted": "auto-replied"}
    if known := written.message_id(message):
        headers |= {"In-Reply-To": known, "References": known}
    mailing.post([Mail(sender, letter, "not_read", headers=headers, useful_for=DAY)])
    return True
