"""The seal, held to examples found in public kits and libraries."""

import hashlib
import hmac
import string
from urllib.parse import urlencode

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.gateways import monetico
from chalicelib.gateways.monetico import Misconfigured, Terminal, read_callback
from chalicelib.gateways.monetico.sealing import is_sealed, sealed_string, usable_key

from .builders import KEY, PAID

AUTHENTICATION = (
    "ewogICAiZGV0YWlscyIgOiB7CiAgICAgICJBUmVzIiA6ICJZIiwKICAgICAgImF1dGhlbnRpY2F0aW9uVmFsdWUiIDogIlFVRkNRa05EUkVSRlJV"
    "WkdRVUZDUWtORFJFUT0iLAogICAgICAibGlhYmlsaXR5U2hpZnQiIDogIlkiLAogICAgICAibWVyY2hhbnRQcmVmZXJlbmNlIiA6ICJub19wcmVm"
    "ZXJlbmNlIiwKICAgICAgInRyYW5zYWN0aW9uSUQiIDogIjdjOTgyNTVhLWE5YzctNDYxYy1hZDEyLWM3NjM5MzczZDljYiIKICAgfSwKICAgInBy"
    "b3RvY29sIiA6ICIzRFNlY3VyZSIsCiAgICJzdGF0dXMiIDogImF1dGhlbnRpY2F0ZWQiLAogICAidmVyc2lvbiIgOiAiMi4xLjAiCn0K"
)
DANSMACULOTTE_KEY = "1036DEFD9175F29EE9337A1F284BDF781D5A4048"
"""dansmaculotte/monetico-php, tests/Credentials.fake.php."""

# name → key, fields, seal; each from the test of a public repository
EXAMPLES: dict[str, tuple[str, dict[str, str], str]] = {
    # dansmaculotte/monetico-php, tests/PurchaseResponseTest.php, testSealIsValid
    "a test payment with fields of the fraud module": (
        DANSMACULOTTE_KEY,
        {
            "authentification": AUTHENTICATION,
            "bincb": "000003",
            "brand": "MC",
            "code-retour": "payetest",
            "cvx": "oui",
            "hpancb": "6FF1313F3B6FE9B053B21CBDEE516603CB8CF01E",
            "ipclient": "80.15.24.220",
            "modepaiement": "CB",
            "numauto": "000000",
            "originecb": "FRA",
            "originetr": "FRA",
            "vld": "1221",
            "date": "23/07/2019_a_11:55:47",
            "montant": "42.42EUR",
            "reference": "12345678",
            "texte-libre": "PHPUnit",
            "TPE": "9344512",
            "montantech": "50EUR",
            "filtragevaleur": "foobar",
            "filtrage_etat": "test",
            "cbenregistree": "1",
            "cbmasquee": "1234XXXXXXXXXXX1234",
            "motifrefus": "Interdit",
            "filtragecause": "1",
            "usage": "credit",
            "typecompte": "particulier",
            "ecard": "non",
        },
        "2D77EAC00BA7322FFDC3E3261E49614B252F3097",
    ),
    # dansmaculotte/monetico-php, tests/PurchaseResponseTest.php, testSealIsValidForCancelledPayment
    "a refusal by 3-D Secure": (
        DANSMACULOTTE_KEY,
        {
            "TPE": "9344512",
            "date": "10/06/2022_a_23:22:55",
            "montant": "191.52EUR",
            "reference": "4KKHUGNUNOGG",
            "texte-libre": "PHP Unit",
            "code-retour": "Annulation",
            "cvx": "oui",
            "vld": "0924",
            "brand": "CB",
            "motifrefus": "3DSecure",
            "motifrefusautorisation": "-",
            "usage": "debit",
            "typecompte": "particulier",
            "ecard": "non",
            "originecb": "FRA",
            "bincb": "000003",
            "hpancb": "6FF1313F3B6FE9B053B21CBDEE516603CB8CF01E",
            "ipclient": "127.0.0.1",
            "originetr": "FRA",
            "modepaiement": "CB",
            "authentification": AUTHENTICATION,
        },
        "D258E699FE4C52199557336C89B02C81D09244F6",
    ),
    # lyestriki-propulseo/maison-de-tara, app/src/lib/monetico/phase2.test.ts: "le MAC du kit" (the Python kit's logic)
    "a callback sealed by the Python kit": (
        KEY,
        {
            "TPE": "1234567",
            "date": "13/07/2026_10:05:00",
            "montant": "6.00EUR",
            "reference": "MDT0001",
            "code-retour": "paiement",
            "texte-libre": "resa:atelier:0001",
        },
        "aae928c2040d6686311881e98cd251554d24b811",
    ),
    # lyestriki-propulseo/maison-de-tara, app/src/lib/monetico/phase1.test.ts: "MAC == vecteur du kit"; that kit posts
    # and seals its instalment fields empty
    "a payment sealed by the Python kit, with empty fields": (
        KEY,
        {
            "TPE": "1234567",
            "contexte_commande": "",
            "date": "13/07/2026:10:00:00",
            **{f"dateech{part}": "" for part in range(1, 5)},
            **{f"montantech{part}": "" for part in range(1, 5)},
            "nbrech": "",
            "lgue": "FR",
            "mail": "client@test.fr",
            "montant": "6.00EUR",
            "reference": "MDT0001",
            "societe": "maisondetara",
            "texte-libre": "resa:atelier:0001",
            "url_retour_err": "https://mdt.fr/paiement/erreur",
            "url_retour_ok": "https://mdt.fr/paiement/ok",
            "version": "3.0",
        },
        "46165c101c4b7cda3f79ca2e57852d36ebf569ec",
    ),
}


