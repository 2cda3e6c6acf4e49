"""The file with aiortc's private names."""

import subprocess
import sys

import pytest

from media_workers.dtls import READ_AGAINST, DtlsLink, fingerprint, new_certificate
from media_workers.errors import Malformed


def test_another_version_of_aiortc_fails_loudly() -> None:
    code = "import aiortc; aiortc.__version__ = '0.0.0'; import media_workers.dtls"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert done.returncode != 0
    assert f"read against aiortc {READ_AGAINST}, not 0.0.0" in done.stderr


def test_a_fingerprint_is_written_as_sdp_has_it() -> None:
    digest = fingerprint(new_certificate())
    assert len(digest.split(":")) == 32
    assert digest == digest.upper()


async def test_without_keys_nothing_is_protected() -> None:
    link = DtlsLink(new_certificate(), lambda data: None)
    for operation in (link.protect, link.protect_rtcp, link.unprotect, link.unprotect_rtcp):
        with pytest.raises(Malformed):
            operation(bytes(20))


async def test_a_link_that_never_began_can_be_stopped() -> None:
    link = DtlsLink(new_certificate(), lambda data: None)
    link.channel(0, "room", reliable=True)
    await link.stop()
    assert not link.connected
