"""One request, one part per controller: Iboo answers for its own, each customer for its meetings (facts A.0)."""

from chalicelib import clock, storage
from chalicelib.accounts import actions as accounts
from chalicelib.accounts.models import Company

from . import answering, forwarding, guest_data, steps
from .models import Part, Request
from .rules import Right, State

OURS = frozenset({Right.MARKETING, Right.WITHDRAWAL, Right.REVIEW, Right.DEATH})
"""What concerns Iboo's own doings only."""


def split(request: Request) -> None:
    """Makes the parts and starts each: ours is answered, the customers' are on their way within this minute."""
    steps.move(request, State.SPLIT)
    steps.note(request, "system", "split")
    meetings = _meetings(request)
    if not request.account and not request.invitation:
        account = accounts.by_email(request.about)
        if account is not None:
            storage.update(request, Request.account.set(account.id))
    ours = not request.invitation and bool(request.account or not meetings)
    if ours:
        part = _part(request, 1, State.ANSWERING)
        answering.start(request, part)
    for number, (company, ids) in enumerate(sorted(meetings.items()), 2 if ours else 1):
        _forward(request, number, company, ids)


def _meetings(request: Request) -> dict[str, list[str]]:
    """Company → meetings, as far as this request reaches."""
    if Right(request.right) in OURS:
        return {}
    if not request.meeting:
        return guest_data.meetings_of(request.about)
    company = guest_data.company_of(request.meeting)
    return {company: [request.meeting]} if company else {}


def _forward(request: Request, number: int, identifier: str, meetings: list[str]) -> None:
    company = storage.get(Company, f"company#{identifier}", "company", because="rights of another")
    part = _part(
        request,
        number,
        State.FORWARDED,
        company=identifier,
        company_name=company.name if company else "",
        contact=company.privacy_contact if company else "",
        meetings=meetings,
    )
    forwarding.start(request, part)


def _part(request: Request, number: int, state: State, **values: object) -> Part:
    part = Part(request.pk, f"part#{number}", state=state.value, due_at=request.due_at, **values)
    if part.company:
        part.forwarded_at = clock.now()
        part.list_pk, part.list_sk = f"forwarded#{part.company}", f"{int(part.due_at):012d}#{request.id}"
    storage.create(part, {})
    return part