@pytest.mark.parametrize("name", EXAMPLES)
def test_the_seal_is_that_of_public_examples(name: str) -> None:
    key, fields, expected = EXAMPLES[name]
    assert monetico.seal(fields, key) == expected.lower()
    assert monetico.seal(fields | {"MAC": "anything"}, key) == expected.lower()


def test_the_sealed_string_is_that_of_the_manuals_stopped_recurrence() -> None:
    """nansinho/medicarepro, src/lib/monetico.test.ts: "la chaîne scellée de la doc (annulation de récurrence)"."""
    fields = {
        "version": "3.0",
        "TPE": "1234567",
        "date": "05/12/2006:11:55:23",
        "date_commande": "05/12/2006",
        "montant": "62.00EUR",
        "montant_a_capturer": "0EUR",
        "montant_deja_capture": "0EUR",
        "montant_restant": "0EUR",
        "reference": "ABERTYP00145",
        "lgue": "FR",
        "societe": "monSite1",
        "stoprecurrence": "OUI",
    }
    assert sealed_string(fields) == (
        "TPE=1234567*date=05/12/2006:11:55:23*date_commande=05/12/2006*lgue=FR*montant=62.00EUR*montant_a_capturer=0EUR"
        "*montant_deja_capture=0EUR*montant_restant=0EUR*reference=ABERTYP00145*societe=monSite1*stoprecurrence=OUI"
        "*version=3.0"
    )


def test_accents_are_sealed_as_the_python_kit_does_when_the_terminal_says_so() -> None:
    """lyestriki-propulseo/maison-de-tara, signature.test.ts: the kit's seal of "réservé" alone, in ISO-8859-1."""
    expected = "5eed6ee7cf26cbf7e61ec9ee95049b251933ed32"
    assert hmac.new(usable_key(KEY), "réservé".encode("latin-1"), hashlib.sha1).hexdigest() == expected


