"""Keys and certificates for an installation without public ones: a local authority.

Every subject says that it is a local authority and not a public one, so that nobody takes its
timestamps for those of a neutral third party (art. 94 of the rules on evidence).
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

MARK = "local authority, not a public one"
PrivateKey = ec.EllipticCurvePrivateKey | rsa.RSAPrivateKey
Purpose = Literal["sign", "stamp"]
_YEAR = timedelta(days=365)
_LONGEST = 64  # X.520's bound for names.


class AuthorityError(ValueError):
    """A key or certificate cannot be used; the message says why."""


@dataclass(frozen=True, slots=True)
class Identity:
    """A certificate (PEM) and its private key (PKCS8 DER, unencrypted: sealing it is the caller's).

    `issuers` are the PEM certificates between it and its root, root last; empty for a root.
    """

    certificate: bytes
    key: bytes
    issuers: tuple[bytes, ...] = ()

    def loaded(self) -> tuple[x509.Certificate, PrivateKey]:
        """Certificate and key as objects; raises AuthorityError unless they belong together."""
        try:
            certificate = x509.load_pem_x509_certificate(self.certificate)
            key = serialization.load_der_private_key(self.key, password=None)
        except ValueError as error:
            raise AuthorityError(f"certificate or key cannot be read: {error}") from error
        if not isinstance(key, ec.EllipticCurvePrivateKey | rsa.RSAPrivateKey):
            raise AuthorityError("the key is neither an elliptic-curve nor an RSA key")
        if _public(key.public_key()) != _public(certificate.public_key()):
            raise AuthorityError("the key does not belong to the certificate")
        return certificate, key

    def fingerprint(self) -> str:
        """SHA-256 of the certificate (DER), hexadecimal: what receipts name as `signer`."""
        certificate = x509.load_pem_x509_certificate(self.certificate)
        return certificate.fingerprint(hashes.SHA256()).hex()


@dataclass(frozen=True, slots=True)
class Authority:
    """A root, the evidence signer and the timestamp authority under it."""

    root: Identity
    signer: Identity
    stamper: Identity


def create_authority(organisation: str, now: datetime) -> Authority:
    """A whole new local authority for `organisation` (1 to 64 characters)."""
    root = create_root(organisation, now)
    signer = create_member(root, "Evidence signer", organisation, "sign", now)
    stamper = create_member(root, "Timestamp authority", organisation, "stamp", now)
    return Authority(root, signer, stamper)


def create_root(organisation: str, now: datetime, years: int = 20) -> Identity:
    """A self-signed P-256 root."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = _name("Evidence root", organisation)
    usage = _usage(key_cert_sign=True, crl_sign=True)
    builder = _builder(name, name, key, now, years).add_extension(
        x509.BasicConstraints(ca=True, path_length=0), critical=True
    )
    certificate = builder.add_extension(usage, critical=True).sign(key, hashes.SHA256())
    return Identity(_pem(certificate), _pkcs8(key))


def create_member(
    root: Identity, title: str, organisation: str, purpose: Purpose, now: datetime, years: int = 10
) -> Identity:
    """A P-256 certificate under `root` that may only sign evidence, or only stamp times."""
    issuer, issuer_key = root.loaded()
    key = ec.generate_private_key(ec.SECP256R1())
    stamps = purpose == "stamp"
    may = ExtendedKeyUsageOID.TIME_STAMPING if stamps else ExtendedKeyUsageOID.EMAIL_PROTECTION
    issued_by = x509.AuthorityKeyIdentifier.from_issuer_public_key(issuer.public_key())  # type: ignore[arg-type]  # Only roots of our own kinds come here.
    certificate = (
        _builder(_name(title, organisation), issuer.subject, key, now, years)
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(_usage(digital_signature=True, content_commitment=True), critical=True)
        # RFC 3161 wants the time-stamping purpose alone and critical.
        .add_extension(x509.ExtendedKeyUsage([may]), critical=stamps)
        .add_extension(issued_by, critical=False)
        .sign(issuer_key, hashes.SHA256())
    )
    return Identity(_pem(certificate), _pkcs8(key), (root.certificate, *root.issuers))


def trust_pem(signer: bytes, roots: tuple[bytes, ...]) -> bytes:
    """The trust file: the pinned signer's certificate (PEM), then the authorities' roots."""
    return b"".join(pem.strip() + b"\n" for pem in (signer, *roots))


def _name(title: str, organisation: str) -> x509.Name:
    if not all(0 < len(text) <= _LONGEST for text in (title, organisation)):
        raise AuthorityError(f"organisation and title have 1 to {_LONGEST} characters")
    return x509.Name(
        [
            x509.NameAttribute(NameOID.ORGANIZATION_NAME, organisation),
            x509.NameAttribute(NameOID.ORGANIZATIONAL_UNIT_NAME, MARK),
            x509.NameAttribute(NameOID.COMMON_NAME, title),
        ]
    )


def _builder(
    subject: x509.Name, issuer: x509.Name, key: PrivateKey, now: datetime, years: int
) -> x509.CertificateBuilder:
    public = key.public_key()
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(public)
        .serial_number(x509.random_serial_number())
        # A minute back, for clocks that are a little slow.
        .not_valid_before(now - timedelta(minutes=1))
        .not_valid_after(now + years * _YEAR)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(public), critical=False)
    )


def _usage(
    *,
    digital_signature: bool = False,
    content_commitment: bool = False,
    key_cert_sign: bool = False,
    crl_sign: bool = False,
) -> x509.KeyUsage:
    return x509.KeyUsage(
        digital_signature=digital_signature,
        content_commitment=content_commitment,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        key_cert_sign=key_cert_sign,
        crl_sign=crl_sign,
        encipher_only=False,
        decipher_only=False,
    )


def _public(key: object) -> bytes:
    return key.public_bytes(  # type: ignore[attr-defined,no-any-return]  # Every public key of cryptography has it; there is no common type.
        serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo
    )


def _pem(certificate: x509.Certificate) -> bytes:
    return certificate.public_bytes(serialization.Encoding.PEM)


def _pkcs8(key: ec.EllipticCurvePrivateKey) -> bytes:
    return key.private_bytes(
        serialization.Encoding.DER,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )
