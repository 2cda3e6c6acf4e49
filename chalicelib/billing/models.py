"""What is stored of orders, payments, cards and invoices. Amounts are euros as text: "118.80"; days ISO 8601."""

from pynamodb.attributes import BinaryAttribute, BooleanAttribute, NumberAttribute, UnicodeAttribute

from chalicelib.storage import Invoices, Keys, Payments, People

OPEN, TRANSFER, PAID, EXPIRED = "open", "transfer", "paid", "expired"
"""States of an order. ``TRANSFER``: a bank transfer is awaited. From any of them it may still be paid."""

QUEUES = {OPEN: "orders#open", TRANSFER: "orders#transfer", PAID: "orders#to_invoice"}
"""Where an order waits, by its state; a finished one is listed under its company."""

REFUNDS = "refunds#open"

DEPOSITS = {"waiting": "deposits#waiting", "sent": "deposits#sent", "rejected": "deposits#rejected"}
"""Where an invoice waits on its way to the platform, by its deposit's state."""

DOUBT = "orders#doubt"
"""Where an order waits for a person to look at it, whatever its state."""


class Order(People, discriminator="order"):
    """``order#<reference>`` / ``order``.

    ``act``: subscribe, change or renew. ``means``: card, transfer or stored. ``base``, ``target``: the subscription as
    it stood and as it shall stand, JSON (`terms_of`). ``billing``: the buyer, JSON. ``terms``: the version accepted.
    ``wish``: key of the recorded wish that the card be kept, under ``alias``. ``checks``: how often the bank was asked.
    ``doubt``: why a person must look at it; ``filtered_at``: when a fraud filter refused a payment; ``invoice``: its
    number.
    """

    company = UnicodeAttribute()
    account = UnicodeAttribute()
    email = UnicodeAttribute()
    language = UnicodeAttribute()
    act = UnicodeAttribute()
    state = UnicodeAttribute()
    means = UnicodeAttribute()
    base = UnicodeAttribute(null=True)
    target = UnicodeAttribute()
    net = UnicodeAttribute()
    vat = UnicodeAttribute()
    gross = UnicodeAttribute()
    vat_case = UnicodeAttribute()
    begins = UnicodeAttribute()
    ends = UnicodeAttribute()
    billing = UnicodeAttribute()
    terms = UnicodeAttribute()
    wish = UnicodeAttribute(null=True)
    alias = UnicodeAttribute(null=True)
    placed_at = NumberAttribute()
    checks = NumberAttribute(default=0)
    paid_at = NumberAttribute(null=True)
    invoice = UnicodeAttribute(null=True)
    doubt = UnicodeAttribute(null=True)
    filtered_at = NumberAttribute(null=True)

    @property
    def reference(self) -> str:
        """As the bank and the buyer know it."""
        return str(self.pk).partition("#")[2]


class Payment(Payments, discriminator="payment"):
    """``payment#<reference>`` / ``paid``, or ``tried#<hash>`` for every other attempt: the evidence of row 5."""

    reference = UnicodeAttribute()
    amount = UnicodeAttribute(null=True)
    currency = UnicodeAttribute(null=True)
    paid_at = NumberAttribute(null=True)
    result = UnicodeAttribute()
    authorisation = UnicodeAttribute(null=True)
    brand = UnicodeAttribute(null=True)
    last4 = UnicodeAttribute(null=True)
    three_d_secure = UnicodeAttribute(null=True)
    payer_ip = UnicodeAttribute(null=True)


class CardOnFile(Keys, discriminator="card_on_file"):
    """``card#<company>`` / ``<alias>``. ``reference``, ``ordered_on``, ``total``: of the order it was kept with, from
    which a recurring terminal captures on; ``taken``: all captured so far. ``wish``: where the consent is recorded."""

    alias = UnicodeAttribute()
    last4 = UnicodeAttribute()
    brand = UnicodeAttribute()
    wish = UnicodeAttribute()
    since = NumberAttribute()
    reference = UnicodeAttribute()
    ordered_on = UnicodeAttribute()
    total = UnicodeAttribute()
    taken = UnicodeAttribute()


class Invoice(Invoices, discriminator="invoice"):
    """``invoices#<year>`` / ``<number>``; listed by ``invoices#<company>``. Never changed.

    ``credits``: the number a credit note takes back. ``matter``: what it says, JSON (`matter.Matter`). ``pdf``:
    Factur-X, ``sha256`` of it in hex.
    """

    number = UnicodeAttribute()
    company = UnicodeAttribute()
    reference = UnicodeAttribute()
    credits = UnicodeAttribute(null=True)
    issued_on = UnicodeAttribute()
    buyer = UnicodeAttribute()
    country = UnicodeAttribute()
    net = UnicodeAttribute()
    vat = UnicodeAttribute()
    gross = UnicodeAttribute()
    vat_case = UnicodeAttribute()
    means = UnicodeAttribute()
    matter = UnicodeAttribute()
    pdf = BinaryAttribute(legacy_encoding=False)
    sha256 = UnicodeAttribute()


class Counter(People, discriminator="counter"):
    """``counter#<year>`` / ``counter``: the last number given."""

    last = NumberAttribute()


class BillingProfile(People, discriminator="billing_profile"):
    """``company#<id>`` / ``billing``. ``details``: JSON. ``vat_confirmed``, ``vat_wrong``: what VIES was
    asked, and said of its VAT number; listed while it wasn't."""

    details = UnicodeAttribute()
    vat_confirmed = UnicodeAttribute(null=True)
    vat_wrong = UnicodeAttribute(null=True)


class Refund(People, discriminator="refund"):
    """``refund#<invoice>`` / its number, from 0001; listed by `REFUNDS` until its credit note is written.

    ``state``: asked, given, credited or failed. ``noted``: it was done elsewhere, and is only noted. ``before``: what
    the bank had given back of the capture before, once it was asked. ``note``: number of the credit note.
    """

    number = UnicodeAttribute()
    company = UnicodeAttribute()
    amount = UnicodeAttribute()
    noted = BooleanAttribute()
    state = UnicodeAttribute()
    before = UnicodeAttribute(null=True)
    note = UnicodeAttribute(null=True)
    operator = UnicodeAttribute()
    reason = UnicodeAttribute()
    at = NumberAttribute()


class Deposit(People, discriminator="deposit"):
    """``deposit#<invoice>`` / ``deposit``: an invoice on its way through the e-invoicing platform.

    ``state``: waiting, sent, deposited or rejected; ``flow``: its id there; ``reason``: why it was rejected;
    ``statuses``: of its life afterwards, JSON [{code, at, reason}], oldest first.
    """

    number = UnicodeAttribute()
    state = UnicodeAttribute()
    flow = UnicodeAttribute(null=True)
    reason = UnicodeAttribute(null=True)
    statuses = UnicodeAttribute(null=True)
    at = NumberAttribute()


class OperatorAct(People, discriminator="operator_act"):
    """``operator_acts#<day>`` / ``<at>#<random>``. ``company``: whom it concerns, who may read it."""

    operator = UnicodeAttribute()
    act = UnicodeAttribute()
    about = UnicodeAttribute()
    company = UnicodeAttribute(null=True)
    reason = UnicodeAttribute()
    outcome = UnicodeAttribute()
    at = NumberAttribute()
