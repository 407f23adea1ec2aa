"""A certificate authority of this machine's own, so that phones reach it over HTTPS in an office.

It is made once, for the names and addresses that the machine has then, and may sign for no others:
a phone that trusts it trusts it for this machine alone. The certificate that is served is renewed
before its end.
"""

import ipaddress
import os
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from fieldops.settings import SettingsError

FOLDER = "tls"
_AUTHORITY_LIFE = timedelta(days=3653)
# Phones refuse certificates that hold longer than 825 days, and may come to refuse shorter ones.
LEAF_LIFE = timedelta(days=397)
RENEWED_BEFORE = timedelta(days=60)
_EARLIER = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class Files:
    """Where certificates and keys of a data directory lie."""

    directory: Path

    @property
    def authority(self) -> Path:
        """The authority's certificate: what phones install."""
        return self.directory / "authority.pem"

    @property
    def authority_key(self) -> Path:
        """The authority's key; it never leaves this machine."""
        return self.directory / "authority.key"

    @property
    def leaf(self) -> Path:
        """The certificate that is served."""
        return self.directory / "server.pem"

    @property
    def leaf_key(self) -> Path:
        """Its key."""
        return self.directory / "server.key"


@dataclass(frozen=True, slots=True)
class Trusted:
    """What a person is told of the authority before he trusts it."""

    pem: bytes
    fingerprint: str
    names: Sequence[str]
    ends_at: datetime


def files(data_dir: Path) -> Files:
    """The files of this installation, made or not."""
    return Files(data_dir / FOLDER)


def ensure(data_dir: Path, names: Sequence[str], *, at: datetime) -> Files:
    """Make what is missing, renew what ends soon; doing it again changes nothing.

    `names` are host names and addresses. Raises SettingsError for one for which the authority that
    phones trust may not sign.
    """
    found = files(data_dir)
    found.directory.mkdir(parents=True, exist_ok=True, mode=0o700)
    if not found.authority.exists():
        _make_authority(found, names, at)
    authority = _certificate(found.authority)
    permitted = set(_permitted(authority))
    if others := [name for name in names if name not in permitted]:
        raise SettingsError(
            f"{', '.join(others)}: the authority in {found.directory} may not sign for it; phones "
            f"trust it for {', '.join(sorted(permitted))}. Serve those with --tls-name, or remove "
            f"the directory and let every phone trust the new one"
        )
    if not _serves(found, names, at):
        _make_leaf(found, authority, names, at)
    return found


def trusted(data_dir: Path) -> Trusted | None:
    """What the authority is, or None where none was made."""
    found = files(data_dir)
    if not found.authority.exists():
        return None
    authority = _certificate(found.authority)
    digest = authority.fingerprint(hashes.SHA256()).hex().upper()
    return Trusted(
        found.authority.read_bytes(),
        " ".join(digest[n : n + 4] for n in range(0, len(digest), 4)),
        _permitted(authority),
        authority.not_valid_after_utc,
    )


def _make_authority(found: Files, names: Sequence[str], at: datetime) -> None:
    key = ec.generate_private_key(ec.SECP256R1())
    name = _subject(f"fieldops {names[0]}")
    usage = x509.KeyUsage(
        digital_signature=False, content_commitment=False, key_encipherment=False,
        data_encipherment=False, key_agreement=False, key_cert_sign=True, crl_sign=True,
        encipher_only=False, decipher_only=False,
    )  # fmt: skip
    made = (
        _begun(name, name, key.public_key(), at, _AUTHORITY_LIFE)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .add_extension(usage, critical=True)
        .add_extension(x509.NameConstraints(_subtrees(names), None), critical=True)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
        .sign(key, hashes.SHA256())
    )
    _write(found.authority_key, _private(key))
    _write(found.authority, made.public_bytes(serialization.Encoding.PEM))


def _make_leaf(
    found: Files, authority: x509.Certificate, names: Sequence[str], at: datetime
) -> None:
    signer = serialization.load_pem_private_key(found.authority_key.read_bytes(), None)
    if not isinstance(signer, ec.EllipticCurvePrivateKey):
        raise SettingsError(f"{found.authority_key}: no key of an authority of ours")
    key = ec.generate_private_key(ec.SECP256R1())
    life = min(LEAF_LIFE, authority.not_valid_after_utc - at)
    made = (
        _begun(_subject(names[0]), authority.subject, key.public_key(), at, life)
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(x509.SubjectAlternativeName([_general(one) for one in names]), False)
        .add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH]), critical=False)
        .add_extension(
            x509.AuthorityKeyIdentifier.from_issuer_public_key(signer.public_key()), critical=False
        )
        .sign(signer, hashes.SHA256())
    )
    _write(found.leaf_key, _private(key))
    _write(found.leaf, made.public_bytes(serialization.Encoding.PEM))


def _begun(
    subject: x509.Name, issuer: x509.Name, key: ec.EllipticCurvePublicKey, at: datetime,
    life: timedelta,
) -> x509.CertificateBuilder:  # fmt: skip
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(key)
        .serial_number(x509.random_serial_number())
        # A phone's clock may be a little behind.
        .not_valid_before(at - _EARLIER)
        .not_valid_after(at + life - _EARLIER)
    )


def _serves(found: Files, names: Sequence[str], at: datetime) -> bool:
    """Whether the certificate and its key are there, hold long enough, and are for these names."""
    if not found.leaf.exists() or not found.leaf_key.exists():
        return False
    leaf = _certificate(found.leaf)
    key = serialization.load_pem_private_key(found.leaf_key.read_bytes(), None)
    told = leaf.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    return (
        leaf.not_valid_after_utc - at > RENEWED_BEFORE
        and [str(one.value) for one in told] == list(names)
        and leaf.public_key() == key.public_key()
    )


def _subtrees(names: Sequence[str]) -> list[x509.GeneralName]:
    """What may be signed for, of both kinds: a kind that is not named at all would be free."""
    hosts = [name for name in names if _address(name) is None] or ["localhost"]
    addresses = [name for name in names if _address(name) is not None] or ["127.0.0.1"]
    return [
        *(x509.DNSName(one) for one in hosts),
        *(x509.IPAddress(ipaddress.ip_network(one)) for one in addresses),
    ]


def _permitted(authority: x509.Certificate) -> list[str]:
    told = authority.extensions.get_extension_for_class(x509.NameConstraints).value
    # A network of one address is written with its length behind a stroke.
    return [str(one.value).partition("/")[0] for one in told.permitted_subtrees or ()]


def _general(name: str) -> x509.GeneralName:
    address = _address(name)
    return x509.DNSName(name) if address is None else x509.IPAddress(address)


def _address(name: str) -> ipaddress.IPv4Address | ipaddress.IPv6Address | None:
    try:
        return ipaddress.ip_address(name)
    except ValueError:
        return None


def _subject(name: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name[:64])])


def _certificate(file: Path) -> x509.Certificate:
    try:
        return x509.load_pem_x509_certificate(file.read_bytes())
    except (OSError, ValueError) as wrong:
        raise SettingsError(f"{file}: cannot be read as a certificate: {wrong}") from wrong


def _private(key: ec.EllipticCurvePrivateKey) -> bytes:
    return key.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )


def _write(file: Path, content: bytes) -> None:
    """Write the whole file or nothing of it, for this account alone to read."""
    beside = file.with_suffix(file.suffix + ".new")
    beside.unlink(missing_ok=True)
    with os.fdopen(os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as out:
        out.write(content)
        out.flush()
        os.fsync(out.fileno())
    beside.replace(file)
