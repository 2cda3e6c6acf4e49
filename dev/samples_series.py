"""Values for the pages of a series of meetings."""

from collections.abc import Mapping
from typing import Any, Final

from chalicelib.accounts import house
from chalicelib.accounts.conduct import Conduct

Values = Mapping[str, Any]

START: Final = 1_795_424_400  # Monday 23 November 2026, 10:00 in Paris
WEEK: Final = 7 * 86_400
WORDS: Final = "Chaque semaine, le lundi à 10 h : 6 dates, du 23 novembre 2026 au 28 décembre 2026."
DAYS: Final = ["lundi", "mardi", "mercredi", "jeudi", "vendredi", "samedi", "dimanche"]
FORM: Final[Values] = {
    "form": {},
    "errors": {},
    "meeting": None,
    "lengths": [15, 30, 45, 60, 90, 120],
    "days": DAYS,
    "words": "",
    "scope": "",
    "rhythm": True,
    "begun": False,
    "keepings": ("28d", "end", "none"),
    "house": house.told(Conduct(), "fr"),
    "people": [],
    "host": "a1",
    "cohosts": [],
}
PEOPLE: Final = [
    {"id": "a1", "name": "Anne Dupont"},
    {"id": "a2", "name": "Karim Benali"},
    {"id": "a3", "name": "Lucie Moreau-Desplanques"},
]
ORGANISERS: Final = {
    "host": "a2",
    "host_name": "Karim Benali",
    "cohosts": {"a3": "Lucie Moreau"},
    "planner": "Anne Dupont",
}
TYPED: Final = {"title": "Comité", "date": "2026-11-23", "time": "10:00", "length": 60, "timezone": "Europe/Paris"}
ASKED: Final = {**TYPED, "repeat": "weekly", "day_0": "yes", "day_3": "yes", "ends": "count", "count": "6"}
TEXT: Final = """Karim Benali (Cabinet Lefèvre & Associés) vous invite à une réunion en vidéo.

Point trimestriel
lundi 23 novembre à 10 h (heure de Paris), 1 h

Pour entrer, ouvrez ce lien dans votre navigateur ; l’organisateur vous fera entrer :
https://iboo.example/r/mtg7qk.2kq7y3c5l4m6n8p0r2t4v6x8za"""
SHARED: Final = [{"language": "fr", "text": TEXT}, {"language": "en", "text": TEXT}]
BOOK: Final = [
    {"id": "b1", "name": "Bruno Martin", "email": "bruno.martin@client.example", "delete_at": START + 300 * 86_400},
    {"id": "b2", "name": "", "email": "claire@client.example", "delete_at": START + 340 * 86_400},
]
DATES: Final = [
    {
        "id": f"mtg7Qk-{number}",
        "starts_at": START + (number - 3) * WEEK,
        "over": number < 3,
        "cancelled": number == 4,
        "moved": number == 6,
        "here": number == 3,
    }
    for number in range(1, 9)
]


def sheets(meeting: Values, page: Values) -> dict[str, tuple[str, Values]]:
    """The pages, of a ``meeting`` and of its ``page`` as the other samples have them."""
    of_series = {**meeting, "id": "mtg7Qk-3", "series": WORDS}
    edited = {"meeting": of_series, "form": TYPED}
    return {
        "meeting-new-series": (
            "pages/meeting_form.html",
            {**FORM, "form": ASKED, "words": WORDS, "people": PEOPLE, "cohosts": ["a3"]},
        ),
        "meeting-edit-series": ("pages/meeting_form.html", {**FORM, **edited, "form": ASKED, "scope": "all"}),
        "meeting-edit-following": (
            "pages/meeting_form.html",
            {**FORM, **edited, "scope": "following", "rhythm": False, "begun": True},
        ),
        "meeting-series": (
            "pages/meeting.html",
            {
                **page,
                "meeting": of_series,
                "dates": DATES,
                "organisers": ORGANISERS,
                "people": PEOPLE,
                "shared": SHARED,
            },
        ),
        "meeting-cancel-series": (
            "pages/meeting_cancel.html",
            {"meeting": of_series, "invited": 3, "following": 4, "left": 6},
        ),
    }
