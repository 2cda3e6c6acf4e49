"""The UDP sockets of the media port: two per local address, so that what is urgent isn't met among what may wait.

Most datagrams that come to a worker are what receivers tell, a dozen a second each, and none of them hurries. If they
share a queue with media, each of them wakes the process. So the kernel puts them on a second socket of the same port
(SO_REUSEPORT with a classic BPF program that chooses, Linux 4.5), which is read in a row. Where that can't be had one
socket takes everything.
"""

import ctypes
import errno
import socket
import struct

from media_workers.settings import Announced, SettingError

BUFFER = 4 * 1024 * 1024
ATTEMPTS = 20
_ATTACH_REUSEPORT_CBPF = 51
"""SO_ATTACH_REUSEPORT_CBPF of asm-generic/socket.h; the socket module doesn't name it."""
_LOAD, _AT_LEAST, _EQUAL, _RETURN = 0x30, 0x35, 0x15, 0x06
"""linux/bpf_common.h: BPF_LD|BPF_B|BPF_ABS, BPF_JMP|BPF_JGE|BPF_K, BPF_JMP|BPF_JEQ|BPF_K, BPF_RET|BPF_K."""
_CHOICE = (
    (_LOAD, 0, 0, 0),  # the first byte tells what it is (RFC 7983)
    (_EQUAL, 7, 0, 21),  # DTLS alert: not before the messages it follows
    (_EQUAL, 6, 0, 23),  # DTLS application data: data channels
    (_AT_LEAST, 0, 4, 128),
    (_AT_LEAST, 3, 0, 192),
    (_LOAD, 0, 0, 1),  # RTP and RTCP on one port (RFC 5761, section 4)
    (_AT_LEAST, 0, 1, 192),
    (_AT_LEAST, 0, 1, 224),
    (_RETURN, 0, 0, 0),
    (_RETURN, 0, 0, 1),
)
"""Operation, instructions to skip if true and if not, operand. Returns the socket's place: 1 takes what may wait."""


class Bound:
    """The sockets of one local address: ``media`` sends and takes what hurries, ``calm`` (if there is one) the rest."""

    def __init__(self, media: socket.socket, calm: socket.socket | None) -> None:
        self.media = media
        self.calm = calm

    def close(self) -> None:
        """Closes both."""
        self.media.close()
        if self.calm is not None:
            self.calm.close()


def bind(announced: tuple[Announced, ...], port: int) -> list[Bound]:
    """All addresses on one port, ``port`` 0: any free one. Raises `SettingError` when an address or the port can't be
    had."""
    for attempt in range(ATTEMPTS):
        bound: list[Bound] = []
        try:
            for address in dict.fromkeys(item.bind for item in announced):
                bound.append(_bound(address, port or (bound[0].media.getsockname()[1] if bound else 0)))
            return bound
        except OSError as fault:
            for each in bound:
                each.close()
            # Port 0 lets the first socket choose; the choice may be taken on another address, or lost on the way.
            if port or fault.errno != errno.EADDRINUSE or attempt == ATTEMPTS - 1:
                raise SettingError(f"UDP port {port} of {address} can't be had: {fault.strerror}") from fault
    raise SettingError("no announced address")


def _bound(address: str, port: int) -> Bound:
    with _socket(address, port) as alone:
        # One that shares with nobody: a port that another process shares would be taken for free.
        port = alone.getsockname()[1]
    media = _socket(address, port, shared=True)
    try:
        calm = _socket(address, port, shared=True)
    except OSError:
        media.close()
        raise
    try:
        _choose(media)
    except OSError:  # not of this kernel: without a choice they would share by chance
        Bound(media, calm).close()
        return Bound(_socket(address, port), None)
    return Bound(media, calm)


def _choose(of: socket.socket) -> None:
    """The sockets of its port get what `_CHOICE` says, in the order they were bound."""
    program = ctypes.create_string_buffer(b"".join(struct.pack("=HBBI", *step) for step in _CHOICE))
    of.setsockopt(
        socket.SOL_SOCKET, _ATTACH_REUSEPORT_CBPF, struct.pack("@HP", len(_CHOICE), ctypes.addressof(program))
    )


def _socket(address: str, port: int, *, shared: bool = False) -> socket.socket:
    family = socket.AF_INET6 if ":" in address else socket.AF_INET
    made = socket.socket(family, socket.SOCK_DGRAM)
    try:
        made.setblocking(False)
        if family == socket.AF_INET6:  # IPv4 has sockets of its own
            made.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 1)
        if shared:
            made.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
        made.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, BUFFER)
        made.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, BUFFER)
        made.bind((address, port))
    except OSError:
        made.close()
        raise
    return made
