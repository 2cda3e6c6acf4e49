"""A message as it goes over the wire."""

from email import message_from_bytes, policy
from email.headerregistry import AddressHeader

import pytest

from chalicelib.mailing.actions import Mail, compose
from chalicelib.pages import Letter

WORDS = (
    "Dupont, Zoé, Dr",
    "Zoé <paul@example.com>",
    "Zoé: a; b",
    "zoé@example.com",
    "é, \\",
    'Zoé "la" Été (Paris)',
    "=?utf-8?q?a=0d=0aBcc?=",
    "=?utf-8?q?a=0d=0aBcc:_paul@example.com?=",
    "=?utf-8?b?w6k=?=",
    "%(name)s",
)


@pytest.mark.parametrize("words", WORDS)
def test_no_name_or_subject_makes_another_header_or_another_recipient(words: str) -> None:
    mail = Mail(to="zoe@example.fr", to_name=words, letter=Letter(f"Invitation: {words}", "", ""), purpose="invitation")
    message = message_from_bytes(compose(mail, "id", 1), policy=policy.default)
    to = message["To"]
    assert isinstance(to, AddressHeader)
    assert [one.addr_spec for one in to.addresses] == ["zoe@example.fr"]
    assert set(message.keys()) >= {"To", "Subject"} and "Bcc" not in message
    assert str(message["Subject"]).replace("= ?", "=?") == f"Invitation: {words}"
