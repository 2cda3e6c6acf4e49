"""The English catalog, and how the two languages are written."""

from pathlib import Path

import pytest
from babel.messages.catalog import Catalog
from markupsafe import Markup

from chalicelib import words as writing
from dev import words

MONDAY_10H = 1_795_424_400  # 23 November 2026, 9:00 UTC
N, B = writing.NARROW, writing.NO_BREAK


def catalog(**pairs: str) -> Catalog:
    made = Catalog(locale="en")
    for source, string in pairs.items():
        made.add(source, string)
    return made


def test_every_sentence_has_its_english() -> None:
    assert list(words.faults(words.read(words.ENGLISH), words.extract())) == []


@pytest.mark.parametrize(("value", "french", "english"), [(2.46, "2,5", "2.5"), (3.0, "3", "3"), (0.04, "0", "0")])
def test_a_decimal_has_the_sign_of_its_language(value: float, french: str, english: str) -> None:
    assert (writing.decimal(value, "fr"), writing.decimal(value, "en")) == (french, english)


def test_a_sentence_the_catalog_lacks_is_a_fault() -> None:
    (fault,) = words.faults(catalog(), catalog(Bonjour=""))
    assert fault.startswith("not in the catalog: 'Bonjour'")


def test_a_sentence_without_english_is_a_fault() -> None:
    assert list(words.faults(catalog(Bonjour=""), catalog(Bonjour=""))) == ["no English: 'Bonjour'"]


def test_a_sentence_nobody_says_any_more_is_a_fault() -> None:
    assert list(words.faults(catalog(Adieu="Farewell"), catalog())) == ["nobody says this any more: 'Adieu'"]


def test_a_fuzzy_translation_is_a_fault() -> None:
    guessed = Catalog(locale="en")
    guessed.add("Bonjour", "Hello", flags=["fuzzy"])
    assert list(words.faults(guessed, catalog(Bonjour=""))) == ["fuzzy: 'Bonjour'"]


@pytest.mark.parametrize(("french", "english"), [("%(name)s entre", "%(nom)s enters"), ("{name} entre", "Enters")])
def test_a_placeholder_that_changed_is_a_fault(french: str, english: str) -> None:
    made = Catalog(locale="en")
    made.add(french, english)
    (fault,) = words.faults(made, made)
    assert fault.startswith("placeholders")


def test_french_punctuation_in_english_is_a_fault() -> None:
    made = catalog(Pourquoi="Why ?")
    (fault,) = words.faults(made, made)
    assert fault.startswith("French punctuation")


def test_updating_keeps_translations_and_drops_what_is_gone(tmp_path: Path) -> None:
    path = tmp_path / "messages.po"
    words.write(catalog(Bonjour="Hello", Adieu="Farewell"), path)
    fresh = words.update(path, catalog(Bonjour="", Merci=""))
    assert {message.id: message.string or "" for message in fresh if message.id} == {"Bonjour": "Hello", "Merci": ""}


def test_writing_a_catalog_twice_gives_the_same_file(tmp_path: Path) -> None:
    path = tmp_path / "messages.po"
    words.write(words.update(path, catalog(Bonjour="")), path)
    first = path.read_bytes()
    words.write(words.update(path, catalog(Bonjour="")), path)
    assert path.read_bytes() == first


@pytest.mark.parametrize(
    ("typed", "set_"),
    [
        ("Prêt ?", f"Prêt{N}?"),
        ("Attention : partez !", f"Attention{N}: partez{N}!"),
        ("Un ; deux", f"Un{N}; deux"),
        ("Il dit « oui » deux fois", f"Il dit «{B}oui{B}» deux fois"),
        ("à 10 h 30", f"à 10{B}h{B}30"),
        ("1 000 €", f"1{N}000{B}€"),
        ("20 % et 20 %%", f"20{N}% et 20{N}%%"),
        ("bonjour %(name)s, %(num)d", "bonjour %(name)s, %(num)d"),
        ("l'invitation d'Anne", "l’invitation d’Anne"),
        ('<a href="/x?a=1:2">ici</a>', '<a href="/x?a=1:2">ici</a>'),
    ],
)
def test_french_is_set_with_its_no_break_spaces(typed: str, set_: str) -> None:
    assert writing.french(typed) == set_


