"""What calendars answer, as known programs write it; and what nobody should."""

from contextlib import suppress
from datetime import UTC, date, datetime
from email import message_from_bytes, policy
from email.message import EmailMessage

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.meetings import reply_file, written
from chalicelib.meetings.reply_file import LARGEST, Read

UID = "abcdefghijklmnop@iboo.live"
ORGANISER = "mailto:reunion+abcdefghijklmnop.0123456789abcdef.secretsecretsecr@iboo.live"

GOOGLE = f"""\
BEGIN:VCALENDAR
PRODID:-//Google Inc//Google Calendar 70.9054//EN
VERSION:2.0
CALSCALE:GREGORIAN
METHOD:REPLY
BEGIN:VEVENT
DTSTART:20261204T090000Z
DTEND:20261204T100000Z
DTSTAMP:20261130T081500Z
ORGANIZER;CN=Anne Dupont (Iboo):{ORGANISER}
UID:{UID}
ATTENDEE;CUTYPE=INDIVIDUAL;ROLE=REQ-PARTICIPANT;PARTSTAT=ACCEPTED;CN=zoe@client.example;X-NUM-GUESTS=0:
 mailto:zoe@client.example
SEQUENCE:2
STATUS:CONFIRMED
SUMMARY:Point projet
END:VEVENT
END:VCALENDAR
"""
OUTLOOK = f"""\
BEGIN:VCALENDAR
METHOD:REPLY
PRODID:Microsoft Exchange Server 2010
VERSION:2.0
BEGIN:VTIMEZONE
TZID:Romance Standard Time
BEGIN:STANDARD
DTSTART:16010101T030000
TZOFFSETFROM:+0200
TZOFFSETTO:+0100
RRULE:FREQ=YEARLY;INTERVAL=1;BYDAY=-1SU;BYMONTH=10
END:STANDARD
BEGIN:DAYLIGHT
DTSTART:16010101T020000
TZOFFSETFROM:+0100
TZOFFSETTO:+0200
RRULE:FREQ=YEARLY;INTERVAL=1;BYDAY=-1SU;BYMONTH=3
END:DAYLIGHT
END:VTIMEZONE
BEGIN:VEVENT
ATTENDEE;PARTSTAT=DECLINED;CN=Zoé Été:MAILTO:Zoe@Client.example
COMMENT;LANGUAGE=fr-FR:\\n
UID:{UID}
RECURRENCE-ID;TZID=Romance Standard Time:20261211T100000
SUMMARY;LANGUAGE=fr-FR:Refusé: Point projet
DTSTART;TZID=Romance Standard Time:20261211T100000
DTEND;TZID=Romance Standard Time:20261211T110000
CLASS:PRIVATE
PRIORITY:5
DTSTAMP:20261130T081600Z
TRANSP:OPAQUE
STATUS:CONFIRMED
SEQUENCE:0
X-MICROSOFT-CDO-APPT-SEQUENCE:0
END:VEVENT
END:VCALENDAR
"""
APPLE = f"""\
BEGIN:VCALENDAR
VERSION:2.0
METHOD:REPLY
PRODID:-//Apple Inc.//macOS 15.1//EN
BEGIN:VEVENT
DTSTAMP:20261130T081700Z
UID:{UID}
ATTENDEE;CN="Zoé";CUTYPE=INDIVIDUAL;PARTSTAT=TENTATIVE:mailto:zoe@client.example
RECURRENCE-ID;VALUE=DATE:20261211
END:VEVENT
END:VCALENDAR
"""


def read(content: str) -> list[Read]:
    return reply_file.read(content.replace("\n", "\r\n").encode(), "Europe/Paris")


def at(year: int, month: int, day: int, hour: int, minute: int = 0) -> int:
    return int(datetime(year, month, day, hour, minute, tzinfo=UTC).timestamp())


def test_a_reply_to_the_whole_is_read() -> None:
    stamped = at(2026, 11, 30, 8, 15)
    assert read(GOOGLE) == [Read(UID, "zoe@client.example", "accepted", 2, stamped)]


def test_a_reply_about_one_date_names_it_where_the_rule_has_it() -> None:
    (one,) = read(OUTLOOK)
    assert (one.answer, one.attendee, one.slot, one.day) == (
        "declined",
        "Zoe@Client.example",
        at(2026, 12, 11, 9),
        None,
    )
    (other,) = read(APPLE)
    assert (other.answer, other.slot, other.day) == ("tentative", None, date(2026, 12, 11))


def test_a_time_without_a_zone_is_one_of_the_meeting() -> None:
    (one,) = read(APPLE.replace(";VALUE=DATE:20261211", ":20261211T100000"))
    assert one.slot == at(2026, 12, 11, 9)


@pytest.mark.parametrize(
    ("was", "now"),
    [
        ("METHOD:REPLY", "METHOD:REQUEST"),
        ("METHOD:REPLY", "METHOD:COUNTER"),
        ("PARTSTAT=ACCEPTED", "PARTSTAT=NEEDS-ACTION"),
        ("PARTSTAT=ACCEPTED", "PARTSTAT=DELEGATED"),
        ("SEQUENCE:2", "SEQUENCE:many"),
        ("UID:", "RECURRENCE-ID:some day\nUID:"),
    ],
)
def test_what_is_no_answer_is_left_out(was: str, now: str) -> None:
    assert read(GOOGLE.replace(was, now)) == []


