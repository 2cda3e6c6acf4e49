"""Values for every page and mail: the contract between templates and those who fill them, by example.

The gallery draws them; tests/unit/test_pages.py renders each in every language.
"""

from collections.abc import Mapping
from types import SimpleNamespace
from typing import Any, Final

from chalicelib import register
from chalicelib.accounts import conduct, house
from chalicelib.accounts.conduct import Conduct
from chalicelib.accounts.factor_routes import picture
from chalicelib.accounts.members import Person
from chalicelib.accounts.roles import GIVEN, NAMES, POWERS, ROLES, WORDS, Power
from chalicelib.consents.newsletter import BOX, Issue
from chalicelib.consents.rules import PURPOSES
from chalicelib.privacy.policy import STARTS
from chalicelib.privacy.statements import STATEMENTS
from chalicelib.register.model import Words
from dev import samples_billing, samples_face, samples_operations, samples_rights, samples_series
from dev.samples_programs import DEVELOPERS, PAGES

Values = Mapping[str, Any]

START: Final = 1_795_424_400  # Monday 23 November 2026, 10:00 in Paris
END: Final = START + 3_600
GONE: Final = END + 28 * 86_400
DAY: Final = 86_400

CONTROLLER: Final = {"name": "Cabinet Lefèvre & Associés", "contact": "donnees@lefevre.example"}
MEETING: Final[Values] = {
    "id": "mtg7Qk",
    "occurrence": "occ4Lp",
    "title": "Point trimestriel",
    "starts_at": START,
    "ends_at": END,
    "timezone": "Europe/Paris",
    "keep": "end",
    "host_name": "Anne Dupont",
    "company": CONTROLLER["name"],
    "is_host": True,
    "can_join": True,
    "over": False,
    "cancelled": False,
    "delete_at": GONE,
    "invited": 3,
    "more": 0,
    "series": "",
    "alone": False,
    "instead_of": 0,
    "stops_before": 0,
    "manages": True,
    "by": "",
    "cohosted": False,
}
INCIDENT: Final[Values] = {
    "part": "Réunions",
    "begun_at": START - 3_600,
    "over_at": None,
    "notes": [
        {"at": START - 600, "words": "La cause est trouvée.\nUne moitié des salles répond de nouveau."},
        {"at": START - 3_600, "words": "Des réunions ne démarrent pas. Nous cherchons."},
    ],
}
PAST: Final[Values] = {**MEETING, "id": "mtg2", "title": "Revue du contrat", "starts_at": START - 12 * DAY}


def _invitee(number: int, name: str, email: str, state: str, answer: str = "", **more: Any) -> Values:
    known = {"id": f"i{number}", "name": name, "email": email, "state": state, "state_at": START}
    return {**known, "trouble": "", "answer": answer, "outdated": False, **more}


