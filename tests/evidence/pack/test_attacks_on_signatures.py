"""Signatures in a form that openssl takes and another program reads otherwise are refused."""

from collections.abc import Callable
from datetime import timedelta
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import pkcs7
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from evidence.custody import layout
from evidence.custody.der import DerError, check_signature
from evidence.custody.openssl import read_certificate
from evidence.pack import signing
from evidence.pack.asn1 import explicit, octets, oid, sequence, set_of
from evidence.pack.authority import Authority, Identity
from evidence.pack.signing import sign_cms, signed_data
from evidence.pack.timestamp import LocalTimestamper
from tests.evidence import world
from tests.evidence.tampering import SEALED, Files, failed, files, judged, manifests, reseal, rezip


def sealed_with(make: Callable[[bytes], bytes]) -> Files:
    """The files with another signature over the tag manifest, stamped as it should be."""
    changed = reseal(files())
    changed[layout.SEAL_SIGNATURE] = make(changed[layout.TAG_MANIFEST])
    return changed


def _signer() -> tuple[x509.Certificate, Any]:
    return world.authority().signer.loaded()


def without_attributes(data: bytes) -> bytes:
    certificate, key = _signer()
    builder = pkcs7.PKCS7SignatureBuilder().set_data(data)
    options = [
        pkcs7.PKCS7Options.DetachedSignature, pkcs7.PKCS7Options.Binary,
        pkcs7.PKCS7Options.NoAttributes,
    ]  # fmt: skip
    signed = builder.add_signer(certificate, key, hashes.SHA256())
    return signed.sign(serialization.Encoding.DER, options)


def with_attributes_that_name_no_certificate(data: bytes) -> bytes:
    certificate, key = _signer()
    builder = pkcs7.PKCS7SignatureBuilder().set_data(data)
    options = [pkcs7.PKCS7Options.DetachedSignature, pkcs7.PKCS7Options.Binary]
    signed = builder.add_signer(certificate, key, hashes.SHA256())
    return signed.sign(serialization.Encoding.DER, options)


def with_another_digest(data: bytes) -> bytes:
    certificate, key = _signer()
    builder = pkcs7.PKCS7SignatureBuilder().set_data(data)
    options = [pkcs7.PKCS7Options.DetachedSignature, pkcs7.PKCS7Options.Binary]
    return (
        builder.add_signer(certificate, key, hashes.SHA384())
        .add_signer(certificate, key, hashes.SHA256())
        .sign(serialization.Encoding.DER, options)
    )


def with_content_of_its_own(data: bytes) -> bytes:
    return signed_data(
        world.authority().signer, sha256(data).digest(), at=SEALED, content=b"other content"
    )


def followed_by_another(data: bytes) -> bytes:
    signature = sign_cms(data, world.authority().signer, SEALED)
    return signature + signature


def of_other_bytes(data: bytes) -> bytes:
    return sign_cms(data + b"\n", world.authority().signer, SEALED)


@pytest.mark.parametrize(
    "make",
    [without_attributes, with_attributes_that_name_no_certificate, with_another_digest,
     with_content_of_its_own, followed_by_another, of_other_bytes],
)  # fmt: skip
def test_a_signature_in_another_form_is_refused(
    tmp_path: Path, make: Callable[[bytes], bytes]
) -> None:
    report = judged(tmp_path, rezip(sealed_with(make)))
    assert failed(report) == {"signature"}
    assert layout.TAG_MANIFEST in report.claim("signature").detail()


def test_an_attribute_that_stands_twice_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    once = signing._attributes

    def twice(*given: Any) -> list[bytes]:
        found = list(once(*given))
        return [*found, found[1]]

    monkeypatch.setattr(signing, "_attributes", twice)
    with pytest.raises(DerError, match="repeat"):
        check_signature(sign_cms(b"x", world.authority().signer, SEALED))


def test_a_signature_that_says_it_signs_another_kind_is_refused(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    once = signing._attributes
    other = "1.2.840.113549.1.9.16.1.4"
    monkeypatch.setattr(signing, "_attributes", lambda c, d, at, _: once(c, d, at, other))
    with pytest.raises(DerError, match="another kind"):
        check_signature(sign_cms(b"x", world.authority().signer, SEALED))


def member(root: Identity, name: str, *extensions: tuple[x509.ExtensionType, bool]) -> Identity:
    """A certificate under the root with just these extensions."""
    issuer, issuer_key = root.loaded()
    key = ec.generate_private_key(ec.SECP256R1())
    builder = (
        x509.CertificateBuilder()
        .subject_name(x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)]))
        .issuer_name(issuer.subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(world.START - timedelta(days=1))
        .not_valid_after(world.START + timedelta(days=3650))
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
    )
    for extension, critical in extensions:
        builder = builder.add_extension(extension, critical=critical)
    made = builder.sign(issuer_key, hashes.SHA256())
    return Identity(
        made.public_bytes(serialization.Encoding.PEM),
        key.private_bytes(
            serialization.Encoding.DER,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        ),
        (root.certificate,),
    )