def test_setting_french_twice_changes_nothing_more() -> None:
    once = writing.french("« Quand ? » À 10 h 30 : 1 000 €.")
    assert writing.french(once) == once


def test_setting_french_keeps_markup_markup_and_text_text() -> None:
    assert isinstance(writing.french(Markup("<b>Quoi ?</b>")), Markup)
    assert not isinstance(writing.french("<b>Quoi ?</b>"), Markup)


@pytest.mark.parametrize(
    ("language", "zone", "said"),
    [
        ("fr", "Europe/Paris", f"lundi 23{B}novembre à 10{B}h"),
        ("fr", "America/New_York", f"lundi 23{B}novembre à 4{B}h"),
        ("fr", "Asia/Kolkata", f"lundi 23{B}novembre à 14{B}h{B}30"),
        ("fr", None, f"lundi 23{B}novembre à 10{B}h"),
        ("fr", "Mars/Olympus", f"lundi 23{B}novembre à 10{B}h"),
        ("en", "Europe/London", "Monday 23 November at 09:00"),
        ("en", "Pacific/Auckland", "Monday 23 November at 22:00"),
    ],
)
def test_a_moment_is_told_in_the_zone_of_the_reader(language: str, zone: str | None, said: str) -> None:
    assert writing.day(MONDAY_10H, language, zone) == said


@pytest.mark.parametrize(
    ("at", "said"),
    [
        (1_774_745_999, f"1{B}h{B}59"),  # 29 March 2026, one second before clocks go forward
        (1_774_746_000, f"3{B}h"),
        (1_792_889_999, f"2{B}h{B}59"),  # 25 October 2026, one second before they go back
        (1_792_890_000, f"2{B}h"),
    ],
)
def test_times_follow_the_change_of_the_clocks(at: int, said: str) -> None:
    assert writing.time(at, "fr", "Europe/Paris") == said


def test_the_first_of_a_month_is_an_ordinal_in_french_only() -> None:
    first = MONDAY_10H + 8 * 86_400
    assert writing.date(first, "fr", None) == f"1er{B}décembre 2026"
    assert writing.date(first, "en", None) == "1 December 2026"


@pytest.mark.parametrize(
    ("seconds", "french", "english"),
    [
        (59, "moins d’une minute", "less than a minute"),
        (60, f"1{B}min", f"1{B}min"),
        (3_600, f"1{B}h", f"1{B}h"),
        (3_900, f"1{B}h{B}05", f"1{B}h{B}5{B}min"),
        (93_600, f"26{B}h", f"26{B}h"),
    ],
)
def test_lengths_are_told_in_hours_and_minutes(seconds: int, french: str, english: str) -> None:
    assert (writing.duration(seconds, "fr"), writing.duration(seconds, "en")) == (french, english)


@pytest.mark.parametrize(
    ("zone", "french", "english"),
    [
        ("Europe/Paris", "heure de Paris", "Paris time"),
        ("Europe/Athens", "heure d’Athènes", "Athens time"),
        ("Africa/Cairo", "heure du Caire", "Cairo time"),
    ],
)
def test_a_zone_is_named_by_its_city(zone: str, french: str, english: str) -> None:
    assert (writing.zone_name(zone, "fr"), writing.zone_name(zone, "en")) == (french, english)


@pytest.mark.parametrize(
    ("period", "french", "english"),
    [
        ("28d", f"28{B}jours", f"28{B}days"),
        ("1d", f"1{B}jour", f"1{B}day"),
        ("36m", f"3{B}ans", f"3{B}years"),
        ("36m - 30d", f"3{B}ans moins 30{B}jours", f"3{B}years less 30{B}days"),
        ("6m", f"6{B}mois", f"6{B}months"),
        ("0d", "aussitôt", "at once"),
    ],
)
def test_periods_of_the_register_are_told_in_words(period: str, french: str, english: str) -> None:
    assert (writing.term(period, "fr"), writing.term(period, "en")) == (french, english)


def test_the_zones_offered_are_cities_and_europe_comes_first() -> None:
    offered = writing.zones()
    assert "Europe/Paris" in offered
    assert offered[0].startswith("Europe/")
    assert not any(name.startswith("Etc/") for name in offered)