@pytest.mark.parametrize(
    ("suffix", "meaning"),
    [
        ("P0", "90"),  # the example key of the official kits
        ("6M", "60"),  # nansinho/medicarepro, src/lib/monetico.test.ts
        ("G1", "01"),
        ("X1", "A1"),
        ("Y1", "B1"),
        ("`1", None),
        ("Q0", None),
        ("PM", None),
        ("a1", "a1"),
        ("F1", "F1"),
        ("0 ", None),
    ],
)
def test_the_keys_last_two_characters_may_be_disguised(suffix: str, meaning: str | None) -> None:
    body = string.digits * 3 + "ABCDEFab"
    if meaning is None:
        with pytest.raises(Misconfigured):
            usable_key(body + suffix)
    else:
        assert usable_key(body + suffix) == bytes.fromhex(body + meaning)


@pytest.mark.parametrize("key", ["", KEY[:-1], KEY + "0", "g" + KEY[1:], " " + KEY[1:], "é" + KEY[1:]])
def test_a_key_that_cant_be_one_is_a_fault_of_the_settings(key: str) -> None:
    with pytest.raises(Misconfigured):
        Terminal(tpe="1234567", societe="iboo", key=key)


def test_the_key_is_not_in_the_terminals_representation() -> None:
    assert KEY not in repr(Terminal(tpe="1234567", societe="iboo", key=KEY))


FIELDS = st.dictionaries(
    st.text(st.sampled_from(string.ascii_letters + string.digits + "-_"), min_size=1).filter(
        lambda name: name != "MAC"
    ),
    st.text(st.characters(codec="ascii", exclude_categories=["C"])),
    min_size=1,
)


@given(FIELDS)
def test_order_of_fields_and_case_of_the_seal_change_nothing(fields: dict[str, str]) -> None:
    mac = monetico.seal(fields, KEY)
    backwards = dict(reversed(fields.items()))
    assert monetico.seal(backwards, KEY) == mac
    assert is_sealed(fields | {"MAC": mac.upper()}, KEY, "ascii")
    assert is_sealed({"MAC": mac} | backwards, KEY, "ascii")


@given(FIELDS, st.data())
def test_whatever_is_changed_breaks_the_seal(fields: dict[str, str], data: st.DataObject) -> None:
    mac = monetico.seal(fields, KEY)
    name = data.draw(st.sampled_from(sorted(fields)))
    changed = [fields | {name: fields[name] + "0"}, fields | {"new": "", "new2": ""}]
    changed.append({other: value for other, value in fields.items() if other != name})
    for broken in changed:
        assert not is_sealed(broken | {"MAC": mac}, KEY, "ascii")
    assert not is_sealed(fields, KEY, "ascii")
    assert not is_sealed(fields | {"MAC": mac[:-1]}, KEY, "ascii")
    assert not is_sealed(fields | {"MAC": "é" * 40}, KEY, "ascii")


@pytest.mark.parametrize("charset", ["utf-8", "latin-1"])
def test_a_callback_sealed_over_the_bytes_it_came_in_is_accepted_in_any_charset(charset: str) -> None:
    terminal = Terminal(tpe="1234567", societe="iboo", key=KEY)
    fields = PAID | {"nomcartesequestree": "Société"}
    text = "*".join(f"{name}={fields[name]}" for name in sorted(fields)).encode(charset)
    mac = hmac.new(usable_key(KEY), text, hashlib.sha1).hexdigest()
    body = urlencode(fields | {"MAC": mac}, encoding=charset).encode()
    assert read_callback(terminal, body).reference == "IB7K2M9QX4"


@pytest.mark.parametrize("charset", ["latin-1", "ascii"])
def test_a_callback_sent_in_one_charset_and_sealed_in_another_needs_the_setting(charset: str) -> None:
    fields = PAID | {"nomcartesequestree": "Société"}
    text = "*".join(f"{name}={fields[name]}" for name in sorted(fields)).encode(charset, "replace")
    mac = hmac.new(usable_key(KEY), text, hashlib.sha1).hexdigest()
    body = urlencode(fields | {"MAC": mac}).encode()
    told = Terminal(tpe="1234567", societe="iboo", key=KEY, seal_charset=charset)
    assert read_callback(told, body).reference == "IB7K2M9QX4"
    with pytest.raises(monetico.BadSeal):
        read_callback(Terminal(tpe="1234567", societe="iboo", key=KEY), body)
