"""The ICE-lite agent: who is found, followed, forgotten."""

from collections.abc import Callable, Sequence
from typing import Any

import pytest
from aioice import stun

from media_workers.ice import PATHS, PATIENCE, RUN, SILENCE, STALE, IceAgent, Peer
from media_workers.udp import Path

HERE = Path(0, ("192.0.2.10", 5000))
THERE = Path(1, ("198.51.100.20", 6000))
MEDIA = bytes((0x80,)) + bytes(20)


class Owner:
    """Notes what the agent tells."""

    def __init__(self) -> None:
        self.told: list[str] = []
        self.datagrams: list[bytes] = []

    def ice_started(self) -> None:
        self.told.append("started")

    def datagram(self, data: bytes) -> None:
        self.datagrams.append(data)

    def ice_gone(self) -> None:
        self.told.append("gone")


class World:
    """An agent, its wire and its clock."""

    def __init__(self) -> None:
        self.now = 100.0
        self.sent: list[tuple[bytes, Path]] = []
        self.checks: list[bytes] = []
        self.agent = IceAgent(self.put, lambda: self.now)
        self.owner = Owner()
        self.peer = self.agent.add(self.owner)

    def put(self, datagrams: Sequence[bytes], path: Path) -> None:
        self.sent += [(datagram, path) for datagram in datagrams]

    def check(self, path: Path, *, nominate: bool = True, peer: Peer | None = None, **changes: Any) -> None:
        """A check of the peer's browser."""
        self.checks.append(self.request(peer or self.peer, nominate=nominate, **changes))
        self.agent.received(self.checks[-1], path)

    @staticmethod
    def request(peer: Peer, *, nominate: bool = True, **changes: Any) -> bytes:
        attributes: dict[str, Any] = {"USERNAME": f"{peer.fragment}:browser", "PRIORITY": 1} | changes
        if nominate:
            attributes["USE-CANDIDATE"] = None
        message = stun.Message(stun.Method.BINDING, stun.Class.REQUEST, attributes=attributes)
        message.add_message_integrity(peer.password.encode())
        return bytes(message)


@pytest.fixture
def world() -> World:
    return World()


def test_a_right_check_is_answered_with_the_senders_address(world: World) -> None:
    world.check(HERE)
    ((data, path),) = world.sent
    answer = stun.parse_message(data)
    assert path == HERE
    assert answer.message_class == stun.Class.RESPONSE
    assert answer.attributes["XOR-MAPPED-ADDRESS"] == HERE.address
    assert answer.check_message_integrity(world.peer.password.encode())


def test_the_first_check_starts_the_peer_once(world: World) -> None:
    world.check(HERE)
    world.check(HERE)
    assert world.owner.told == ["started"]


def test_packets_are_found_by_their_path_after_a_check(world: World) -> None:
    world.agent.received(MEDIA, HERE)
    world.check(HERE)
    world.agent.received(MEDIA, HERE)
    world.agent.received(MEDIA, THERE)
    assert world.owner.datagrams == [MEDIA]


def test_nothing_is_sent_before_the_first_check(world: World) -> None:
    world.agent.send(world.peer, b"early")
    assert world.sent == []


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"\0",
        b"\0\1\0\0" + bytes(16),
        bytes(stun.Message(stun.Method.BINDING, stun.Class.REQUEST)),
        bytes(stun.Message(stun.Method.BINDING, stun.Class.RESPONSE)),
        b"\0\1\0\4\x21\x12\xa4\x42" + bytes(12) + b"\0\6\0\xff",
        b"\0\1\0\6\x21\x12\xa4\x42" + bytes(12) + b"\x80\x29\0\2ab",
        b"\0\1\0\10\x21\x12\xa4\x42" + bytes(12) + b"\0\6\0\4\xff\xfe\xfd\xfc",
    ],
)
def test_malformed_stun_is_dropped(world: World, data: bytes) -> None:
    world.agent.received(data, HERE)
    assert world.sent == []
    assert world.owner.told == []


def test_a_check_with_a_wrong_password_or_of_nobody_is_dropped(world: World) -> None:
    world.check(HERE, peer=Peer(world.owner, 0.0, fragment=world.peer.fragment, password="wrong"))
    world.check(HERE, USERNAME="nobody:browser")
    assert world.sent == []
    assert world.owner.told == []


