"""Checks a certificate of erasure against the published proof of each of its days. Imports nothing of Iboo.

python check_certificate.py certificate.json PUBLIC_KEY proof-2026-12-21.json …

PUBLIC_KEY: 64 hex digits, from Iboo's site or the contract. The proofs: what https://iboo.live/proof/<day> shows.
"""

import hashlib
import json
import sys
from pathlib import Path
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey


def H(*parts: bytes) -> bytes:
    return hashlib.sha256(b"".join(parts)).digest()


def check(certificate: dict[str, Any], public_key: str, proofs: dict[str, dict[str, Any]]) -> int:
    """How many erasures the certificate proves. Raises when one of them is not in its day's signed chain."""
    for day, proof in proofs.items():
        head = H(bytes.fromhex(proof["previous"]), day.encode())
        for group in proof["groups"]:
            head = H(head, bytes.fromhex(group))
        text = f"iboo erasure proof\n{day}\n{head.hex()}\n".encode()
        Ed25519PublicKey.from_public_bytes(bytes.fromhex(public_key)).verify(bytes.fromhex(proof["signature"]), text)
    for group in certificate["groups"]:
        value = H(group["group"].encode())
        for tombstone in group["tombstones"]:
            told = json.loads(tombstone)
            if (told["day"], told["group"]) != (group["day"], group["group"]):
                raise ValueError("a tombstone of another group or day")
            value = H(value, H(tombstone.encode()))
        if value.hex() not in proofs[group["day"]]["groups"]:
            raise ValueError(f"not in the chain of {group['day']}")
    proved = [json.loads(tombstone)["row"] for group in certificate["groups"] for tombstone in group["tombstones"]]
    said = {line["row"]: line["count"] for line in certificate["lines"] if line["status"] != "kept until"}
    if said != {row: proved.count(row) for row in proved}:
        raise ValueError("the lines say something else than the tombstones")
    return len(proved)


if __name__ == "__main__":
    paper, key, *files = sys.argv[1:]
    days = [json.loads(Path(file).read_text()) for file in files]
    proved = check(json.loads(Path(paper).read_text()), key, {day["day"]: day for day in days})
    sys.stdout.write(f"{proved} erasures proved\n")
