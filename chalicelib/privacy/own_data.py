"""Where the data of a signed-in person are: for each kind of the register how to find this person's items, or why not.

A person's copy holds what concerns that person. The names, addresses and words of others stay out (GDPR art. 15 (4)).
"""

from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress

from chalicelib import keyed, ledger, sessions, storage
from chalicelib.accounts import actions as accounts
from chalicelib.accounts import factors, federation, house, passkeys, suspension, tokens
from chalicelib.accounts.factor_models import Authenticator, RecoveryCode
from chalicelib.accounts.models import Account, Contract, Login, Member, MemberInvitation, OneTimeLink, Subscription
from chalicelib.accounts.roles import Power, may
from chalicelib.billing import cards, ordering
from chalicelib.billing.models import BillingProfile, Invoice, Order
from chalicelib.consents import proofs
from chalicelib.consents.models import Contact, Subscriber, Suppression
from chalicelib.contact import actions as contact
from chalicelib.errors import NotFound
from chalicelib.fleet.models import Interval
from chalicelib.meetings import notes, scheduling
from chalicelib.meetings.models import (
    ChatMessage,
    ChatReceipt,
    Meeting,
    MeetingRole,
    NoteChange,
    Occurrence,
    Participant,
    Rating,
    Reminder,
    Save,
)
from chalicelib.recordings import actions as recordings
from chalicelib.recordings import sharing, watching
from chalicelib.recordings.models import Decision, File, Recording, Track
from chalicelib.register import Words
from chalicelib.storage import Item, keys

from . import usage
from .models import Notice, Package

Find = Callable[[Account], Iterable[Item | None]]

WITHHELD: dict[str, frozenset[str]] = {
    "account": frozenset({"password_hash"}),
    "passkey": frozenset({"credential", "public_key"}),
    "member_invitation": frozenset({"email"}),
    "participant": frozenset({"holder"}),
    "order": frozenset({"alias"}),
    "card_on_file": frozenset({"alias"}),
    "invoice": frozenset({"pdf"}),
}
"""Fields that stay out: secrets, and what is about somebody else."""


def of(account: Account) -> dict[str, list[Item]]:
    """Every item about the person, by kind."""
    return {kind: [item for item in find(account) if item is not None] for kind, find in FIND.items()}


def _occurrences(account: Account) -> Iterator[Occurrence]:
    yield from storage.listed(Occurrence, f"host#{account.id}")


def _participations(account: Account) -> Iterator[tuple[Occurrence, Participant]]:
    for occurrence in _occurrences(account):
        for person in storage.query(Participant, occurrence.partition, "participant#"):
            if person.account == account.id:
                yield occurrence, person
    for person in storage.listed(Participant, f"attends#{account.id}"):
        with suppress(NotFound):
            yield scheduling.occurrence_of(person.occurrence), person


def _messages(account: Account) -> Iterator[ChatMessage]:
    for occurrence, person in _participations(account):
        try:
            key = keys.open_key(occurrence.talk_key)
        except keys.KeyDestroyed:
            continue
        for message in storage.query(ChatMessage, occurrence.partition, "chat#", key=key):
            if message.participant == person.id:
                yield message


def _notes(account: Account) -> Iterator[NoteChange]:
    for occurrence, person in _participations(account):
        yield from notes.written_by(occurrence, person.id)


def _receipts(account: Account) -> Iterator[ChatReceipt]:
    for occurrence, person in _participations(account):
        yield from storage.query(ChatReceipt, occurrence.partition, f"said#{person.id}#")


def _intervals(account: Account) -> Iterator[Interval]:
    for occurrence, person in _participations(account):
        yield from storage.query(Interval, occurrence.partition, f"interval#{person.id}#")


def _meetings(account: Account) -> Iterator[Meeting | None]:
    for meeting in dict.fromkeys(occurrence.meeting for occurrence in _occurrences(account)):
        yield storage.get(Meeting, f"meeting#{meeting}", "meeting")


def _ratings(account: Account) -> Iterator[Rating | None]:
    for occurrence, person in _participations(account):
        yield storage.get(Rating, occurrence.partition, f"rating#{person.id}")


def _reminders(account: Account) -> Iterator[Reminder]:
    for meeting in dict.fromkeys(occurrence.meeting for occurrence in _occurrences(account)):
        yield from storage.query(Reminder, f"meeting#{meeting}", "reminder#")


def _recordings(account: Account) -> Iterator[Recording]:
    for occurrence in _occurrences(account):
        yield from recordings.of_occurrence(occurrence.id)


def _tracks(account: Account) -> Iterator[Track]:
    for occurrence, person in _participations(account):
        yield from recordings.tracks_of(occurrence.id, person.id)


def _decisions(account: Account) -> Iterator[Decision]:
    for occurrence, person in _participations(account):
        yield from recordings.decisions_of(occurrence.id, person.id)


