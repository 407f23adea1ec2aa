"""Timestamp authorities across the network (RFC 3161): asked over HTTP, believed after checks.

An answer counts only when it is granted, over the digest that was sent, with the nonce that was
sent, under the policy that the settings want, and signed under the roots that they name.
"""

import secrets
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Final

import httpx
from cryptography.x509 import load_der_x509_certificate

from evidence.custody.der import DerError, certificates_of, read_stamp
from evidence.custody.openssl import NotProvedError, OpensslMissingError, verify_stamp
from evidence.pack.timestamp import Timestamper, request
from fieldops.settings import Settings, SettingsError

LOCAL: Final = "local"
"""The name under which the installation's own authority is kept."""
_LARGEST = 256 * 1024
_TYPES = {"Content-Type": "application/timestamp-query", "Accept": "application/timestamp-reply"}


class AuthorityFailed(Exception):
    """An authority gave no stamp that can be used; the message says why."""


@dataclass(frozen=True, slots=True)
class Named:
    """An authority under the name by which its stamps are kept."""

    name: str
    timestamper: Timestamper


@dataclass(frozen=True, slots=True)
class RemoteAuthority:
    """One authority by its address; `policy` is the identifier that it must stamp under, or ""."""

    url: str
    roots: bytes
    policy: str = ""
    timeout: float = 10.0
    monotonic: Callable[[], float] = field(default=time.monotonic, repr=False)

    def stamp(self, digest_sha256: bytes) -> bytes:
        """The whole TimeStampResp (DER), checked; raises AuthorityFailed."""
        nonce = secrets.randbits(63) + 1
        try:
            answer = self._asked(request(digest_sha256, nonce))
            self._check(answer, digest_sha256, nonce)
        except (httpx.HTTPError, DerError, NotProvedError, OpensslMissingError) as error:
            raise AuthorityFailed(f"{type(error).__name__}: {error}") from error
        return answer

    def _asked(self, query: bytes) -> bytes:
        until = self.monotonic() + self.timeout
        with (
            httpx.Client(timeout=self.timeout, trust_env=False) as client,
            client.stream("POST", self.url, content=query, headers=_TYPES) as answer,
        ):
            if answer.status_code != httpx.codes.OK:
                raise AuthorityFailed(f"answers with status {answer.status_code}")
            body = b""
            for part in answer.iter_bytes():
                body += part
                if len(body) > _LARGEST:
                    raise AuthorityFailed(f"the answer is longer than {_LARGEST} bytes")
                if self.monotonic() > until:
                    raise AuthorityFailed(f"the answer takes longer than {self.timeout:g} s")
            return body

    def _check(self, answer: bytes, digest_sha256: bytes, nonce: int) -> None:
        said = read_stamp(answer)
        if (said.algorithm, said.digest) != ("sha256", digest_sha256):
            raise AuthorityFailed("the stamp is over another hash")
        if said.nonce != nonce:
            raise AuthorityFailed("the stamp does not carry the nonce that was sent")
        if self.policy and said.policy != self.policy:
            raise AuthorityFailed(f"stamped under policy {said.policy}, not {self.policy}")
        verify_stamp(digest_sha256, answer, self.roots)


@dataclass(frozen=True, slots=True)
class FirstThatAnswers:
    """Several authorities as one, for what has room for one stamp only."""

    authorities: Sequence[Timestamper]

    def stamp(self, digest_sha256: bytes) -> bytes:
        """The first stamp that is given; raises AuthorityFailed when none is."""
        reasons: list[str] = []
        for authority in self.authorities:
            try:
                return authority.stamp(digest_sha256)
            except AuthorityFailed as failed:
                reasons.append(str(failed))
        raise AuthorityFailed("; ".join(reasons) or "no authority is set")


def authorities(settings: Settings) -> list[Named]:
    """Those of the settings, in their order; raises SettingsError when one cannot be used."""
    return [_authority(line, settings) for line in settings.timestamp_authorities]


def outside_roots(settings: Settings) -> tuple[bytes, ...]:
    """The roots (PEM) under which the stamps from outside stand."""
    return tuple(dict.fromkeys(_roots(_parts(line)[1]) for line in settings.timestamp_authorities))


def ends_at(response: bytes) -> datetime | None:
    """When the first certificate in a response ends; None when it carries none that is read."""
    try:
        found = [load_der_x509_certificate(one) for one in certificates_of(response)]
    except (DerError, ValueError):
        return None
    return min((one.not_valid_after_utc for one in found), default=None)


def _authority(line: str, settings: Settings) -> Named:
    url, roots, policy = _parts(line)
    timeout = settings.timestamp_timeout_seconds
    return Named(url, RemoteAuthority(url, _roots(roots), policy, timeout))


def _parts(line: str) -> tuple[str, str, str]:
    parts = [*line.split(), ""][:3] if len(line.split()) in (2, 3) else []
    if len(parts) != 3 or not parts[0].startswith(("http://", "https://")) or len(parts[0]) > 200:
        raise SettingsError(
            f"timestamp_authorities: {line!r}: say 'https://… roots.pem' and, if wanted, a policy"
        )
    return parts[0], parts[1], parts[2]


def _roots(path: str) -> bytes:
    try:
        pem = Path(path).expanduser().read_bytes()
    except OSError as wrong:
        raise SettingsError(f"timestamp_authorities: {path}: {wrong.strerror}") from wrong
    if b"-----BEGIN CERTIFICATE-----" not in pem:
        raise SettingsError(f"timestamp_authorities: {path}: holds no certificate in PEM")
    return pem
