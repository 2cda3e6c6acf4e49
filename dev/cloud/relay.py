"""The relay (TURN) of the local cloud: Debian's coturn, where it is installed, on this machine's own address.

It is the part that may be missing: meetings on one machine need none. Settings as in production (`infra/turn.py`):
credentials that end by themselves, no peer but the worker, no log. What differs: TLS is its own, under a certificate
nobody vouches for.
"""

import ipaddress
import shutil
import socket
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import NameOID

from infra.turn import LIMITS

PROGRAM = "turnserver"


@dataclass(frozen=True)
class Relay:
    """Where it listens: ``port`` for UDP and TCP, ``tls_port`` for TLS. ``folder``: of its certificate and settings."""

    address: str
    port: int
    tls_port: int
    folder: Path

    @property
    def urls(self) -> str:
        """As `IBOO_TURN_URLS` names them."""
        plain, secure = f"{self.address}:{self.port}", f"{self.address}:{self.tls_port}"
        return f"turn:{plain}?transport=udp,turn:{plain}?transport=tcp,turns:{secure}?transport=tcp"

    def command(self, secret: Path) -> list[str]:
        """What starts it; writes its settings first. ``secret``: the file the functions sign credentials with."""
        certificate, key = _certificate(self.folder, self.address)
        lines = [
            *LIMITS,
            "no-cli",
            "fingerprint",
            "use-auth-secret",
            f"static-auth-secret={secret.read_text().strip()}",
            f"listening-ip={self.address}",
            f"relay-ip={self.address}",
            f"listening-port={self.port}",
            f"tls-listening-port={self.tls_port}",
            "no-dtls",
            "realm=iboo.local",
            f"cert={certificate}",
            f"pkey={key}",
            f"allowed-peer-ip={self.address}",
            f"userdb={self.folder / 'turndb'}",
            f"pidfile={self.folder / 'turnserver.pid'}",
            "simple-log",
            "log-file=stdout",
        ]
        file = self.folder / "turnserver.conf"
        file.touch(mode=0o600)
        file.write_text("\n".join(lines) + "\n")
        return [PROGRAM, "-c", str(file)]


def missing() -> str:
    """Why this machine can have no relay; empty when it can."""
    if shutil.which(PROGRAM) is None:
        return "coturn is not installed"
    return "" if own_address() else "this machine has no address but loopback"


def own_address() -> str:
    """This machine's IPv4 address towards the world, where the worker listens too; empty: loopback alone. The local
    cloud knows its workers from outside, so it asks the system itself. No packet is sent."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        try:
            probe.connect(("203.0.113.1", 9))  # RFC 5737: an address of documentation
        except OSError:
            return ""
        found = str(probe.getsockname()[0])
    return "" if found.startswith("127.") else found


def _certificate(folder: Path, address: str) -> tuple[Path, Path]:
    """A certificate for ``address``, good for a month and made anew at each start."""
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    private = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "Iboo local relay")])
    now = datetime.now(UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(private.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=30))
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address(address))]), critical=False)
        .sign(private, hashes.SHA256())
    )
    certificate, key = folder / "certificate.pem", folder / "key.pem"
    certificate.write_bytes(made.public_bytes(Encoding.PEM))
    key.touch(mode=0o600)
    key.write_bytes(private.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
    return certificate, key