INVITEES: Final = [
    _invitee(1, "Bruno Martin", "bruno.martin@client.example", "delivered", "accepted"),
    _invitee(2, "", "claire@client.example", "queued"),
    _invitee(3, "Denis Öztürk", "denis@faute-de-frappe.example", "failed", trouble="unknown"),
    _invitee(4, "Élise Roy", "elise@client.example", "revoked"),
    _invitee(5, "", "f.nguyen@client.example", "sent", "declined"),
    _invitee(6, "Hugo Petit", "hugo@client.example", "delayed", trouble="away"),
    _invitee(7, "", "ines@client.example", "complained"),
    _invitee(8, "Jeanne Faure", "jeanne@client.example", "delivered", "tentative", outdated=True),
]
ATTENDANCE: Final = [
    {
        "name": "Anne Dupont",
        "role": "host",
        "intervals": [(START - 120, END + 300)],
        "seconds": 4_020,
        "passage": {"grade": "good", "up": 0.0002, "down": 0.0, "paused": 0.0, "media_after": 0.4},
    },
    {
        "name": "Bruno Martin",
        "role": "guest",
        "intervals": [(START + 60, START + 1_500), (START + 1_560, END)],
        "seconds": 3_480,
        "passage": {"grade": "poor", "up": 0.031, "down": 0.094, "paused": 204.0, "media_after": 2.6},
    },
    {
        "name": "Élise Roy",
        "role": "guest",
        "intervals": [(START + 120, END)],
        "seconds": 3_480,
        "passage": {"grade": "fair", "up": None, "down": 0.024, "paused": 12.4, "media_after": 0.7},
    },
    {"name": "Hugo Petit", "role": "guest", "intervals": [(END - 600, END)], "seconds": 600, "passage": None},
]
ACCOUNT: Final = {
    "first_name": "Anne",
    "name": "Dupont",
    "email": "anne.dupont@lefevre.example",
    "pending_email": "",
    "language": "fr",
    "timezone": "Europe/Paris",
}
SESSIONS: Final = [
    {"id": "s1", "device": "Firefox, Linux", "last_used_at": START, "current": True},
    {"id": "s2", "device": "Safari, iPhone", "last_used_at": START - 2 * DAY, "current": False},
]
MEMBERS: Final[list[dict[str, Any]]] = [
    {"person": Person("a", "Anne Dupont", str(ACCOUNT["email"]), "owner", False, True), "touchable": False},
    {"person": Person("b", "Karim Benali", "karim@lefevre.example", "billing", False, False), "touchable": True},
    {"person": Person("c", "", "lea@lefevre.example", "member", True, False), "touchable": True},
]
PLAN: Final = {"name": "Offre d’essai", "people": 10, "minutes": 60, "invitations_per_day": 50}
SIGNUP_ERRORS: Final = {
    "email": "Cette adresse n’est pas complète : il manque ce qui suit l’arobase.",
    "terms": "Acceptez les conditions d’utilisation pour continuer.",
}
ROWS: Final = [
    {
        "label": row.label,
        "purpose": clock.purpose,
        "basis": clock.basis,
        "start": clock.start,
        "promise": clock.promise,
        "set": clock.keep,
        "clause": clock.clause,
    }
    for row in register.ROWS
    for clock in row.clocks
]
FINDINGS: Final = [SimpleNamespace(row=row, items=[{"deleted_by": GONE}]) for row in register.ROWS[:3]]
PACKAGES: Final = [{"id": "p1", "ready_at": START, "delete_by": START + 6 * DAY, "downloads": 1, "digest": "9f2c"}]
STOCKS: Final = [
    {
        "label": Words("Invitation à une réunion", "Invitation to a meeting"),
        "counted": 1_204,
        "late": 0,
        "suspended": 2,
        "oldest": START - 26 * DAY,
        "next": START + DAY,
    },
    {
        "label": Words("Clés de chiffrement", "Encryption keys"),
        "counted": 38,
        "late": 1,
        "suspended": 0,
        "oldest": None,
        "next": None,
    },
]
COOKIES: Final = [
    {"name": "__Host-sid", "purpose": Words("vous garder connecté", "to keep you signed in"), "keep": "14d"},
    {
        "name": "__Host-lang",
        "purpose": Words("se rappeler la langue choisie", "to remember the language"),
        "keep": "180d",
    },
]
VERSION: Final = {
    "version": "2",
    "announced": START,
    "effective": START + 30 * DAY,
    "summary": Words("Les journaux de sécurité.", "The security logs."),
}
STATED: Final = [{"statement": one, "current": bool(one.checked)} for one in STATEMENTS]
CERTIFICATE: Final = {"id": "4kq2", "about": "mtg7Qk-1", "made_at": GONE}
CERTIFIED: Final = {"label": register.ROWS[0].label, "count": 3, "at": GONE, "ground": ""}
PLAN_OF_CLOSING: Final = [
    {"label": "Compte : nom, prénom, adresse, mot de passe", "delete_at": None, "why": "Vous le fermez."},
    {"label": "Preuve du contrat", "delete_at": START + 5 * 365 * DAY, "why": "Preuve de la relation contractuelle."},
]
TYPED: Final = {"first_name": "Anne", "name": "Dupont", "email": "anne@", "company": CONTROLLER["name"]}
GUEST: Final[Values] = {
    "door": "/i/Zx81",
    "my_data": "/my-data/Zx81",
    "meeting": MEETING,
    "form": {},
    "errors": {},
    "controller": CONTROLLER,
    "delete_at": GONE,
}
HELD: Final = [
    {"label": "Adresse e-mail", "value": "bruno.martin@client.example", "delete_at": GONE},
    {"label": "Prénom et nom", "value": "Bruno Martin", "delete_at": GONE - 3_600},
]
EMPTY: Final[Values] = {"form": {}, "errors": {}}
OPEN_MEETING: Final[Values] = {
    "meeting": MEETING,
    "invitees": INVITEES,
    "attendance": [],
    "recordings": [],
    "files": [],
    "saves": [],
    "dates": [],
    "organisers": {"host": "a1", "host_name": "Anne Dupont", "cohosts": {}, "planner": ""},
    "people": [],
    "shared": [],
    "may_share": True,
    "done": "",
    **EMPTY,
}
RECORDED: Final[Values] = {
    "id": "rec4kq",
    "title": MEETING["title"],
    "meeting": "mtg7Qk",
    "organiser": "Anne Dupont",
    "state": "ready",
    "began_at": START + 120,
    "seconds": 2_880,
    "missing": 0,
    "delete_at": START + 28 * DAY,
    "watchable": True,
}
LOST: Final[Values] = {**RECORDED, "state": "incomplete", "missing": 2, "began_at": START + 3_300, "seconds": 600}
WATCHED: Final[Values] = {
    "recording": {**RECORDED, "readable": True, "own": True},
    "members": [{"id": "a", "name": "Léa Martin", "email": "lea@lefevre.example"}],
    "others": [{"id": "b", "name": "Luc Petit", "email": "luc@lefevre.example"}],
    "done": "",
    **EMPTY,
}
STRICT: Final = house.told(Conduct(False, "always", "end", 7, "domains", ("client.fr", "partenaire.eu")), "fr")
RULES: Final[Values] = {
    "form": {"lobby": "always", "keep": "end", "joiners": "domains", "days": "7", "domains": "client.fr partenaire.eu"},
    "house": STRICT,
    "may_change": True,
    "tables": {
        "lobby": list(conduct.LOBBY.items()),
        "keep": list(conduct.KEEP.items()),
        "joiners": list(conduct.JOINERS.items()),
    },
    "errors": {},
    "done": "",
}
TOTP_ADDRESS: Final = "otpauth://totp/Iboo:anne%40lefevre.example?secret=JBSWY3DPEHPK3PXP&issuer=Iboo"
TOTP_PICTURE: Final = picture(TOTP_ADDRESS)
NO_FACTOR: Final[Values] = {"has": False, "passkey": ""}
FACTOR: Final[Values] = {"has": True, "passkey": ""}
PASSKEY: Final[Values] = {"has": True, "passkey": "/api/account/passkeys/question"}
PASSKEYS: Final = [
    {"id": "a", "name": "Portable du bureau", "made_at": START - 40 * DAY, "used_at": START},
    {"id": "b", "name": "Clé USB", "made_at": START, "used_at": 0},
]
SECURITY: Final[Values] = {
    "factor": NO_FACTOR,
    "passkeys": [],
    "since": 0,
    "codes_left": 0,
    "recent": True,
    "obligatory": True,
    "secret": "",
    "address": "",
    "picture": "",
    "errors": {},
    "done": "",
}
COMPANY: Final[Values] = {
    "factor": FACTOR,
    "company": {"name": CONTROLLER["name"], "privacy_contact": CONTROLLER["contact"]},
    "plan": PLAN,
    "members": [{**one, "role": NAMES[one["person"].role]} for one in MEMBERS],
    "may": {power.value: True for power in Power},
    "given": [(role, NAMES[role]) for role in GIVEN],
    "heirs": [("b", "Karim Benali")],
    "rights": {
        "roles": [NAMES[role] for role in ROLES],
        "lines": [(WORDS[power], [power in POWERS[role] for role in ROLES]) for power in Power],
    },
    "role": NAMES["owner"],
    "part": "",
    "done": "",
    **EMPTY,
}

SIGNED_OUT: Final[Mapping[str, tuple[str, Values]]] = {
    **samples_billing.SIGNED_OUT,
    **samples_rights.SIGNED_OUT,
    **samples_face.SIGNED_OUT,
    "signup": ("pages/signup.html", {**EMPTY, "terms_version": "1", "dpa_version": "1", "newsletter": BOX}),
    "signup-wrong": (
        "pages/signup.html",
        {"form": TYPED, "errors": SIGNUP_ERRORS, "terms_version": "1", "dpa_version": "1", "newsletter": BOX},
    ),
    "signin-second": ("pages/signin_second.html", {"token": "t", "factor": FACTOR, "errors": {}}),
    "signin-second-passkey": ("pages/signin_second.html", {"token": "t", "factor": PASSKEY, "errors": {}}),
    "signup-sent": ("pages/signup_sent.html", {"email": ACCOUNT["email"]}),
    "verify": ("pages/verify.html", {"token": "t", "elsewhere": False, "errors": {}}),
    "verify-elsewhere": ("pages/verify.html", {"token": "t", "elsewhere": True, "errors": {}}),
    "email-verify": ("pages/email_verify.html", {"token": "t", "email": ACCOUNT["email"]}),
    "signin": ("pages/signin.html", {**EMPTY, "next": ""}),
    "signin-wrong": (
        "pages/signin.html",
        {"form": {"email": ACCOUNT["email"]}, "errors": {"": "L’adresse ou le mot de passe ne va pas."}, "next": ""},
    ),
    "forgot": ("pages/forgot.html", EMPTY),
    "forgot-sent": ("pages/forgot_sent.html", {"email": ACCOUNT["email"]}),
    "reset": ("pages/reset.html", {"token": "t", "errors": {}}),
    "member-join": (
        "pages/member_join.html",
        {**EMPTY, "token": "t", "company": CONTROLLER["name"], "email": "lea@lefevre.example", "terms_version": "1"},
    ),
    "check": ("pages/check.html", {}),
    "browsers": ("pages/browsers.html", {}),
    "developers": ("pages/developers.html", DEVELOPERS),
    "guest": ("pages/guest.html", {**GUEST, "state": "ready"}),
    "guest-early": ("pages/guest.html", {**GUEST, "state": "early"}),
    "guest-in-use": ("pages/guest.html", {**GUEST, "state": "in_use"}),
    "guest-cancelled": ("pages/guest.html", {**GUEST, "state": "cancelled"}),
    "guest-over": ("pages/guest.html", {**GUEST, "state": "over"}),
    "my-data": (
        "pages/my_data.html",
        {
            "token": "t",
            "meeting": MEETING,
            "controller": CONTROLLER,
            "in_book": True,
            "held": HELD,
            "attendance": ATTENDANCE[1],
        },
    ),
    "my-data-empty": (
        "pages/my_data.html",
        {"token": "t", "meeting": MEETING, "controller": CONTROLLER, "in_book": False, "held": [], "attendance": None},
    ),
    "policy": ("pages/policy.html", {"rows": ROWS, "version": "1", "starts": STARTS}),
    "retention": (
        "pages/retention.html",
        {"today": {"stocks": STOCKS, "swept_at": START, "counted_at": START - 3_600}, "statements": STATED},
    ),
    "retention-new": (
        "pages/retention.html",
        {"today": {"stocks": [], "swept_at": None, "counted_at": None}, "statements": []},
    ),
    "status": (
        "pages/status.html",
        {
            "parts": [{"key": key, "state": "good"} for key in ("meetings", "mail", "expiry")],
            "worst": "good",
            "at": START,
            "going_on": [],
            "over": [],
        },
    ),
    "status-troubled": (
        "pages/status.html",
        {
            "parts": [
                {"key": "meetings", "state": "down"},
                {"key": "mail", "state": "slow"},
                {"key": "expiry", "state": "slow"},
            ],
            "worst": "down",
            "at": START,
            "going_on": [INCIDENT],
            "over": [{**INCIDENT, "begun_at": START - 9 * DAY, "over_at": START - 9 * DAY + 3_600}],
        },
    ),
    "legal": ("pages/legal.html", {}),
    "terms": ("pages/terms.html", {"version": "1"}),
    "processor-agreement": ("pages/processor_agreement.html", {"version": "1"}),
    "accessibility": ("pages/accessibility.html", {}),
    "privacy-choices": (
        "pages/privacy_choices.html",
        {"cookies": COOKIES, "purposes": PURPOSES, "choice": None},
    ),
    "certificate": (
        "pages/certificate.html",
        {
            "certificate": CERTIFICATE,
            "asked": "Fin de conservation d’une réunion",
            "lines": [
                {"line": CERTIFIED, "status": "effacé"},
                {"line": {**CERTIFIED, "ground": "GDPR art. 6.1.f", "count": 0}, "status": "conservé jusqu’à"},
            ],
            "days": {"2026-12-21": {"address": "https://iboo.example/proof/2026-12-21", "head": "9f" * 32}},
        },
    ),
    "proofs": ("pages/proofs.html", {"heads": [{"day": "2026-12-21", "head": "9f" * 32, "erasures": 412}]}),
    "proofs-none": ("pages/proofs.html", {"heads": []}),
    "policy-versions": ("pages/policy_versions.html", {"versions": [VERSION]}),
    "policy-version": (
        "pages/policy_version.html",
        {
            "version": VERSION,
            "current": "1",
            "words": ["Politique", "Durée : 30 jours"],
            "changes": [{"kind": "removed", "text": "60 jours"}, {"kind": "added", "text": "30 jours"}],
        },
    ),
    "contact": ("pages/contact.html", {**EMPTY, "topics": [("question", "Une question"), ("offer", "Une offre")]}),
    "report": (
        "pages/report.html",
        {**EMPTY, "categories": [("", "Choisir…"), ("harassment", "Menaces, harcèlement, intrusion")]},
    ),
    "report-sent": ("pages/report_sent.html", {"reference": "k4q2-7xhd", "email": ACCOUNT["email"]}),
    "report-nameless": ("pages/report_sent.html", {"reference": "k4q2-7xhd", "email": ""}),
    "contact-sent": ("pages/contact_sent.html", {"reference": "k4q2-7xhd", "email": ACCOUNT["email"]}),
    "newsletter": ("pages/newsletter.html", {**EMPTY, "box": BOX}),
    "newsletter-sent": ("pages/newsletter_sent.html", {"email": ACCOUNT["email"]}),
    "newsletter-confirm": ("pages/newsletter_confirm.html", {"token": "t"}),
    "newsletter-done": ("pages/newsletter_done.html", {}),
    "unsubscribe": ("pages/unsubscribe.html", {"token": "t", "done": False}),
    "unsubscribed": ("pages/unsubscribe.html", {"token": "t", "done": True}),
    "error": (
        "pages/error.html",
        {"status": 404, "title": "Page introuvable", "message": "Cette page n’existe pas.", "action": ("/", "Accueil")},
    ),
}

