"""What other people's servers, calendars and mail programs send back: reports (RFC 3464, RFC 5965), replies (RFC 5546),
words."""

from email.message import EmailMessage, Message
from email.mime.multipart import MIMEMultipart
from email.mime.text import MIMEText
from email.policy import SMTP
from email.utils import parseaddr

from icalendar import Calendar, Event

REPORTED = {
    "bounce.example": ("failed", "5.1.1", "no such mailbox"),
    "full.example": ("failed", "5.2.2", "mailbox full"),
    "slow.example": ("delayed", "4.4.1", "no answer from host"),
    "spam.example": ("unwanted", "", ""),
}
"""Domains (RFC 2606: nobody's) whose servers take a mail and report on it afterwards."""
WORDS = {"accepted": "Accepted", "tentative": "Tentative", "declined": "Declined"}


def report(recipient: str, return_path: str) -> bytes | None:
    """What the recipient's server reports of a mail it has taken, if it does."""
    found = REPORTED.get(recipient.rpartition("@")[2].casefold())
    if found is None:
        return None
    action, status, words = found
    kind = "feedback-report" if action == "unwanted" else "delivery-status"
    message = MIMEMultipart("report", report_type=kind)
    message["From"] = "Mail Delivery Subsystem <mailer-daemon@mx.example>"
    message["To"] = return_path
    message["Subject"] = "Undelivered mail" if action == "failed" else "Report"
    message["Auto-Submitted"] = "auto-replied"
    message.attach(MIMEText(f"{recipient}: {words or 'reported as unwanted'}\n"))
    fields = Message()
    fields.set_type(f"message/{kind}")
    if kind == "delivery-status":
        fields.set_payload([_fields({"Reporting-MTA": "dns; mx.example"}), _recipient(recipient, action, status)])
    else:
        fields.set_payload([_fields({"Feedback-Type": "abuse", "User-Agent": "mx.example", "Version": "1"})])
    message.attach(fields)
    return b"Return-Path: <>\r\n" + message.as_bytes(policy=SMTP)


def calendar_reply(invitation: EmailMessage, answer: str) -> bytes | None:
    """The reply of a calendar program to the invitation in a mail, ``answer`` one of `WORDS`; `None` when there is
    none to answer."""
    part = next((one for one in invitation.walk() if one.get_content_type() == "text/calendar"), None)
    if part is None or answer not in WORDS:
        return None
    asked = Calendar.from_ical(str(part.get_content()))
    if not isinstance(asked, Calendar) or asked.get("method") != "REQUEST":
        return None
    event = next(one for one in asked.subcomponents if isinstance(one, Event))
    replied = Event()
    for name in ("uid", "sequence", "dtstamp", "dtstart", "dtend", "recurrence-id", "organizer", "attendee", "summary"):
        if name in event:
            replied[name] = event[name]
    replied["attendee"].params["partstat"] = answer.upper()
    reply = Calendar()
    reply.add("prodid", "-//Example//Calendar//EN")
    reply.add("version", "2.0")
    reply.add("method", "REPLY")
    reply.add_component(replied)
    to = str(event["organizer"]).removeprefix("mailto:")
    message = _answer(invitation, to, f"{WORDS[answer]}: {event.get('summary', '')}")
    message.set_content(WORDS[answer])
    message.add_alternative(reply.to_ical().decode(), subtype="calendar", params={"method": "REPLY"})
    return message.as_bytes()


def written(letter: EmailMessage, words: str) -> bytes:
    """What somebody answers to a mail in words."""
    to = parseaddr(str(letter.get("Reply-To") or letter.get("From", "")))[1]
    message = _answer(letter, to, f"Re: {letter.get('Subject', '')}")
    message.set_content(words)
    return message.as_bytes()


def _answer(letter: EmailMessage, to: str, subject: str) -> EmailMessage:
    message = EmailMessage(policy=SMTP)
    message["From"] = str(letter["To"])
    message["To"] = to
    message["Subject"] = " ".join(subject.split())
    message["Message-ID"] = "<answer@mail.example>"
    return message


def _recipient(recipient: str, action: str, status: str) -> Message:
    return _fields({"Final-Recipient": f"rfc822; {recipient}", "Action": action, "Status": status})


def _fields(values: dict[str, str]) -> Message:
    block = Message()
    for name, value in values.items():
        block[name] = value
    return block
