"""Rows of the public face: newsletters as they are written, and customers who let themselves be named."""

from .events import Event
from .model import Basis, Clock, Role, Row, Words
from .period import period
from .stores import PEOPLE

CONTROLLER = frozenset({Role.CONTROLLER})

NEWSLETTER_ISSUE = Row(
    key="newsletter_issue",
    label=Words("Lettres d'information écrites", "Newsletters written"),
    subjects=Words("opérateurs qui les écrivent", "operators who write them"),
    roles=CONTROLLER,
    store=PEOPLE,
    clocks=(
        Clock(
            Words("écrire la lettre et savoir ce qui est parti", "to write the newsletter and know what was sent"),
            Basis.LEGITIMATE_INTEREST,
            Event.RENEWED,
            period("24m"),
            period("25m"),
            "policy §4",
        ),
    ),
    kinds={
        "newsletter_issue": frozenset(
            {
                "title_fr",
                "title_en",
                "body_fr",
                "body_en",
                "path",
                "state",
                "segments",
                "operator",
                "written_at",
                "begun_at",
                "cursor",
                "busy_until",
            }
        ),
        "mail_tally": frozenset({"queued", "sent", "refused", "returned", "left", "skipped"}),
    },
    why="Words for everybody, and numbers of a whole letter: who got it, opened it or left is in none of them.",
)

REFERENCE = Row(
    key="reference",
    label=Words("Clients cités avec leur accord", "Customers named with their permission"),
    subjects=Words("personnes qui ont donné l'accord de leur entreprise", "people who gave their company's permission"),
    roles=CONTROLLER,
    store=PEOPLE,
    clocks=(
        Clock(
            Words(
                "citer un client qui l'a permis, et pouvoir le prouver", "to name a customer who agreed, and prove it"
            ),
            Basis.LEGITIMATE_INTEREST,
            Event.COLLECTED,
            period("36m - 7d"),
            period("36m"),
            "policy §7",
        ),
    ),
    kinds={
        "reference": frozenset(
            {
                "company",
                "words_fr",
                "words_en",
                "permitted_by",
                "permitted_on",
                "proof",
                "logo",
                "logo_type",
                "logo_size",
                "since",
                "operator",
            }
        )
    },
    why="Who permitted it, when and how; deleted at once when the permission is withdrawn, after three years without "
    "a new one.",
)

FACE: tuple[Row, ...] = (NEWSLETTER_ISSUE, REFERENCE)