def test_a_sequence_or_stamp_that_is_missing_counts_as_the_first() -> None:
    (one,) = read(GOOGLE.replace("SEQUENCE:2\n", "").replace("DTSTAMP:20261130T081500Z\n", ""))
    assert (one.sequence, one.stamped_at) == (0, 0)


@pytest.mark.parametrize("content", ["", "BEGIN:VCALENDAR", "METHOD:REPLY", "BEGIN:VEVENT\nEND:VEVENT", "\x00"])
def test_what_is_no_calendar_file_is_said_to_be_none(content: str) -> None:
    with suppress(ValueError):
        assert read(content) == []


@pytest.mark.parametrize(
    "rule",
    [
        "FREQ=SECONDLY",
        "FREQ=MINUTELY;INTERVAL=1",
        "FREQ=YEARLY;BYHOUR=1,2,3;BYMINUTE=1,2,3;BYSECOND=1,2,3",
        "FREQ=SECON\n DLY",
        "INTERVAL=1;FREQ=SECONDLY",
    ],
)
def test_a_zone_that_changes_every_second_is_not_expanded(rule: str) -> None:
    hostile = OUTLOOK.replace("FREQ=YEARLY;INTERVAL=1;BYDAY=-1SU;BYMONTH=10", rule).replace("16010101", "19700101")
    (one,) = read(hostile.replace("FREQ=YEARLY;INTERVAL=1;BYDAY=-1SU;BYMONTH=3", rule))
    assert one.answer == "declined"


def test_a_file_of_very_many_events_is_read_so_far() -> None:
    event = GOOGLE[GOOGLE.index("BEGIN:VEVENT") : GOOGLE.index("END:VCALENDAR")]
    assert len(read(GOOGLE.replace(event, event * 300))) == reply_file.MOST_EVENTS


LINES = st.sampled_from([line for file in (GOOGLE, OUTLOOK, APPLE) for line in file.splitlines()])
WORDS = st.text(st.characters(codec="utf-8"), max_size=40)


@given(st.lists(st.one_of(LINES, WORDS, st.builds("{}{}".format, LINES, WORDS)), max_size=40))
def test_no_file_breaks_the_reading(lines: list[str]) -> None:
    content = "\r\n".join(["BEGIN:VCALENDAR", "METHOD:REPLY", *lines, "END:VCALENDAR", ""]).encode()
    try:
        found = reply_file.read(content, "Europe/Paris")
    except ValueError:
        return
    assert all(one.answer in ("accepted", "declined", "tentative") and one.sequence >= 0 for one in found)


def a_mail(content: str, kind: str = "text/calendar; method=REPLY", extra: str = "") -> EmailMessage:
    raw = f"Content-Type: {kind}; charset=utf-8\r\n{extra}\r\n{content}"
    return message_from_bytes(raw.encode(), EmailMessage, policy=policy.default)


def test_the_file_is_found_in_the_mail_and_a_huge_one_is_not_looked_at() -> None:
    assert len(list(reply_file.calendar_files(a_mail(GOOGLE)))) == 1
    assert not list(reply_file.calendar_files(a_mail(GOOGLE, "text/plain")))
    assert not list(reply_file.calendar_files(a_mail(GOOGLE.replace("METHOD:REPLY", "METHOD:REQUEST"))))
    assert not list(reply_file.calendar_files(a_mail(GOOGLE + "X-A:b\n" * LARGEST)))


@pytest.mark.parametrize(
    ("content", "kind"),
    [
        (
            "Bonjour,\n\nà 10 h 30 ?\n\nZoé\n\nLe lun. 30 nov. 2026 à 09:12, Iboo <reunion@iboo.live> a écrit :\n> ",
            "plain",
        ),
        ("Bonjour,\n> vous invite\n\nà 10 h 30 ?\n\nZoé\n-----Message d'origine-----\nDe : Iboo", "plain"),
        ("<style>p {}</style><p>Bonjour,</p><p>à 10 h 30 ?</p><p>Zoé</p><blockquote>cité</blockquote>", "html"),
    ],
)
def test_of_what_people_write_the_quoted_part_is_left_out(content: str, kind: str) -> None:
    assert written.words(a_mail(content, f"text/{kind}")).split() == ["Bonjour,", "à", "10", "h", "30", "?", "Zoé"]


def test_personal_links_are_taken_out_of_what_people_write() -> None:
    words = written.words(
        a_mail("Je viens. http://127.0.0.1:8080/i/abc.def.secret\nhttps://elsewhere.example/x", "text/plain")
    )
    assert words == "Je viens. …\nhttps://elsewhere.example/x"


@pytest.mark.parametrize(
    ("given_id", "known"), [("<a@b.c>", "<a@b.c>"), ("<a@b>\r\n Bcc: x", "<a@b>"), ("a@b", ""), ("<a b@c>", "")]
)
def test_only_a_message_id_that_is_one_goes_into_an_answer(given_id: str, known: str) -> None:
    assert written.message_id(a_mail("x", "text/plain", f"Message-ID: {given_id}\r\n")) == known


@given(st.binary(max_size=1_500))
def test_no_bytes_break_the_reading_of_words(content: bytes) -> None:
    for head in (b"", b"Content-Type: text/html\r\n\r\n", b"Content-Type: text/plain; charset=nobody\r\n\r\n"):
        assert isinstance(written.words(message_from_bytes(head + content, EmailMessage, policy=policy.default)), str)
