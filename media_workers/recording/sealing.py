"""Sealing segments and manifests: AES-256-GCM as docs/recording.md says. The key is that of one track and part."""

import json
from dataclasses import dataclass
from typing import Any

from cryptography.hazmat.primitives.ciphers.aead import AESGCM

SEGMENTS, MANIFESTS = 0, 1
"""First byte of the nonce."""


@dataclass(frozen=True)
class Seal:
    """Of one track in one part. Each number is used once."""

    recording: str
    track: str
    key: bytes

    def segment(self, name: str, number: int, head: dict[str, Any], media: bytes) -> bytes:
        """The object of a segment: what it is, then the file."""
        said = json.dumps(head, separators=(",", ":")).encode()
        return self._seal(SEGMENTS, number, name, len(said).to_bytes(4, "big") + said + media)

    def manifest(self, name: str, content: dict[str, Any]) -> bytes:
        """The object of the worker's manifest, number 0."""
        return self._seal(MANIFESTS, 0, name, json.dumps(content, separators=(",", ":")).encode())

    def _seal(self, space: int, number: int, name: str, plain: bytes) -> bytes:
        nonce = bytes([space]) + number.to_bytes(11, "big")
        return AESGCM(self.key).encrypt(nonce, plain, f"{self.recording}\0{self.track}\0{name}".encode())
