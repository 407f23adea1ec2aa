"""Keys, signatures and timestamps of the local authority are such that openssl accepts them."""

import subprocess
from collections.abc import Callable
from datetime import timedelta
from hashlib import sha256
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import rsa

from evidence.custody.der import DerError, parse, read_stamp, token_of
from evidence.custody.openssl import (
    NotProvedError,
    Trust,
    TrustError,
    read_trust,
    verify_signature,
    verify_timestamp,
)
from evidence.pack.authority import (
    MARK,
    AuthorityError,
    Identity,
    create_authority,
    create_member,
    trust_pem,
)
from evidence.pack.signing import sign_cms
from evidence.pack.timestamp import LocalTimestamper, request
from tests.evidence.world import START, authority, stamp

DATA = b"what is signed"


def trusted() -> Trust:
    made = authority()
    return read_trust(trust_pem(made.signer.certificate, (made.root.certificate,)))


def openssl(folder: Path, *arguments: str) -> int:
    command = ["openssl", *arguments]
    return subprocess.run(command, cwd=folder, capture_output=True, check=False).returncode


def test_every_subject_says_that_the_authority_is_local() -> None:
    made = authority()
    for identity in (made.root, made.signer, made.stamper):
        assert MARK in x509.load_pem_x509_certificate(identity.certificate).subject.rfc4514_string(
            {}
        ).replace("\\", "")


def test_a_signature_holds_for_the_pinned_signer() -> None:
    signer = verify_signature(DATA, sign_cms(DATA, authority().signer, START), trusted(), START)
    assert signer.fingerprint == authority().signer.fingerprint()


def test_plain_openssl_verifies_signature_and_timestamp(tmp_path: Path) -> None:
    made = authority()
    (tmp_path / "root").write_bytes(made.root.certificate)
    (tmp_path / "data").write_bytes(DATA)
    (tmp_path / "p7s").write_bytes(sign_cms(DATA, made.signer, START))
    (tmp_path / "tsr").write_bytes(stamp(DATA, START))
    at = ("-attime", str(int(START.timestamp())), "-CAfile", "root")
    signed = ("cms", "-verify", "-binary", "-inform", "DER", "-in", "p7s", "-content", "data")
    # Without -purpose: the key usages themselves must be those of a signer.
    assert openssl(tmp_path, *signed, "-cades", *at, "-out", "out") == 0
    assert openssl(tmp_path, "ts", "-verify", "-data", "data", "-in", "tsr", *at) == 0


def test_an_rsa_signer_holds_too() -> None:
    made = authority()
    issuer, issuer_key = made.root.loaded()
    key = rsa.generate_private_key(65537, 2048)
    certificate = (
        x509.CertificateBuilder(issuer.subject, issuer.subject, key.public_key(), 7)
        .not_valid_before(START - timedelta(days=1))
        .not_valid_after(START + timedelta(days=1))
        .add_extension(x509.BasicConstraints(False, None), critical=True)
        .sign(issuer_key, hashes.SHA256())
    )
    pem = certificate.public_bytes(serialization.Encoding.PEM)
    der = key.private_bytes(
        serialization.Encoding.DER,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )
    trust = read_trust(trust_pem(pem, (made.root.certificate,)))
    signature = sign_cms(DATA, Identity(pem, der), START)
    assert verify_signature(DATA, signature, trust, START).pem == pem


def test_other_bytes_do_not_hold() -> None:
    signature = sign_cms(DATA, authority().signer, START)
    with pytest.raises(NotProvedError):
        verify_signature(b"other", signature, trusted(), START)


def test_a_timestamp_says_the_clock_s_time_in_whole_seconds() -> None:
    at = START + timedelta(milliseconds=700)
    assert verify_timestamp(DATA, stamp(DATA, at), trusted()) == START


def test_a_timestamp_holds_after_the_authority_s_certificate_has_expired() -> None:
    made = authority()
    brief = create_member(made.root, "Brief", "x", "stamp", START, years=1)
    response = LocalTimestamper(brief, lambda: START).stamp(sha256(DATA).digest())
    # The real clock does not matter: the chain is judged at the time stated.
    assert verify_timestamp(DATA, response, trusted()) == START


@pytest.mark.parametrize("years", [-30, 30])
def test_a_timestamp_made_outside_the_certificate_s_life_does_not_hold(years: int) -> None:
    response = stamp(DATA, START + timedelta(days=365 * years))
    with pytest.raises(NotProvedError):
        verify_timestamp(DATA, response, trusted())


