"""What a mail asks, and when it arrived."""

from email.message import EmailMessage

import pytest

from chalicelib.rights.inbound import arrived_at, right_of
from chalicelib.rights.rules import Right

NOW = 1_795_424_400


@pytest.mark.parametrize(
    ("text", "right"),
    [
        ("Bonjour, que savez-vous de moi ?", Right.ACCESS),
        ("Merci de supprimer mes données", Right.ERASURE),
        ("Please delete my account", Right.ERASURE),
        ("STOP", Right.MARKETING),
        ("unsubscribe me", Right.MARKETING),
        ("Je ne veux plus recevoir vos courriels et supprimez mon adresse", Right.MARKETING),
        ("Mon nom est inexact, merci de le corriger", Right.RECTIFICATION),
        ("Je demande la limitation du traitement", Right.RESTRICTION),
        ("droit à la portabilité", Right.PORTABILITY),
        ("Je m'oppose à cet usage", Right.OBJECTION),
        ("Ma mère est décédée", Right.DEATH),
    ],
)
def test_the_words_of_a_mail_say_which_right(text: str, right: Right) -> None:
    assert right_of(text) is right


def test_our_carrier_says_when_a_mail_arrived_and_nobody_else() -> None:
    message = EmailMessage()
    message["Received"] = "from a by mx.iboo.live; Mon, 23 Nov 2026 10:00:00 +0100"
    message["Received"] = "from z by a; Mon, 01 Jan 2024 00:00:00 +0000"
    message["Date"] = "Mon, 01 Jan 2024 00:00:00 +0000"
    assert arrived_at(message, NOW + 3_600) == NOW


def test_a_mail_without_a_trace_or_from_the_future_arrived_now() -> None:
    message = EmailMessage()
    assert arrived_at(message, NOW) == NOW
    message["Received"] = "from a by b; Mon, 23 Nov 2099 10:00:00 +0100"
    assert arrived_at(message, NOW) == NOW
    broken = EmailMessage()
    broken["Received"] = "from a by b; yesterday"
    assert arrived_at(broken, NOW) == NOW
