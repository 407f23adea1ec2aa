"""The keyring that seals personal data at rest, and the blind indexes by which it is found again.

Every key is derived from the one master key by HKDF-SHA-256 under its own label: a key for each
kind of field, one for blind indexes, one that wraps the data keys of organisations. A sealed value
is `version(1) | nonce(12) | AES-256-GCM ciphertext and tag`, with the kind as associated data, so
that a sealed name cannot be passed off as a phone number.

What is of one person or case is sealed under a data key of its own instead, which `data_keys`
keeps: `version(2) | id of the key(16) | nonce(12) | ciphertext and tag`. When that key is
destroyed, the value is gone wherever it lies: also in rows that nobody may change.
"""

import hmac
import os
from collections.abc import Callable
from functools import cache
from uuid import UUID

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from fieldops.domain.errors import FieldopsError

VERSION = b"\x01"
UNDER_A_DATA_KEY = b"\x02"
_ID = 16
_NONCE = 12
_TAG = 16


class SealBroken(Exception):
    """A sealed value does not open: another key, or changed bytes."""


class KeyDestroyed(FieldopsError):
    """The data key of a person or case was destroyed: nothing of it is read or written any more."""

    slug = "erased"
    status = 410
    title_en = "The personal data were erased"
    title_zh = "个人信息已删除"


class Keyring:
    """Everything derived from one master key of 32 bytes."""

    def __init__(self, master: bytes) -> None:
        if len(master) != 32:
            raise ValueError("a master key has 32 bytes")
        self._derive = cache(lambda label: _hkdf(master, label))

    def __repr__(self) -> str:
        """Without the key."""
        return "Keyring(…)"

    def derived(self, label: str) -> bytes:
        """A key of 32 bytes for a use of its own, such as signing cookies."""
        return self._derive(label)

    def seal(self, kind: str, plain: bytes) -> bytes:
        """Encrypt under the key of this kind."""
        nonce = os.urandom(_NONCE)
        cipher = AESGCM(self._derive(f"seal/{kind}"))
        return VERSION + nonce + cipher.encrypt(nonce, plain, kind.encode())

    def open(self, kind: str, sealed: bytes) -> bytes:
        """Decrypt; raises SealBroken."""
        if sealed[:1] != VERSION or len(sealed) < 1 + _NONCE + _TAG:
            raise SealBroken(f"{kind}: not a sealed value of this version")
        cipher = AESGCM(self._derive(f"seal/{kind}"))
        nonce, body = sealed[1 : 1 + _NONCE], sealed[1 + _NONCE :]
        try:
            return cipher.decrypt(nonce, body, kind.encode())
        except InvalidTag as broken:
            raise SealBroken(f"{kind}: the master key is another or the value changed") from broken

    def blind_index(self, kind: str, scope: str, value: str) -> str:
        """A keyed hash (64 hexadecimal digits) by which an equal value of one scope is found."""
        text = f"{kind}\x00{scope}\x00{value}".encode()
        return hmac.digest(self._derive("blind-index"), text, "sha256").hex()


def _hkdf(master: bytes, label: str) -> bytes:
    return HKDF(SHA256(), 32, salt=None, info=f"fieldops/{label}".encode()).derive(master)


def seal_under(key_id: UUID, key: bytes, kind: str, plain: bytes) -> bytes:
    """Encrypt under the data key of this id."""
    nonce = os.urandom(_NONCE)
    body = AESGCM(key).encrypt(nonce, plain, _bound(key_id, kind))
    return UNDER_A_DATA_KEY + key_id.bytes + nonce + body


def unseal(kind: str, sealed: bytes, data_key: Callable[[UUID], bytes]) -> bytes:
    """Decrypt a value of either version; `data_key` finds a key by id or raises KeyDestroyed."""
    if sealed[:1] != UNDER_A_DATA_KEY:
        return current().open(kind, sealed)
    if len(sealed) < 1 + _ID + _NONCE + _TAG:
        raise SealBroken(f"{kind}: not a sealed value of this version")
    key_id, rest = UUID(bytes=sealed[1 : 1 + _ID]), sealed[1 + _ID :]
    cipher = AESGCM(data_key(key_id))
    try:
        return cipher.decrypt(rest[:_NONCE], rest[_NONCE:], _bound(key_id, kind))
    except InvalidTag as broken:
        raise SealBroken(f"{kind}: the data key is another or the value changed") from broken


def _bound(key_id: UUID, kind: str) -> bytes:
    return key_id.bytes + kind.encode()


_current: Keyring | None = None


def use(keyring: Keyring) -> None:
    """Seal and open with this keyring from now on; done once when a process starts."""
    global _current
    _current = keyring


def current() -> Keyring:
    """The keyring of this process."""
    if _current is None:
        raise RuntimeError("no keyring: call sealing.use() when the process starts")
    return _current
