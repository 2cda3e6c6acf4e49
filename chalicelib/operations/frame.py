"""What the operator's pages share: who acts and why, and how a form of theirs is read."""

from collections.abc import Callable

from chalicelib import pages
from chalicelib.accounts.answers import again
from chalicelib.billing.acts import NoReason, Operator
from chalicelib.doors import Answer, Page, Redirect, Request
from chalicelib.errors import Conflict, FormErrors, NotFound
from chalicelib.errors import mark as _

HOME = "/console/billing"
NO_REASON = _("Dites pourquoi, en dix signes au moins : le motif reste dans la liste des actes.")
NOT_SO = _("Ce n’est plus dans cet état : rechargez la page.")
NOT_FOUND = _("Rien ne porte ce numéro.")


ACTS = {
    "refund": _("Remboursement demandé"),
    "refund_carried_on": _("Remboursement repris"),
    "refund_failed": _("Remboursement non fait"),
    "read_payments": _("Preuve de paiement lue"),
    "read_contracts": _("Preuves de contrat lues"),
    "transfer": _("Virement arrivé"),
    "clear_doubt": _("Doute conclu"),
    "check_vat": _("Numéro de TVA vérifié"),
    "export": _("Comptabilité exportée"),
    "delete_card_at_bank": _("Carte à supprimer à la banque"),
    "card_deleted_at_bank": _("Carte supprimée à la banque"),
    "incident": _("Incident publié"),
    "resend": _("Invitation renvoyée"),
    "end_meeting": _("Réunion terminée après un signalement"),
    "suspend": _("Espace suspendu"),
    "lift": _("Suspension levée"),
    "extend_trial": _("Essai prolongé"),
    "allow_invitations": _("Plus d’invitations permises"),
    "unlock": _("Essais de connexion remis à zéro"),
    "reset_factor": _("Second facteur réinitialisé"),
    "close_company": _("Espace fermé"),
    "name_customer": _("Client cité avec son accord"),
    "unname_customer": _("Client qui n’est plus cité"),
}


def act_words(request: Request, act: str) -> str:
    """What was done, in the reader's language."""
    return pages.translate(request.language)(ACTS[act]) if act in ACTS else act


def operator(request: Request, field: str = "reason") -> Operator:
    """Who acts, with the reason in a form's field. Raises `FormErrors`."""
    reason = request.form.get(field, "").strip()
    if len(reason) < 10:
        raise FormErrors({field: NO_REASON})
    account = request.account
    return Operator(f"{account.first_name} {account.name}", reason[:500])


def tried(request: Request, act: Callable[[], object], show: Callable[[dict[str, str]], Page], to: str) -> Answer:
    """Does it, and goes to ``to``; or shows the page again with what is wrong."""
    try:
        act()
    except FormErrors as fault:
        return again(request, fault, show)
    except NotFound:
        return again(request, FormErrors({"": NOT_FOUND}), show)
    except Conflict:
        return again(request, FormErrors({"": NOT_SO}), show)
    except NoReason:
        return again(request, FormErrors({"reason": NO_REASON}), show)
    return Redirect(to)
