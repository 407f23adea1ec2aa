"""The keyring that seals personal data at rest, and the blind indexes by which it is found again.

Every key is derived from the one master key by HKDF-SHA-256 under its own label: a key for each
kind of field, one for blind indexes, one that wraps the data keys of organisations. A sealed value
is `version(1) | nonce(12) | AES-256-GCM ciphertext and tag`, with the kind as associated data, so
that a sealed name cannot be passed off as a phone number.
"""

import hmac
import os
from functools import cache

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

VERSION = b"\x01"
_NONCE = 12
_TAG = 16


class SealBroken(Exception):
    """A sealed value does not open: another key, or changed bytes."""


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
