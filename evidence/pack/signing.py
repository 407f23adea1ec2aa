"""CMS signatures (RFC 5652, CAdES attributes) that bind the signer's certificate."""

from collections.abc import Callable, Sequence
from datetime import datetime
from hashlib import sha256

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, padding, utils

from evidence.pack.asn1 import (
    NULL,
    explicit,
    integer,
    octets,
    oid,
    sequence,
    set_of,
    utc_time,
    value,
)
from evidence.pack.authority import Identity, PrivateKey

DATA, SIGNED_DATA = "1.2.840.113549.1.7.1", "1.2.840.113549.1.7.2"
SHA256 = sequence(oid("2.16.840.1.101.3.4.2.1"))
_CONTENT_TYPE, _DIGEST = "1.2.840.113549.1.9.3", "1.2.840.113549.1.9.4"
_SIGNING_TIME, _CERTIFICATE_V2 = "1.2.840.113549.1.9.5", "1.2.840.113549.1.9.16.2.47"
_SIGNATURE_STAMP = "1.2.840.113549.1.9.16.2.14"
_ECDSA = sequence(oid("1.2.840.10045.4.3.2"))
_RSA = sequence(oid("1.2.840.113549.1.1.11"), NULL)


def sign_cms(data: bytes, identity: Identity, at: datetime | None) -> bytes:
    """A detached CMS (DER) over `data`; `at` becomes the signing time the signer states."""
    return signed_data(identity, sha256(data).digest(), at=at)


def signed_data(
    identity: Identity,
    digest: bytes,
    *,
    at: datetime | None = None,
    content_type: str = DATA,
    content: bytes | None = None,
    stamp: Callable[[bytes], bytes] | None = None,
) -> bytes:
    """A CMS (DER) over the SHA-256 `digest`; `content` is enclosed when it is given.

    `stamp` gets the signature's bytes and gives the time-stamp token (DER) to keep beside it.
    """
    certificate, key = identity.loaded()
    attributes = _attributes(certificate, digest, at, content_type)
    signature = _sign(key, set_of(attributes))
    enclosed = [] if content is None else [explicit(0, octets(content))]
    signer = sequence(
        integer(1),
        _issuer_and_serial(certificate),
        SHA256,
        set_of(attributes, 0xA0),
        _ECDSA if isinstance(key, ec.EllipticCurvePrivateKey) else _RSA,
        octets(signature),
        *_unsigned(signature, stamp),
    )
    # A root is trusted for being held by the reader, so it is not sent along.
    chain = [_der(certificate), *[_pem_der(pem) for pem in identity.issuers[:-1]]]
    body = sequence(
        integer(1 if content_type == DATA else 3),
        set_of([SHA256]),
        sequence(oid(content_type), *enclosed),
        set_of(chain, 0xA0),
        set_of([signer]),
    )
    return sequence(oid(SIGNED_DATA), explicit(0, body))


def _attributes(
    certificate: x509.Certificate, digest: bytes, at: datetime | None, content_type: str
) -> Sequence[bytes]:
    bound = sequence(
        octets(sha256(_der(certificate)).digest()),
        sequence(
            sequence(explicit(4, _name(certificate.issuer))), integer(certificate.serial_number)
        ),
    )
    found = [
        _attribute(_CONTENT_TYPE, oid(content_type)),
        _attribute(_DIGEST, octets(digest)),
        _attribute(_CERTIFICATE_V2, sequence(sequence(bound))),
    ]
    if at is not None:
        found.append(_attribute(_SIGNING_TIME, utc_time(at)))
    return found


def _unsigned(signature: bytes, stamp: Callable[[bytes], bytes] | None) -> list[bytes]:
    if stamp is None:
        return []
    return [set_of([_attribute(_SIGNATURE_STAMP, stamp(signature))], 0xA1)]


def _attribute(kind: str, content: bytes) -> bytes:
    return sequence(oid(kind), value(0x31, content))


def _sign(key: PrivateKey, data: bytes) -> bytes:
    digest = utils.Prehashed(hashes.SHA256())
    hashed = sha256(data).digest()
    if isinstance(key, ec.EllipticCurvePrivateKey):
        return key.sign(hashed, ec.ECDSA(digest))
    return key.sign(hashed, padding.PKCS1v15(), digest)


def _issuer_and_serial(certificate: x509.Certificate) -> bytes:
    return sequence(_name(certificate.issuer), integer(certificate.serial_number))


def _name(name: x509.Name) -> bytes:
    return name.public_bytes()


def _der(certificate: x509.Certificate) -> bytes:
    return certificate.public_bytes(serialization.Encoding.DER)


def _pem_der(pem: bytes) -> bytes:
    return _der(x509.load_pem_x509_certificate(pem))