SIGNED_IN: Final[Mapping[str, tuple[str, Values]]] = {
    **samples_billing.SIGNED_IN,
    **samples_rights.SIGNED_IN,
    **samples_operations.SIGNED_IN,
    **samples_face.SIGNED_IN,
    "meetings": (
        "pages/meetings.html",
        {
            "upcoming": [
                {**MEETING, "more": 5},
                {**MEETING, "id": "m3", "title": "Entretien", "is_host": False, "can_join": False},
            ],
            "past": [PAST, {**PAST, "id": "m4", "cancelled": True}],
        },
    ),
    "meetings-empty": ("pages/meetings.html", {"upcoming": [], "past": []}),
    "book": ("pages/book.html", {**EMPTY, "entries": samples_series.BOOK, "done": ""}),
    "calendar": (
        "pages/calendar.html",
        {"address": "https://iboo.example/calendar/q4mzt2.2kq7y3c5l4m6n8p0r2t4v6x8za.ics", "done": ""},
    ),
    "calendar-off": ("pages/calendar.html", {"address": "", "done": ""}),
    "book-empty": ("pages/book.html", {**EMPTY, "entries": [], "done": "Le carnet est à jour."}),
    **samples_series.sheets(MEETING, OPEN_MEETING),
    "meeting-new": ("pages/meeting_form.html", samples_series.FORM),
    "meeting-edit": (
        "pages/meeting_form.html",
        {
            **samples_series.FORM,
            "rhythm": False,
            "form": {"title": "Point", "date": "2026-11-23", "time": "10:00", "timezone": "Europe/Paris", "length": 60},
            "errors": {"date": "Cette date est passée."},
            "meeting": MEETING,
        },
    ),
    "meeting": ("pages/meeting.html", OPEN_MEETING),
    "meeting-new-empty": ("pages/meeting.html", {**OPEN_MEETING, "invitees": [], "done": "La réunion est planifiée."}),
    "meeting-over": (
        "pages/meeting.html",
        {
            **OPEN_MEETING,
            "meeting": {**MEETING, "over": True, "can_join": False},
            "attendance": ATTENDANCE,
            "recordings": [RECORDED, LOST, {**RECORDED, "state": "closing", "watchable": False}],
            "files": [{"name": "attendance.csv", "label": "Présences (tableur)"}],
            "saves": [{"what": "Présences (tableur)", "at": END + 600}],
        },
    ),
    "meeting-cancelled": (
        "pages/meeting.html",
        {**OPEN_MEETING, "meeting": {**MEETING, "cancelled": True, "can_join": False}},
    ),
    "recordings": ("pages/recordings.html", {"recordings": [RECORDED, LOST]}),
    "recordings-empty": ("pages/recordings.html", {"recordings": []}),
    "recording": ("pages/recording.html", WATCHED),
    "recording-lost": (
        "pages/recording.html",
        {**WATCHED, "recording": {**LOST, "readable": True, "own": False}, "members": [], "others": []},
    ),
    "recording-alone": ("pages/recording.html", {**WATCHED, "members": [], "others": []}),
    "recording-unreadable": (
        "pages/recording.html",
        {**WATCHED, "recording": {**RECORDED, "readable": False, "own": True}},
    ),
    "meeting-cancel": (
        "pages/meeting_cancel.html",
        {"meeting": MEETING, "invited": 3, "following": 0, "left": 1},
    ),
    "account": (
        "pages/account.html",
        {"account": ACCOUNT, "sessions": SESSIONS, "factor": FACTOR, "part": "", "done": "", **EMPTY},
    ),
    "account-wrong": (
        "pages/account.html",
        {
            "account": {**ACCOUNT, "pending_email": "anne@nouvelle.example"},
            "factor": PASSKEY,
            "sessions": SESSIONS,
            "form": {},
            "errors": {"current": "Ce n’est pas votre mot de passe actuel."},
            "part": "password",
            "done": "",
        },
    ),
    "data": ("pages/data.html", {"controlled": FINDINGS, "processed": FINDINGS[1:], "most": 3, "packages": PACKAGES}),
    "data-empty": ("pages/data.html", {"controlled": FINDINGS, "processed": [], "most": 3, "packages": []}),
    "account-close": (
        "pages/account_close.html",
        {
            "plan": PLAN_OF_CLOSING,
            "factor": FACTOR,
            "last_admin": False,
            "meetings": 2,
            "successors": [("b", "Karim Benali")],
            "to": "",
            "errors": {},
        },
    ),
    "company": ("pages/company.html", COMPANY),
    "choices": (
        "pages/choices.html",
        {
            "subscribed": {"basis": "6.1.a", "since": START},
            "opposed": False,
            "choice": None,
            "proofs": [{"purpose": "newsletter", "granted": True, "asked_at": START, "ended_at": None}],
            "box": BOX,
            "done": "",
        },
    ),
    "choices-none": (
        "pages/choices.html",
        {"subscribed": None, "opposed": False, "choice": None, "proofs": [], "box": BOX, "done": ""},
    ),
    "certificates": ("pages/certificates.html", {"certificates": [CERTIFICATE]}),
    "company-usage": (
        "pages/company_usage.html",
        {
            "lines": [
                {"month": START, "meetings": 42, "participants": 317, "minutes": 9_480},
                {"month": START - 30 * DAY, "meetings": 38, "participants": 260, "minutes": 7_215},
            ]
        },
    ),
    "account-security": (
        "pages/account_security.html",
        {**SECURITY, "secret": "JBSW Y3DP EHPK 3PXP", "address": TOTP_ADDRESS, "picture": TOTP_PICTURE},
    ),
    "account-security-none": ("pages/account_security.html", SECURITY),
    "account-security-on": (
        "pages/account_security.html",
        {**SECURITY, "factor": FACTOR, "since": START, "codes_left": 9, "obligatory": False},
    ),
    "account-security-passkeys": (
        "pages/account_security.html",
        {**SECURITY, "factor": PASSKEY, "passkeys": PASSKEYS, "codes_left": 9, "obligatory": False},
    ),
    "account-security-prove": (
        "pages/account_security.html",
        {**SECURITY, "factor": PASSKEY, "passkeys": PASSKEYS, "since": START, "codes_left": 9, "recent": False},
    ),
    "recovery-codes": ("pages/recovery_codes.html", {"codes": [f"k3x9{n}-p4q7{n}" for n in range(10)]}),
    "company-security": (
        "pages/company_security.html",
        {
            "members": [
                {"person": MEMBERS[0]["person"], "has": True, "touchable": False},
                {"person": MEMBERS[1]["person"], "has": True, "touchable": True},
            ],
            "obligatory": False,
            "done": "",
        },
    ),
    "member-remove": (
        "pages/member_remove.html",
        {
            "id": "b",
            "name": "Karim Benali",
            "meetings": 3,
            "successors": [("a", "Anne Dupont"), ("c", "Léa Roux")],
            "you": "a",
            "errors": {},
        },
    ),
    **PAGES,
    "company-rules": ("pages/company_rules.html", RULES),
    "company-rules-read": ("pages/company_rules.html", {**RULES, "may_change": False}),
    "meeting-new-strict": (
        "pages/meeting_form.html",
        {**samples_series.FORM, "keepings": ("end", "none"), "house": STRICT},
    ),
    "company-member": (
        "pages/company.html",
        {**COMPANY, "may": {power.value: False for power in Power}, "role": NAMES["member"]},
    ),
}

