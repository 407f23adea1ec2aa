"""Seal once, replay: the parts of a pack that come out differently each time they are made."""

import base64
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from evidence.pack.authority import Identity
from evidence.pack.timestamp import Timestamper


@dataclass(frozen=True, slots=True)
class Sealer:
    """Who signs a new pack, who stamps it, and the time the signer states.

    `certificates` (PEM) and `revocations` (lists, DER) go into the index, for its later proof.
    """

    identity: Identity
    timestamper: Timestamper
    now: datetime
    certificates: tuple[bytes, ...] = ()
    revocations: tuple[bytes, ...] = ()


@dataclass(frozen=True, slots=True)
class Seals:
    """What a first build made: path in the pack -> bytes, and what they were made over.

    Holds the signed index, the copy of the verifier and the seal, so that building again gives
    the same bytes even after this software has changed.
    """

    tag_manifest_sha256: str
    files: Mapping[str, bytes]

    def to_bytes(self) -> bytes:
        """For storing; JSON."""
        files = {path: base64.b64encode(data).decode() for path, data in self.files.items()}
        stored = {"tag_manifest_sha256": self.tag_manifest_sha256, "files": files}
        return json.dumps(stored, sort_keys=True).encode()

    @classmethod
    def from_bytes(cls, stored: bytes) -> "Seals":
        """What `to_bytes` gave; raises ValueError for anything else."""
        try:
            plain = json.loads(stored)
            files = {p: base64.b64decode(d, validate=True) for p, d in plain["files"].items()}
            return cls(str(plain["tag_manifest_sha256"]), files)
        except (KeyError, TypeError, AttributeError, ValueError) as error:
            raise ValueError(f"these are no stored seals: {error}") from error
