"""Rows of who pays, what was paid, and what proves it."""

from .events import Event
from .model import Basis, Clock, Phase, Row, Words
from .period import period
from .published import CONTROLLER, MAIL_PROVIDER, MEMBERS
from .stores import INVOICES, KEYS, PAYMENTS, PEOPLE

NOBODY = Words("personne : aucune donnée personnelle", "nobody: no personal data")
PAYERS = Words("personnes qui paient", "people who pay")
BANK = Words("Monetico Paiement (Crédit Mutuel, CIC), responsable distinct", "Monetico Paiement, a separate controller")

PAYMENT = Row(
    key="payment",
    published=True,
    label=Words("Preuve de paiement", "Evidence of payment"),
    subjects=PAYERS,
    roles=CONTROLLER,
    store=PAYMENTS,
    archive=PAYMENTS,
    clocks=(
        Clock(
            Words("prouver le paiement en cas de contestation", "to prove the payment when it is contested"),
            Basis.LEGITIMATE_INTEREST,
            Event.COLLECTED,
            period("6m - 2d"),
            period("6m"),
            "policy §7",
            phase=Phase.ARCHIVE,
        ),
    ),
    kinds={
        "payment": frozenset(
            {
                "reference",
                "amount",
                "currency",
                "paid_at",
                "result",
                "authorisation",
                "brand",
                "last4",
                "three_d_secure",
                "payer_ip",
            }
        )
    },
    recipients=(BANK,),
    why="Policy §7: archived at once, six months at most. Never a card's number, its code or its expiry.",
)

CARD_ON_FILE = Row(
    key="card_on_file",
    published=True,
    label=Words("Carte gardée par la banque", "Card kept by the bank"),
    subjects=PAYERS,
    roles=CONTROLLER,
    store=KEYS,
    clocks=(
        Clock(
            Words("renouveler l’abonnement sans redemander la carte", "to renew without asking for the card again"),
            Basis.CONSENT,
            Event.CONSENT_ENDED,
            period("0d"),
            period("0d"),
            "policy §7; CNIL, délibération 2018-303",
        ),
    ),
    kinds={
        "card_on_file": frozenset(
            {"alias", "last4", "brand", "wish", "since", "reference", "ordered_on", "total", "taken"}
        )
    },
    recipients=(BANK,),
    why="Only for who expressly wished it: the bank's name for the card, its last digits. No backup brings it back.",
    unsigned=(
        "No public service of the bank deletes a stored card: an operator does it in the back office, by the list.",
    ),
)

INVOICE = Row(
    key="invoice",
    published=True,
    label=Words("Facture", "Invoice"),
    subjects=PAYERS,
    roles=CONTROLLER,
    store=INVOICES,
    clocks=(
        Clock(
            Words("tenir la comptabilité", "to keep the books"),
            Basis.LEGAL_DUTY,
            Event.YEAR_CLOSED,
            period("10y"),
            period("121m"),
            "Code de commerce, art. L123-22",
        ),
    ),
    kinds={
        "invoice": frozenset(
            {
                "number",
                "company",
                "reference",
                "credits",
                "issued_on",
                "buyer",
                "country",
                "net",
                "vat",
                "gross",
                "vat_case",
                "means",
                "matter",
                "pdf",
                "sha256",
            }
        )
    },
    recipients=(MAIL_PROVIDER,),
    why="Ten years after the end of the accounting year. Written once; only the sweep, after that, can delete.",
    unsigned=("The month beyond ten years is for the recovery window of the store.",),
)

ORDER = Row(
    key="order",
    label=Words("Commande", "Order"),
    subjects=PAYERS,
    roles=CONTROLLER,
    store=PEOPLE,
    clocks=(
        Clock(
            Words("mener la commande à son terme", "to see the order through"),
            Basis.CONTRACT,
            Event.COLLECTED,
            period("3m"),
            period("4m"),
            "policy §3",
        ),
    ),
    kinds={
        "order": frozenset(
            {
                "company",
                "account",
                "email",
                "language",
                "act",
                "state",
                "means",
                "base",
                "target",
                "net",
                "vat",
                "gross",
                "vat_case",
                "begins",
                "ends",
                "billing",
                "terms",
                "wish",
                "alias",
                "placed_at",
                "checks",
                "paid_at",
                "invoice",
                "doubt",
                "filtered_at",
            }
        )
    },
    recipients=(BANK, MAIL_PROVIDER),
    why="Reference, amount, state: from the wish to the invoice.",
)

BILLING = Row(
    key="billing",
    label=Words("Adresse de facturation", "Billing address"),
    subjects=MEMBERS,
    roles=CONTROLLER,
    store=PEOPLE,
    clocks=(
        Clock(
            Words("facturer", "to invoice"),
            Basis.CONTRACT,
            Event.LAST_USE,
            period("36m - 30d"),
            period("36m"),
            "policy §3, §7",
        ),
    ),
    kinds={"billing_profile": frozenset({"details", "vat_confirmed", "vat_wrong"})},
    why="What every invoice of a company bears, typed once; each order renews it.",
)

COUNTER = Row(
    key="counter",
    label=Words("Compteur des factures", "Counter of invoices"),
    subjects=NOBODY,
    roles=CONTROLLER,
    store=PEOPLE,
    clocks=(
        Clock(
            Words("numéroter sans trou", "to number without gap"),
            Basis.LEGAL_DUTY,
            Event.RENEWED,
            period("10y"),
            period("121m"),
            "CGI, annexe II, art. 242 nonies A",
        ),
    ),
    kinds={"counter": frozenset({"last"})},
    why="The last number of an accounting year, taken in the transaction that writes the invoice.",
)

DEPOSIT = Row(
    key="deposit",
    label=Words("Suivi des factures sur la plateforme", "Invoices followed on the platform"),
    subjects=NOBODY,
    roles=CONTROLLER,
    store=PEOPLE,
    clocks=(
        Clock(
            Words("suivre le dépôt des factures électroniques", "to follow the deposit of electronic invoices"),
            Basis.LEGAL_DUTY,
            Event.COLLECTED,
            period("10y"),
            period("121m"),
            "CGI, art. 289 bis; Code de commerce, art. L123-22",
        ),
    ),
    kinds={"deposit": frozenset({"number", "state", "flow", "reason", "statuses", "at"})},
    recipients=(Words("plateforme agréée de facturation", "e-invoicing platform"),),
    why="Number, state and statuses of an invoice's life; what it says stays in the invoice.",
    unsigned=("No platform is chosen yet; until one is, nothing is deposited.",),
)

OPERATOR_ACT = Row(
    key="operator_act",
    label=Words("Actes des opérateurs", "Operators' acts"),
    subjects=Words("opérateurs", "operators"),
    roles=CONTROLLER,
    store=PEOPLE,
    clocks=(
        Clock(
            Words("rendre compte de qui a lu ou remboursé quoi", "to account for who read or refunded what"),
            Basis.LEGITIMATE_INTEREST,
            Event.COLLECTED,
            period("12m"),
            period("13m"),
            "GDPR art. 5 (2), 32",
        ),
    ),
    kinds={
        "operator_act": frozenset({"operator", "act", "about", "company", "reason", "outcome", "at"}),
        "refund": frozenset(
            {"number", "company", "amount", "noted", "state", "before", "note", "operator", "reason", "at"}
        ),
    },
    recipients=(BANK,),
    why="Every reading of an archive and every refund, with its reason and where it stands.",
)

PAYING: tuple[Row, ...] = (PAYMENT, CARD_ON_FILE, INVOICE, ORDER, BILLING, COUNTER, DEPOSIT, OPERATOR_ACT)
