"""The machine's own authority: what it signs holds, and it can sign for nothing else."""

import stat
import subprocess
from datetime import timedelta
from ipaddress import ip_address
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization

from fieldops.gateways import local_authority
from fieldops.settings import SettingsError
from tests.conftest import NOW

NAMES = ["192.0.2.7", "office.local", "localhost"]


def _verifies(directory: Path, leaf: Path, *told: str) -> bool:
    command = [
        "openssl", "verify", "-purpose", "sslserver", "-attime", str(int(NOW.timestamp())),
        "-CAfile", str(local_authority.files(directory).authority), *told, str(leaf),
    ]  # fmt: skip
    return subprocess.run(command, capture_output=True, check=False).returncode == 0


def test_what_is_served_holds_for_every_name_and_for_no_other(tmp_path: Path) -> None:
    made = local_authority.ensure(tmp_path, NAMES, at=NOW)
    assert _verifies(tmp_path, made.leaf, "-verify_ip", "192.0.2.7")
    assert _verifies(tmp_path, made.leaf, "-verify_hostname", "office.local")
    assert not _verifies(tmp_path, made.leaf, "-verify_hostname", "bank.example")


@pytest.mark.parametrize(
    "name",
    [x509.DNSName("bank.example"), x509.IPAddress(ip_address("192.0.2.8"))],
    ids=["host", "address"],
)
def test_a_phone_that_trusts_it_trusts_it_for_this_machine_alone(
    tmp_path: Path, name: x509.GeneralName
) -> None:
    made = local_authority.ensure(tmp_path, NAMES, at=NOW)
    authority = x509.load_pem_x509_certificate(made.authority.read_bytes())
    key = serialization.load_pem_private_key(made.authority_key.read_bytes(), None)
    forged = (
        x509.CertificateBuilder()
        .subject_name(x509.Name([]))
        .issuer_name(authority.subject)
        .public_key(key.public_key())  # type: ignore[arg-type]  # It is of an elliptic curve.
        .serial_number(7)
        .not_valid_before(NOW)
        .not_valid_after(NOW + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([name]), critical=True)
        .sign(key, hashes.SHA256())  # type: ignore[arg-type]
    )
    file = tmp_path / "forged.pem"
    file.write_bytes(forged.public_bytes(serialization.Encoding.PEM))
    assert not _verifies(tmp_path, file)


def test_a_second_start_changes_nothing(tmp_path: Path) -> None:
    made = local_authority.ensure(tmp_path, NAMES, at=NOW)
    before = [file.read_bytes() for file in (made.authority, made.leaf)]
    local_authority.ensure(tmp_path, NAMES, at=NOW + timedelta(days=300))
    assert [file.read_bytes() for file in (made.authority, made.leaf)] == before


def test_it_is_renewed_before_its_end_under_the_same_authority(tmp_path: Path) -> None:
    made = local_authority.ensure(tmp_path, NAMES, at=NOW)
    authority, leaf = made.authority.read_bytes(), made.leaf.read_bytes()
    local_authority.ensure(tmp_path, NAMES, at=NOW + timedelta(days=340))
    assert made.authority.read_bytes() == authority
    assert made.leaf.read_bytes() != leaf


def test_a_name_that_phones_did_not_trust_it_for_ends_the_start(tmp_path: Path) -> None:
    local_authority.ensure(tmp_path, NAMES, at=NOW)
    with pytest.raises(SettingsError, match=r"192\.0\.2\.9"):
        local_authority.ensure(tmp_path, ["192.0.2.9"], at=NOW)


def test_fewer_names_are_served_by_a_new_certificate(tmp_path: Path) -> None:
    local_authority.ensure(tmp_path, NAMES, at=NOW)
    made = local_authority.ensure(tmp_path, NAMES[:1], at=NOW)
    assert not _verifies(tmp_path, made.leaf, "-verify_hostname", "office.local")


def test_nobody_else_on_the_machine_reads_the_keys(tmp_path: Path) -> None:
    made = local_authority.ensure(tmp_path, NAMES, at=NOW)
    for file in (made.authority_key, made.leaf_key):
        assert stat.S_IMODE(file.stat().st_mode) == 0o600


def test_what_a_person_is_told_names_it_by_its_fingerprint(tmp_path: Path) -> None:
    assert local_authority.trusted(tmp_path) is None
    made = local_authority.ensure(tmp_path, NAMES, at=NOW)
    told = local_authority.trusted(tmp_path)
    assert told is not None
    assert sorted(told.names) == sorted(NAMES)
    command = ["openssl", "x509", "-in", str(made.authority), "-noout", "-fingerprint", "-sha256"]
    said = subprocess.run(command, capture_output=True, check=True, text=True).stdout
    assert told.fingerprint.replace(" ", "") in said.replace(":", "")


@pytest.mark.parametrize("content", [b"", b"no certificate"])
def test_a_broken_authority_ends_the_start_with_its_file(tmp_path: Path, content: bytes) -> None:
    made = local_authority.ensure(tmp_path, NAMES, at=NOW)
    made.authority.write_bytes(content)
    with pytest.raises(SettingsError, match=r"authority\.pem"):
        local_authority.ensure(tmp_path, NAMES, at=NOW)
