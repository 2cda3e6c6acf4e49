"""A company's rules: stricter than Iboo's, never looser."""

from typing import Any

import pytest

from chalicelib.accounts import conduct
from chalicelib.accounts.conduct import Conduct, read
from chalicelib.errors import FormErrors

RIGHT = {"recording": "yes", "lobby": "host", "keep": "28d", "days": "28", "joiners": "all"}
TEAM = ["anne@lefevre.fr", "karim@lefevre.fr"]


def test_a_form_of_iboos_own_rules_is_the_default() -> None:
    assert read(RIGHT) == Conduct()


@pytest.mark.parametrize("days", ["", "0", "29", "30", "365", "-1", "7.5", "sept", "²"])
def test_retention_is_one_to_twenty_eight_days_and_never_longer(days: str) -> None:
    with pytest.raises(FormErrors) as fault:
        read({**RIGHT, "days": days})
    assert set(fault.value.fields) == {"days"}


@pytest.mark.parametrize("field", ["lobby", "keep", "joiners"])
def test_what_no_list_offers_is_refused(field: str) -> None:
    with pytest.raises(FormErrors) as fault:
        read({**RIGHT, field: "forever"})
    assert set(fault.value.fields) == {field}


def test_domains_are_read_as_people_paste_them() -> None:
    form = {**RIGHT, "joiners": "domains", "domains": "@Client.fr, société.fr;\npartenaire.eu client.fr"}
    assert read(form).domains == ("client.fr", "partenaire.eu", "xn--socit-esab.fr")


@pytest.mark.parametrize(
    "domains", ["", "   ", "client", "a@client.fr", "client..fr", " ".join(f"d{n}.fr" for n in range(51))]
)
def test_domains_that_are_none_are_refused(domains: str) -> None:
    with pytest.raises(FormErrors):
        read({**RIGHT, "joiners": "domains", "domains": domains})


def test_domains_are_forgotten_where_no_rule_needs_them() -> None:
    assert read({**RIGHT, "domains": "client.fr"}).domains == ()


@pytest.mark.parametrize(
    ("keep", "allowed"), [("28d", ("28d", "end", "none")), ("end", ("end", "none")), ("none", ("none",))]
)
def test_a_meeting_keeps_messages_as_long_as_the_company_allows_or_shorter(keep: str, allowed: tuple[str, ...]) -> None:
    assert conduct.keepings(Conduct(keep=keep)) == allowed


@pytest.mark.parametrize(
    ("rules", "email", "comes"),
    [
        ({}, "zoe@ailleurs.fr", True),
        ({"joiners": "invited"}, "zoe@ailleurs.fr", True),
        ({"joiners": "members"}, "zoe@ailleurs.fr", False),
        ({"joiners": "members"}, "Karim@Lefevre.fr", True),
        ({"joiners": "domains", "domains": ("client.fr",)}, "zoe@Client.fr", True),
        ({"joiners": "domains", "domains": ("client.fr",)}, "karim@lefevre.fr", True),
        ({"joiners": "domains", "domains": ("client.fr",)}, "zoe@sous.client.fr", False),
        ({"joiners": "domains", "domains": ("client.fr",)}, "zoe@client.fr.ailleurs.fr", False),
    ],
)
def test_who_may_come(rules: dict[str, Any], email: str, comes: bool) -> None:
    assert conduct.may_join(Conduct(**rules), email, TEAM) is comes


def test_only_a_personal_invitation_opens_where_the_company_says_so() -> None:
    assert not conduct.uninvited_colleagues(Conduct(joiners="invited"))
    assert conduct.uninvited_colleagues(Conduct(joiners="members"))
