"""What the operator's pages share: who acts and why, and how a form of theirs is read."""

from collections.abc import Callable

from chalicelib.accounts.answers import again
from chalicelib.billing.acts import NoReason, Operator
from chalicelib.doors import Answer, Page, Redirect, Request
from chalicelib.errors import Conflict, FormErrors, NotFound
from chalicelib.errors import mark as _

HOME = "/console/billing"
NO_REASON = _("Dites pourquoi, en dix signes au moins : le motif reste dans la liste des actes.")
NOT_SO = _("Ce n’est plus dans cet état : rechargez la page.")
NOT_FOUND = _("Rien ne porte ce numéro.")


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