def test_a_handler_that_fails_stops_nobody_else(world: World) -> None:
    def fail() -> None:
        raise RuntimeError("on purpose")

    world.owner.ice_started = fail  # type: ignore[method-assign]
    world.check(HERE)
    other = Owner()
    peer = world.agent.add(other)
    world.check(THERE, peer=peer)
    assert other.told == ["started"]


def test_a_nominated_check_moves_the_peer_at_once(world: World) -> None:
    world.check(HERE)
    world.check(THERE)
    world.agent.send(world.peer, b"news")
    assert world.sent[-1] == (b"news", THERE)


def test_checks_from_other_interfaces_dont_move_a_peer_that_is_heard(world: World) -> None:
    world.check(HERE)
    world.check(THERE, nominate=False)
    world.agent.send(world.peer, b"news")
    assert world.sent[-1] == (b"news", HERE)


def test_a_check_without_nomination_moves_a_peer_whose_path_fell_silent(world: World) -> None:
    world.check(HERE)
    world.now += STALE + 0.1
    world.check(THERE, nominate=False)
    world.agent.send(world.peer, b"news")
    assert world.sent[-1] == (b"news", THERE)


def test_packets_are_still_taken_from_the_earlier_path(world: World) -> None:
    world.check(HERE)
    world.check(THERE)
    world.agent.received(MEDIA, HERE)
    assert world.owner.datagrams == [MEDIA]


def test_known_paths_are_bounded_and_the_selected_one_stays(world: World) -> None:
    world.check(HERE)
    for port in range(3 * PATHS):
        world.check(Path(0, ("192.0.2.77", port + 1)), nominate=False)
    assert len(world.peer.paths) == PATHS
    assert world.peer.selected == HERE
    world.agent.received(MEDIA, HERE)
    assert world.owner.datagrams == [MEDIA]


def test_a_path_taken_over_by_another_peer_belongs_to_it(world: World) -> None:
    world.check(HERE)
    other = Owner()
    peer = world.agent.add(other)
    world.check(HERE, peer=peer)
    world.agent.received(MEDIA, HERE)
    assert (world.owner.datagrams, other.datagrams) == ([], [MEDIA])
    world.agent.remove(world.peer)
    world.agent.received(MEDIA, HERE)
    assert len(other.datagrams) == 2


def test_a_silent_peer_is_gone_once(world: World) -> None:
    world.check(HERE)
    world.now += SILENCE
    world.agent.check_silence()
    assert world.owner.told == ["started"]
    world.now += 0.1
    world.agent.check_silence()
    world.agent.check_silence()
    assert world.owner.told == ["started", "gone"]
    assert world.agent.peers == 0


def test_any_packet_ends_the_silence(world: World) -> None:
    world.check(HERE)
    world.now += SILENCE - 1
    world.agent.received(MEDIA, HERE)
    world.now += SILENCE - 1
    world.agent.check_silence()
    assert world.owner.told == ["started"]


def test_who_never_checks_is_forgotten(world: World) -> None:
    world.now += PATIENCE + 0.1
    world.agent.check_silence()
    assert world.owner.told == ["gone"]


def test_a_removed_peer_leaves_nothing(world: World) -> None:
    world.check(HERE)
    world.agent.remove(world.peer)
    world.agent.received(MEDIA, HERE)
    world.check(HERE)
    assert world.owner.datagrams == []
    assert len(world.sent) == 1


def test_strangers_are_counted_by_what_they_send_and_nothing_is_kept_of_them(world: World) -> None:
    for port in range(1, 1001):
        stranger = Path(0, ("198.51.100.66", port))
        world.agent.received(MEDIA, stranger)
        world.check(stranger, USERNAME="nobody:browser")
        world.check(stranger, peer=Peer(world.owner, 0.0, fragment=world.peer.fragment, password="wrong"))
        world.agent.received(b"\xff" + bytes(20), stranger)
    dropped = world.agent.dropped
    assert (dropped.strangers, dropped.nobodys, dropped.forged, dropped.unreadable) == (1000, 1000, 1000, 1000)
    assert dropped.total == 4000
    assert (world.agent.peers, world.peer.paths, world.sent) == (1, [], [])


