"""Where Amazon SES tells what became of a mail.

SNS calls this function itself, by a right on the function that names the one topic: there is no address on the Internet
behind which it stands, and no signature to check.
"""

from chalice.app import Blueprint, SNSEvent

from chalicelib import log

from . import deliveries, ses_events

TOPIC = "iboo-mail"
"""The topic of `infra.mail`; another stage puts its own prefix there."""

routes = Blueprint(__name__)


@routes.on_sns_message(topic=TOPIC, name="mail_event")
def mail_event(event: SNSEvent) -> None:
    """Takes one event; the same one twice has one effect."""
    try:
        found = ses_events.read(event.message)
    except ValueError:
        log.warning("mail_event_nonsense")
        return
    if found is not None:
        mail, state, reason = found
        log.info("mail_event", state=state, reason=reason, news=deliveries.reported(mail, state, reason))