def _made_files(account: Account) -> Iterator[File]:
    """Of one's own meetings, and those one is in."""
    seen = set()
    for occurrence in _occurrences(account):
        for recording in recordings.of_occurrence(occurrence.id):
            for file in storage.query(File, recording.pk, "file#"):
                seen.add(file.id)
                yield file
    for occurrence, person in _participations(account):
        found = recordings.files_with(occurrence.id, person.id)
        yield from (file for file in found if file.id not in seen)


def _contracts(account: Account) -> Iterator[Contract]:
    found = storage.query(Contract, f"company#{account.company}", "contract#")
    return (contract for contract in found if contract.account == account.id)


def _orders(account: Account) -> Iterator[Order]:
    return (order for order in ordering.all_of(account.company) if order.account == account.id)


def _invoices(account: Account) -> Iterator[Invoice]:
    return storage.listed(Invoice, f"invoices#{account.company}") if may(account.role, Power.PAY) else iter(())


def _billing(account: Account) -> list[Item | None]:
    if not may(account.role, Power.PAY):
        return []
    return [storage.get(BillingProfile, f"company#{account.company}", "billing")]


def _member_invitations(account: Account) -> Iterator[MemberInvitation]:
    found = storage.listed(MemberInvitation, f"invited#{account.company}")
    return (invitation for invitation in found if invitation.invited_by == account.id)


FIND: dict[str, Find] = {
    "account": lambda account: [account],
    "login": lambda account: [storage.get(Login, accounts.login_key(account.email), "login", because="consent")],
    "company": lambda account: [accounts.company_of(account)],
    "member": lambda account: [
        storage.get(Member, f"company#{account.company}", f"member#{account.id}", because="consent")
    ],
    "subscription": lambda account: [
        storage.get(Subscription, f"company#{account.company}", "subscription", because="consent")
    ],
    "authenticator": lambda account: [one for one in factors.items(account.id) if isinstance(one, Authenticator)],
    "passkey": lambda account: passkeys.of_account(account.id),
    "factor_challenge": lambda account: passkeys.challenges(account.id),
    "recovery_code": lambda account: [one for one in factors.items(account.id) if isinstance(one, RecoveryCode)],
    "suspension": lambda account: [suspension.of(account.company)],
    "federation": lambda account: [federation.of(account.company)],
    "usage_month": lambda account: usage.months(account.company) if may(account.role, Power.USAGE) else [],
    "company_rules": lambda account: [house.kept(account.company)],
    "api_token": lambda account: tokens.of_account(account),
    "contract": _contracts,
    "order": _orders,
    "invoice": _invoices,
    "billing_profile": _billing,
    "card_on_file": lambda account: [cards.of(account.company)] if may(account.role, Power.PAY) else [],
    "session": lambda account: sessions.of_account(account.id),
    "one_time_link": lambda account: storage.listed(OneTimeLink, f"links#{account.id}"),
    "member_invitation": _member_invitations,
    "meeting": _meetings,
    "meeting_role": lambda account: storage.listed(MeetingRole, f"roles#{account.id}"),
    "occurrence": _occurrences,
    "reminder": _reminders,
    "participant": lambda account: (person for _, person in _participations(account)),
    "chat_message": _messages,
    "chat_receipt": _receipts,
    "note_change": _notes,
    "interval": _intervals,
    "recording": _recordings,
    "recording_track": _tracks,
    "recording_consent": _decisions,
    "recording_file": _made_files,
    "recording_share": lambda account: sharing.shares_of(account.id),
    "viewing": lambda account: watching.viewings_of(account.id),
    "rating": _ratings,
    "save": lambda account: storage.listed(Save, f"saves#{account.id}"),
    "disclosure": lambda account: ledger.of(account.email),
    "subscriber": lambda account: [
        storage.get(Subscriber, f"subscriber#{keyed.email_hash(account.email)}", "subscriber", because="consent")
    ],
    "contact": lambda account: [
        storage.get(Contact, f"contact#{keyed.email_hash(account.email)}", "contact", because="consent")
    ],
    "suppression": lambda account: [
        storage.get(Suppression, f"suppression#{keyed.email_hash(account.email)}", "suppression")
    ],
    "ticket": lambda account: contact.of_account(account.id),
    "ticket_answer": lambda account: (
        answer for ticket in contact.of_account(account.id) for answer in contact.answers(ticket)
    ),
    "notice": lambda account: storage.query(Notice, f"notice#{account.id}"),
    "consent": lambda account: proofs.all_of(keyed.email_hash(account.email)),
    "package": lambda account: storage.query(Package, f"packages#{account.id}"),
}

