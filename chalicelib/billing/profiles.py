"""Who is invoiced: name, address, numbers of the company."""

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Final

from chalicelib import clock, settings, storage
from chalicelib.accounts.rules import Checked
from chalicelib.errors import mark as _
from chalicelib.gateways.monetico import Billing
from chalicelib.register.events import Event
from chalicelib.storage import AlreadyThere

from . import company_numbers, vat
from .models import BillingProfile
from .vat import Case, Vat

COUNTRIES: Final = tuple(sorted(vat.EU | {"MC", "CH", "GB", "NO", "IS", "LI", "US", "CA"} | vat.OVERSEAS))
"""Where we sell; the first is not preferred, the page is."""
ADVICE: Final = _("La TVA de ce territoire demande une vérification : écrivez-nous avant de commander.")
VAT_TO_CHECK: Final = "vat_to_check"
WITH_STATES: Final = frozenset({"US", "CA"})


@dataclass(frozen=True)
class Details:
    """As an invoice bears it. ``country``: ISO 3166-1; ``state``: ISO 3166-2; ``siren``, ``vat_number``: checked by
    their digits, or empty. ``purchase_order``: the buyer's own number for the order."""

    name: str
    address: str
    address_more: str
    postal_code: str
    city: str
    country: str
    state: str
    siren: str
    siret: str
    vat_number: str
    purchase_order: str
    email: str

    def for_bank(self) -> Billing:
        """As the bank's page wants it."""
        return Billing(
            address=self.address,
            address_more=self.address_more,
            city=self.city,
            postal_code=self.postal_code,
            country=self.country,
            state=self.state,
            name=self.name[:45],
        )

    def to_json(self) -> str:
        """As it is stored."""
        return json.dumps(asdict(self), ensure_ascii=False)


def from_json(text: str) -> Details:
    """What was stored."""
    return Details(**json.loads(text))


def read(form: Mapping[str, str], email: str) -> Details:
    """The details in a form; invoices go to ``email`` unless it says otherwise. Raises `FormErrors`."""
    check = Checked(form)
    name = check.text("buyer", _("Indiquez le nom de l’entreprise à facturer."), 120)
    address = check.text("address", _("Indiquez l’adresse."), 50)
    more = check.text("address_more", "", 50) if form.get("address_more") else ""
    postal_code = check.text("postal_code", _("Indiquez le code postal."), 10)
    city = check.text("city", _("Indiquez la ville."), 50)
    country = check.one_of("country", COUNTRIES, _("Choisissez un pays."))
    state = (
        check.text("state", _("Indiquez l’État ou la province (US-CA, CA-QC…)."), 6) if country in WITH_STATES else ""
    )
    order = check.text("purchase_order", "", 50) if form.get("purchase_order") else ""
    siren, siret = _french_numbers(check, form, country)
    number = _vat_number(check, form, country, siren)
    if country in vat.OVERSEAS:
        check.errors["country"] = _(
            "La TVA de ce territoire demande une vérification : écrivez-nous avant de commander."
        )
    mail = check.email("billing_email", default=email)
    check.done()
    return Details(name, address, more, postal_code, city, country, state, siren, siret, number, order, mail)


def of(company: str) -> tuple[Details, BillingProfile] | None:
    """What was typed last time."""
    found = storage.get(BillingProfile, f"company#{company}", "billing", because="consent")
    return (from_json(found.details), found) if found else None


def save(company: str, details: Details) -> None:
    """Keeps the details for the next time; a proof of another VAT number is no proof of this one."""
    now = clock.now()
    item = BillingProfile(f"company#{company}", "billing", details=details.to_json())
    try:
        storage.create(item, {Event.LAST_USE: now})
        return
    except AlreadyThere:
        known = of(company)
    if known is None:
        return
    earlier, found = known
    actions = [BillingProfile.details.set(details.to_json())]
    if earlier.vat_number != details.vat_number:
        actions += [BillingProfile.vat_confirmed.remove(), BillingProfile.vat_wrong.remove()]
        actions += [BillingProfile.list_pk.remove(), BillingProfile.list_sk.remove()]
    storage.update(found, *actions, *storage.restamping(found, Event.LAST_USE, now), always=True, because="consent")


def vat_of(company: str, details: Details) -> Vat:
    """The VAT case of a buyer. Raises `vat.NeedsAdvice`.

    A number of the right form is believed, and looked up in VIES by an operator within days, unless the installation
    wants it confirmed first (``VAT_CONFIRM_FIRST``); one that VIES doesn't know is believed no more.
    """
    known = of(company)
    profile = known[1] if known and known[0].vat_number == details.vat_number else None
    confirmed = bool(profile and profile.vat_confirmed)
    believed = bool(details.vat_number) and not (profile and profile.vat_wrong)
    if settings.get("VAT_CONFIRM_FIRST") == "1":
        believed = believed and confirmed
    return vat.due(details.country, believed, settings.get("VAT_EXEMPT") == "1")


def have_checked(company: str, case: Vat) -> None:
    """Lists a buyer without French VAT whose number nobody has looked up yet, for the operators."""
    known = of(company)
    if case.case is not Case.REVERSE_CHARGE or known is None or known[1].vat_confirmed:
        return
    listed = BillingProfile.list_pk.set(VAT_TO_CHECK), BillingProfile.list_sk.set(f"{clock.now():012d}")
    storage.update(known[1], *listed, always=True, because="consent")


def _french_numbers(check: Checked, form: Mapping[str, str], country: str) -> tuple[str, str]:
    """SIREN and SIRET: a French firm has one, and may give either in the same field."""
    given = form.get("siren", "")
    if not given:
        if country == "FR":
            check.errors["siren"] = _("Indiquez le numéro SIREN ou SIRET : la facture doit le porter.")
        return "", ""
    if siret := company_numbers.siret(given):
        return siret[:9], siret
    if siren := company_numbers.siren(given):
        return siren, ""
    check.errors["siren"] = _(
        "Ce numéro ne peut pas être juste : un SIREN a 9 chiffres, un SIRET 14, le dernier contrôle."
    )
    return "", ""


def _vat_number(check: Checked, form: Mapping[str, str], country: str, siren: str) -> str:
    given = form.get("vat_number", "")
    if not given:
        return company_numbers.french_vat_number(siren) if siren and country == "FR" else ""
    number = company_numbers.vat_number(given, country)
    if number is None:
        check.errors["vat_number"] = _("Ce numéro de TVA n’a pas la forme de ceux de ce pays.")
    return number or ""