LINK: Final = "https://iboo.example/i/q0Vd2bXG5mZk8nT1cR7yWg"
TO_GUEST: Final[Values] = {
    "bilingual": True,
    "meeting": MEETING,
    "link_to": LINK,
    "my_data_link": "https://iboo.example/my-data/q0Vd2bXG5mZk8nT1cR7yWg",
    "check_link": "https://iboo.example/check",
}
TO_ORGANISER: Final[Values] = {
    "bilingual": False,
    "meeting": {**MEETING, "timezone": "America/Martinique"},
    "link_to": "https://iboo.example/meetings/mtg7Qk",
    "invited": 3,
}
ONE_LINK: Final[Values] = {
    "bilingual": False,
    "link_to": "https://iboo.example/verify/4jV1",
    "hours": 24,
    "minutes": 60,
}

# "bilingual" is for the gallery and tests, not for the templates.
MAILS: Final[Mapping[str, Values]] = {
    **samples_billing.MAILS,
    **samples_rights.MAILS,
    "verify": ONE_LINK,
    "already_registered": {**ONE_LINK, "reset_link": "https://iboo.example/forgot"},
    "email_change": ONE_LINK,
    "reset": ONE_LINK,
    "password_changed": {**ONE_LINK, "at": START},
    "factor_changed": {**ONE_LINK, "what": "added", "at": START},
    "owner_now": {**ONE_LINK, "company": CONTROLLER["name"], "before": "Karim Benali"},
    "company_suspended": {
        **ONE_LINK,
        "company": CONTROLLER["name"],
        "cause": "Invitations non désirées.\nConditions, 4.",
    },
    "company_reinstated": {**ONE_LINK, "company": CONTROLLER["name"]},
    "trial_extended": {**ONE_LINK, "company": CONTROLLER["name"], "until": START},
    "email_changed": {"bilingual": False, "at": START},
    "no_account": ONE_LINK,
    "contact_received": {"bilingual": False, "reference": "k4q2-7xhd", "body": "Bonjour,\nune question."},
    "contact_answer": {"bilingual": False, "reference": "k4q2-7xhd", "body": "Voici.", "asked_at": START},
    "contact_arrived": {
        "bilingual": False,
        "reference": "k4q2-7xhd",
        "topic": "Une question",
        "body": "Bonjour",
        "sender": "Anne Dupont",
        "company": CONTROLLER["name"],
        "email": ACCOUNT["email"],
    },
    "newsletter_confirm": ONE_LINK,
    "policy_changed": {
        "bilingual": False,
        "summary": Words("Les journaux de sécurité.", "The security logs."),
        "effective": START + 30 * DAY,
        "link_to": "https://iboo.example/privacy/versions/2",
    },
    "inactive": {
        "bilingual": False,
        "last_use": START,
        "delete_at": START + 365 * DAY,
        "link_to": "https://iboo.example/signin",
    },
    "newsletter": {
        "bilingual": False,
        "issue": Issue(
            Words("Les salles d’attente arrivent", "Waiting rooms are here"),
            (Words("Chacun entre quand vous êtes prêt.", "Everybody enters when you are ready."),),
            "/",
        ),
        "link_to": "https://iboo.example/",
        "leave_link": "https://iboo.example/u/abc",
        "customer": False,
    },
    "account_closed": {"bilingual": False, "company": CONTROLLER["name"]},
    "member_invitation": {**ONE_LINK, "company": CONTROLLER["name"], "inviter": "Anne Dupont", "days": 7},
    "invitation": TO_GUEST,
    "invitation_updated": TO_GUEST,
    "invitation_cancelled": TO_GUEST,
    "reminder": TO_GUEST,
    "organiser_confirmation": TO_ORGANISER,
    "organiser_updated": TO_ORGANISER,
    "organiser_cancelled": TO_ORGANISER,
    "organiser_relieved": {"bilingual": False, "meeting": {**MEETING, "by": "Anne Dupont"}, "invited": 3},
    "organiser_reminder": TO_ORGANISER,
    "recording_closed": {
        "bilingual": False,
        "heading": "Point projet",
        "state": "incomplete",
        "missing": 2,
        "delete_at": START + 28 * DAY,
        "link_to": "https://iboo.example/recordings/rec4kq",
    },
    "recording_shared": {
        "bilingual": False,
        "heading": "Point projet",
        "organiser": "Anne Dupont",
        "began_at": START,
        "delete_at": START + 28 * DAY,
        "link_to": "https://iboo.example/recordings/rec4kq",
    },
    "recording_file_gone": {
        "bilingual": False,
        "heading": "Point projet",
        "delete_at": START + 28 * DAY,
        "link_to": "https://iboo.example/recordings/rec4kq",
    },
    "minutes": {name: value for name, value in TO_GUEST.items() if name != "link_to"},
    "organiser_minutes": {name: value for name, value in TO_ORGANISER.items() if name != "link_to"} | {"guests": 3},
    "someone_waits": {**TO_ORGANISER, "link_to": "https://iboo.example/m/mtg7Qk-1"},
    "guest_wrote": {
        **TO_ORGANISER,
        "guest": "Bruno Martin",
        "words": "Bonjour,\n\nserait-il possible de commencer une demi-heure plus tard ?\n\nBruno Martin",
    },
    "not_read": {"bilingual": True},
}