def test_an_answer_is_never_longer_than_the_check_it_answers(world: World) -> None:
    world.check(HERE)
    world.check(Path(0, ("2001:db8::7", 9)))
    pairs = zip(world.checks, world.sent, strict=True)
    assert [len(answer) <= len(check) for check, (answer, _) in pairs] == [True, True]


def test_a_check_recorded_and_sent_again_from_elsewhere_moves_nobody(world: World) -> None:
    world.check(HERE)
    world.agent.received(world.checks[0], THERE)
    assert world.peer.selected == HERE
    assert THERE not in world.peer.paths
    assert world.agent.dropped.replayed == 1
    world.agent.received(world.checks[0], HERE)
    assert [path for _, path in world.sent] == [HERE, HERE], "a browser may repeat its own"


def test_what_is_sent_in_a_burst_leaves_at_its_end_in_order(world: World) -> None:
    waiting: list[Callable[[], None]] = []
    sent: list[tuple[list[bytes], Path]] = []
    agent = IceAgent(lambda datagrams, path: sent.append((list(datagrams), path)), lambda: 0.0, waiting.append)
    peer = world.peer = agent.add(world.owner)
    world.agent = agent
    world.check(HERE)
    sent.clear()
    for number in range(3):
        agent.send(peer, bytes((number,)))
    assert sent == []
    assert len(waiting) == 1
    waiting[0]()
    assert sent == [([b"\0", b"\1", b"\2"], HERE)]
    for _ in range(RUN + 1):
        agent.send(peer, b"x")
    assert [len(datagrams) for datagrams, _ in sent] == [3, RUN], "a long burst doesn't wait for its end"
    waiting[-1]()
    assert [len(datagrams) for datagrams, _ in sent] == [3, RUN, 1]


class Reader:
    """Reads media besides the agent; keeps what it is told."""

    def __init__(self) -> None:
        self.told: list[tuple[object, ...]] = []
        self.media: float | None = None

    def know(self, peer: int, fragment: str, password: str) -> None:
        self.told.append(("know", peer, fragment, password))

    def calm(self, peer: int) -> None:
        self.told.append(("calm", peer))

    def learn(self, peer: int, socket: int, host: str, port: int) -> None:
        self.told.append(("learn", peer, Path(socket, (host, port))))

    def forget(self, socket: int, host: str, port: int) -> None:
        self.told.append(("forget", Path(socket, (host, port))))

    def select(self, peer: int, socket: int, host: str, port: int) -> None:
        self.told.append(("select", peer, Path(socket, (host, port))))

    def drop_peer(self, peer: int) -> None:
        self.told.append(("drop", peer))

    def heard(self, peer: int) -> tuple[float | None, float | None]:
        return self.media, self.media


def test_who_reads_media_besides_is_told_where_peers_are(world: World) -> None:
    world.agent.paths = reader = Reader()
    world.check(HERE)
    world.check(HERE)
    world.check(THERE)
    world.agent.remove(world.peer)
    number = world.peer.number
    assert reader.told == [
        ("learn", number, HERE),
        ("select", number, HERE),
        ("learn", number, THERE),
        ("select", number, THERE),
        ("drop", number),
    ]


def test_a_check_answered_elsewhere_moves_nobody_when_it_is_sent_again(world: World) -> None:
    world.agent.paths = reader = Reader()
    owner = Owner()
    peer = world.agent.add(owner)
    assert reader.told == [("know", peer.number, peer.fragment, peer.password)]
    world.check(HERE, peer=peer)
    read_elsewhere = World.request(peer)
    world.agent.answered(peer.number, read_elsewhere[8:20], HERE)
    world.agent.received(read_elsewhere, THERE)
    assert (peer.selected, world.agent.dropped.replayed) == (HERE, 1)
    world.agent.remove(peer)
    world.agent.answered(peer.number, bytes(12), HERE)  # told late: nobody's


def test_a_peer_whose_media_is_read_elsewhere_is_not_silent(world: World) -> None:
    world.agent.paths = reader = Reader()
    world.check(HERE)
    world.now += SILENCE + 1
    reader.media = world.now - 1
    world.agent.check_silence()
    assert world.owner.told == ["started"]
    world.now += SILENCE
    world.agent.check_silence()
    assert world.owner.told == ["started", "gone"]
