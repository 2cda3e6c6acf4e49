"""Cards forgotten here that the bank still keeps: deleted by hand in its back office, for want of a service.

`chalicelib.billing.cards.forget` writes each down among the acts; an operator says when it is done.
"""

from chalicelib.billing import acts
from chalicelib.billing.acts import Operator
from chalicelib.billing.cards import TO_DELETE
from chalicelib.billing.models import OperatorAct
from chalicelib.errors import NotFound

DELETED = "card_deleted_at_bank"


def waiting() -> list[OperatorAct]:
    """The cards nobody has deleted yet, oldest first; ``about`` is the order by which the bank finds one."""
    lines = acts.all_of()
    done = {line.about for line in lines if line.act == DELETED}
    return [line for line in reversed(lines) if line.act == TO_DELETE and line.about not in done]


def deleted(by: Operator, reference: str) -> None:
    """It is done at the bank. Raises `NotFound`."""
    if reference not in {line.about for line in waiting()}:
        raise NotFound
    by.note(DELETED, reference)