_GUEST = Words(
    "Reçu comme invité : le lien « vos données » de chaque invitation le montre, l'entreprise qui organise en répond.",
    "Received as a guest: the “your data” link of each invitation shows it; the company that organises answers for it.",
)
_ON_THE_WAY_IN = Words(
    "Connexion en cours : sous l'empreinte d'un lien, dix minutes.",
    "Signing in: under the hash of a link, ten minutes.",
)
_NO_LINK = Words(
    "Rien n'y permet de retrouver une personne (article 11 du RGPD).",
    "Nothing in it allows finding a person (article 11 GDPR).",
)
_NO_PERSON = Words("Aucune donnée personnelle.", "No personal data.")

_OWN_PAGE = Words(
    "Sur les pages « Exercer vos droits » et « Directives » ; dans la copie que vous y demandez.",
    "On the pages “Your rights” and “Directives”; in the copy you ask for there.",
)
_CASE_FILE = Words(
    "Dossiers du délégué à la protection des données, tenus par affaire et non par personne.",
    "Files of the data protection officer, kept by case and not by person.",
)

ELSEWHERE: dict[str, Words] = {
    "payment": Words(
        "Preuves de paiement : archivées aussitôt, lues sur un motif écrit. Demandez-les en citant la facture.",
        "Evidence of payment: archived at once, read for a written reason. Ask for it, naming the invoice.",
    ),
    "counter": _NO_PERSON,
    "incident": _NO_PERSON,
    "join_trouble": _NO_PERSON,
    "api_request": _NO_PERSON,
    "webhook": _NO_PERSON,
    "webhook_message": _NO_PERSON,
    "webhook_count": _NO_PERSON,
    "deposit": _NO_PERSON,
    "operator_act": Words(
        "Actes de nos opérateurs, sans nom de client : demandez-les en citant la commande.",
        "Acts of our operators, naming no customer: ask for them, naming the order.",
    ),
    "refund": Words(
        "Remboursements, sans nom de client : demandez-les en citant la facture.",
        "Refunds, naming no customer: ask for them, naming the invoice.",
    ),
    "newsletter_issue": _NO_PERSON,
    "mail_tally": _NO_PERSON,
    "reference": Words(
        "Citation de votre entreprise, avec le nom de qui l'a permise : demandez-la en nommant l'entreprise.",
        "Your company named as a customer, with who permitted it: ask for it, naming the company.",
    ),
    "right_request": _OWN_PAGE,
    "right_part": _OWN_PAGE,
    "right_step": _OWN_PAGE,
    "right_pointer": _OWN_PAGE,
    "freeze": _OWN_PAGE,
    "directive": _OWN_PAGE,
    "identity_code": _NO_LINK,
    "id_proof": _NO_LINK,
    "breach": _NO_PERSON,
    "breach_notice": _NO_PERSON,
    "breach_phase": _NO_PERSON,
    "authority": _CASE_FILE,
    "legal_hold": _CASE_FILE,
    "automated_decision": _NO_LINK,
    "officer": _CASE_FILE,
    "console_access": _CASE_FILE,
    "console_visit": _NO_LINK,
    "subprocessor": _NO_PERSON,
    "subprocessor_objection": _NO_PERSON,
    "dpia": _NO_PERSON,
    "signature": _NO_PERSON,
    "invitation": _GUEST,
    "delivery": _GUEST,
    "reply": _GUEST,
    "signup": Words(
        "Inscription non confirmée : sous l'empreinte d'un lien, 24 heures.",
        "A registration not confirmed: under the hash of a link, 24 hours.",
    ),
    "sign_in_step": _ON_THE_WAY_IN,
    "federated_step": _ON_THE_WAY_IN,
    "pass": _NO_LINK,
    "book_entry": Words(
        "Carnet d'adresses d'une entreprise cliente : son lien « vos données » le montre, et permet de s'en retirer.",
        "Address book of a customer: the “your data” link of its invitations shows it, and lets one leave it.",
    ),
    "throttle": _NO_LINK,
    "outgoing_mail": Words(
        "Courriel en attente d'envoi : adresse et texte sont effacés une fois envoyés, trois jours au plus.",
        "Mail waiting to be sent: address and words are erased once sent, after three days at most.",
    ),
    "newsletter_request": Words(
        "Abonnement demandé, pas encore confirmé : effacé après sept jours.",
        "A subscription asked for and not confirmed yet: erased after seven days.",
    ),
    "consent_text": _NO_PERSON,
    "day_count": _NO_PERSON,
    "tombstone": _NO_LINK,
    "day_head": _NO_PERSON,
    "day_page": _NO_PERSON,
    "certificate": Words(
        "Certificats : l'adresse de chacun vous a été remise avec lui.",
        "Certificates: you were handed the address of each with it.",
    ),
    "security_event": _NO_LINK,
    "room": _NO_PERSON,
    "recording_part": _NO_PERSON,
    "recording_lease": _NO_PERSON,
    "worker": _NO_PERSON,
    "coming": _NO_PERSON,
    "data_key": _NO_PERSON,
    "sweep_mark": _NO_PERSON,
    "census_result": _NO_PERSON,
}
"""Kinds that are not searched for a signed-in person, and why."""
