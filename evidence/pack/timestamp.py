"""RFC 3161 timestamps: the port that packs and checkpoints use, and an authority in process."""

import secrets
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from typing import Protocol

from evidence.pack.asn1 import (
    NULL,
    explicit,
    generalized_time,
    integer,
    octets,
    oid,
    sequence,
    value,
)
from evidence.pack.authority import Identity
from evidence.pack.signing import signed_data

_TST_INFO = "1.2.840.113549.1.9.16.1.4"
# An identifier from a random UUID (ITU-T X.667): the policy "stamped by the installation itself".
POLICY = "2.25.98130724871526109237400184452103667011"
_SHA256 = sequence(oid("2.16.840.1.101.3.4.2.1"), NULL)


class Timestamper(Protocol):
    """Whoever stamps a SHA-256 digest: a local authority or one across the network."""

    def stamp(self, digest_sha256: bytes) -> bytes:
        """The whole TimeStampResp (DER) over a digest of 32 bytes."""
        ...


@dataclass(frozen=True, slots=True)
class LocalTimestamper:
    """Stamps with a key of the installation itself at the time its clock says."""

    identity: Identity
    clock: Callable[[], datetime]

    def stamp(self, digest_sha256: bytes) -> bytes:
        """The whole TimeStampResp (DER), in whole seconds; satisfies `openssl ts -verify`."""
        certificate, _ = self.identity.loaded()
        at = self.clock()
        info = sequence(
            integer(1),
            oid(POLICY),
            imprint(digest_sha256),
            integer(secrets.randbits(63) + 1),
            generalized_time(at),
            sequence(integer(1)),  # Accurate to a second.
            explicit(0, explicit(4, certificate.subject.public_bytes())),
        )
        token = signed_data(
            self.identity, sha256(info).digest(), at=at, content_type=_TST_INFO, content=info
        )
        return sequence(sequence(integer(0)), token)


def imprint(digest_sha256: bytes) -> bytes:
    """A MessageImprint over a SHA-256 digest; raises ValueError unless it has 32 bytes."""
    if len(digest_sha256) != 32:
        raise ValueError(f"a SHA-256 digest has 32 bytes, not {len(digest_sha256)}")
    return sequence(_SHA256, octets(digest_sha256))


def request(digest_sha256: bytes, nonce: int) -> bytes:
    """A TimeStampReq (DER) that asks for the authority's certificate too, for sending over HTTP."""
    return sequence(integer(1), imprint(digest_sha256), integer(nonce), value(0x01, b"\xff"))
