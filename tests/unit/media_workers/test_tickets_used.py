"""Tickets work once."""

from chalicelib.signalling.tickets import LEEWAY, LIFETIME
from media_workers import tickets_used
from media_workers.tickets_used import TicketsUsed


def test_a_ticket_is_used_once_while_it_is_good() -> None:
    used = TicketsUsed()
    assert used.use("a", 0)
    assert not used.use("a", LIFETIME + LEEWAY)
    assert used.use("b", LIFETIME + LEEWAY)


def test_old_ids_are_forgotten() -> None:
    used = TicketsUsed()
    for number in range(50):
        used.use(f"ticket-{number}", number * 1000)
    assert len(used._until) == 1


def test_memory_is_bounded() -> None:
    used = TicketsUsed()
    for number in range(tickets_used.MOST + 10):
        used._until[str(number)] = 1000.0
    assert used.use("new", 0)
    assert len(used._until) <= tickets_used.MOST