def test_the_evidence_signer_cannot_stamp() -> None:
    response = LocalTimestamper(authority().signer, lambda: START).stamp(sha256(DATA).digest())
    with pytest.raises(NotProvedError, match="purpose"):
        verify_timestamp(DATA, response, trusted())


def test_a_refused_timestamp_does_not_hold() -> None:
    with pytest.raises(NotProvedError, match="did not grant"):
        verify_timestamp(DATA, bytes.fromhex("30053003020102"), trusted())


def weaken(data: bytes, old: str, new: str) -> bytes:
    """Put one object identifier of the same length in place of another."""
    assert bytes.fromhex(old) in data
    return data.replace(bytes.fromhex(old), bytes.fromhex(new))


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("0609608648016503040201", "06096086480165030402ff01"[:22]),  # no known digest
        ("2a8648ce3d040302", "2a8648ce3d040301"),  # ecdsa-with-SHA224
    ],
)
def test_a_weakened_signature_does_not_hold(old: str, new: str) -> None:
    weak = weaken(sign_cms(DATA, authority().signer, START), old, new)
    with pytest.raises(NotProvedError):
        verify_signature(DATA, weak, trusted(), START)


def test_a_sha1_signature_by_the_right_key_is_refused(tmp_path: Path) -> None:
    made = authority()
    (tmp_path / "cert").write_bytes(made.signer.certificate)
    (tmp_path / "key").write_bytes(made.signer.key)
    (tmp_path / "data").write_bytes(DATA)
    sign = ("cms", "-sign", "-binary", "-md", "sha1", "-outform", "DER", "-in", "data")
    with_key = ("-signer", "cert", "-inkey", "key", "-keyform", "DER", "-out", "weak")
    assert openssl(tmp_path, *sign, *with_key) == 0
    with pytest.raises(NotProvedError, match="SHA-256"):
        verify_signature(DATA, (tmp_path / "weak").read_bytes(), trusted(), START)


def test_a_key_that_is_not_the_certificate_s_is_refused() -> None:
    made = authority()
    with pytest.raises(AuthorityError, match="belong"):
        Identity(made.signer.certificate, made.stamper.key).loaded()


@pytest.mark.parametrize("name", ["", "x" * 65])
def test_an_organisation_that_does_not_fit_is_refused(name: str) -> None:
    with pytest.raises(AuthorityError):
        create_authority(name, START)


def signer_only() -> bytes:
    return authority().signer.certificate


def root_only() -> bytes:
    return authority().root.certificate


def damaged() -> bytes:
    return b"-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n" + signer_only()


@pytest.mark.parametrize("given", [bytes, signer_only, root_only, damaged])
def test_a_trust_file_that_lacks_something_is_refused(given: Callable[[], bytes]) -> None:
    with pytest.raises(TrustError):
        read_trust(given())


def test_the_token_is_inside_the_response() -> None:
    response = stamp(DATA, START)
    assert token_of(response) in response
    with pytest.raises(DerError):
        read_stamp(token_of(response))


def test_a_request_holds_the_digest_and_the_nonce() -> None:
    asked = parse(request(b"\x01" * 32, 77))
    assert asked.members[1].members[1].content == b"\x01" * 32
    assert asked.members[2].content == b"\x4d"


def test_a_digest_of_another_length_is_not_stamped() -> None:
    with pytest.raises(ValueError, match="32 bytes"):
        LocalTimestamper(authority().stamper, lambda: START).stamp(b"short")


@pytest.mark.parametrize(
    "data",
    [b"", b"\x30", b"\x30\x80\x00\x00", b"\x30\x05\x02", b"\x30" * 200, b"\x30\x02\x30\x00x"],
)
def test_what_is_no_der_is_refused(data: bytes) -> None:
    with pytest.raises(DerError):
        read_stamp(data)


@pytest.mark.parametrize("start", [0, 50])
def test_a_bit_flipped_in_a_seal_itself_is_found(start: int) -> None:
    signature, response = sign_cms(DATA, authority().signer, START), stamp(DATA, START)
    trust = trusted()
    for place in range(start, len(signature), 97):
        flipped = bytearray(signature)
        flipped[place] ^= 0x20  # For a letter, its case.
        with pytest.raises(NotProvedError):
            verify_signature(DATA, bytes(flipped), trust, START)
    for place in range(start, len(response), 97):
        flipped = bytearray(response)
        flipped[place] ^= 0x20
        with pytest.raises(NotProvedError):
            verify_timestamp(DATA, bytes(flipped), trust)