def usage(*, sign: bool, encrypt: bool) -> tuple[x509.KeyUsage, bool]:
    return (
        x509.KeyUsage(
            digital_signature=sign, content_commitment=False, key_encipherment=encrypt,
            data_encipherment=False, key_agreement=False, key_cert_sign=False, crl_sign=False,
            encipher_only=False, decipher_only=False,
        ),
        True,
    )  # fmt: skip


@pytest.mark.parametrize("kind", ["encrypts", "stamps"])
def test_a_pinned_certificate_that_may_not_sign_evidence_is_refused(
    tmp_path: Path, kind: str
) -> None:
    mine = world.authority()
    stamps = (x509.ExtendedKeyUsage([ExtendedKeyUsageOID.TIME_STAMPING]), True)
    extensions = [usage(sign=False, encrypt=True)] if kind == "encrypts" else [stamps]
    other = Authority(mine.root, member(mine.root, "Other", *extensions), mine.stamper)
    elsewhere = tmp_path / "trust"
    elsewhere.mkdir()
    report = judged(tmp_path, rezip(reseal(files(), other)), trust=world.trust(elsewhere, other))
    assert failed(report) == {"signature"}
    assert "the pinned certificate is" in report.claim("signature").detail()


@pytest.mark.parametrize(
    "extensions",
    [
        [],
        [(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.TIME_STAMPING]), False)],
        [(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.EMAIL_PROTECTION]), True)],
        [
            (
                x509.ExtendedKeyUsage(
                    [ExtendedKeyUsageOID.TIME_STAMPING, ExtendedKeyUsageOID.CODE_SIGNING]
                ),
                True,
            )
        ],
    ],
    ids=["any purpose", "not critical", "another purpose", "two purposes"],
)
def test_a_timestamp_by_a_certificate_not_made_for_it_is_refused(
    tmp_path: Path, extensions: list[tuple[x509.ExtensionType, bool]]
) -> None:
    mine = world.authority()
    stamper = member(mine.root, "Stamper", usage(sign=True, encrypt=False), *extensions)
    made = Authority(mine.root, mine.signer, stamper)
    report = judged(tmp_path, rezip(reseal(files(), stamper=made)))
    assert failed(report) == {"time"}
    assert layout.SEAL_TIMESTAMP in report.claim("time").detail()


def test_a_subject_that_plays_at_being_another_certificate_is_not_believed() -> None:
    name = "CA:TRUE Fingerprint=" + ":".join(["AA"] * 12)
    made = member(world.authority().root, name, usage(sign=True, encrypt=False))
    read = read_certificate(made.certificate)
    assert read.fingerprint == made.fingerprint()
    assert not read.authority


def test_a_stamp_made_before_the_receipt_is_found(tmp_path: Path) -> None:
    changed = files()
    name = layout.older_path(6)
    early = LocalTimestamper(world.authority().stamper, lambda: world.START - timedelta(hours=2))
    changed[f"{name}.tsr"] = early.stamp(sha256(changed[name]).digest())
    report = judged(tmp_path, rezip(reseal(changed)))
    assert failed(report) == {"time"}
    assert "after it was stamped" in report.claim("time").detail()


@pytest.mark.parametrize("more", [b"more\n", b"\n", b"\n\xe2\x80\x94 name AAAA\n"])
def test_a_checkpoint_with_more_lines_is_refused(tmp_path: Path, more: bytes) -> None:
    changed = files()
    text = changed[layout.CHECKPOINT] + more
    changed[layout.CHECKPOINT] = text
    changed[f"{layout.CHECKPOINT}.p7s"] = sign_cms(text, world.authority().signer, SEALED)
    changed[f"{layout.CHECKPOINT}.tsr"] = world.stamp(text, SEALED)
    report = judged(tmp_path, rezip(reseal(changed)))
    assert {"structure", "custody"} <= failed(report)
    assert "four lines" in report.claim("structure").detail()


def test_a_refused_request_in_place_of_a_timestamp_is_found(tmp_path: Path) -> None:
    changed = manifests(files())
    changed[layout.SEAL_TIMESTAMP] = sequence(sequence(b"\x02\x01\x02"))
    assert "time" in failed(judged(tmp_path, rezip(changed)))


def test_content_of_another_kind_in_a_signature_is_refused() -> None:
    bare = sequence(oid("1.2.840.113549.1.7.1"), explicit(0, octets(b"x")))
    with pytest.raises(DerError):
        check_signature(sequence(oid(signing.SIGNED_DATA), explicit(0, set_of([bare]))))
