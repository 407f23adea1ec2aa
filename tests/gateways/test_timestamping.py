"""Authorities outside: believed after every check, and their failures told plainly."""

import socket
import subprocess
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from hashlib import sha256
from pathlib import Path

import pytest

from fieldops import clock, settings
from fieldops.gateways.timestamping import (
    AuthorityFailed,
    FirstThatAnswers,
    RemoteAuthority,
    authorities,
    ends_at,
    outside_roots,
)
from fieldops.settings import SettingsError
from tests.authorities import POLICY, Authority, serving

DATA = b"a checkpoint"
DIGEST = sha256(DATA).digest()


@pytest.fixture
def authority(tmp_path: Path) -> Iterator[Authority]:
    """One on loopback."""
    with serving(tmp_path / "tsa") as found:
        yield found


@pytest.fixture
def remote(authority: Authority) -> RemoteAuthority:
    """It as the settings would have it."""
    return RemoteAuthority(authority.url, authority.root.read_bytes())


def test_the_whole_answer_is_given_and_holds_before_openssl(
    remote: RemoteAuthority, authority: Authority, tmp_path: Path
) -> None:
    (tmp_path / "tsr").write_bytes(remote.stamp(DIGEST))
    (tmp_path / "data").write_bytes(DATA)
    done = subprocess.run(
        ["openssl", "ts", "-verify", "-data", tmp_path / "data", "-in", tmp_path / "tsr",
         "-CAfile", authority.root], check=False, capture_output=True,
    )  # fmt: skip
    assert done.returncode == 0


def test_each_question_carries_a_nonce_of_its_own(
    remote: RemoteAuthority, authority: Authority
) -> None:
    remote.stamp(DIGEST)
    remote.stamp(DIGEST)
    assert authority.asked[0] != authority.asked[1]


@pytest.mark.parametrize(
    ("manner", "told"),
    [
        ("failing", "status 503"),
        ("garbage", "DerError"),
        ("endless", "longer than"),
        ("refusing", "did not grant"),
        ("another-hash", "another hash"),
        ("another-nonce", "nonce"),
        ("no-nonce", "nonce"),
    ],
)
def test_a_bad_answer_is_refused_and_says_why(
    remote: RemoteAuthority, authority: Authority, manner: str, told: str
) -> None:
    authority.manner = manner
    with pytest.raises(AuthorityFailed, match=told):
        remote.stamp(DIGEST)


def test_an_answer_to_an_earlier_question_is_refused(
    remote: RemoteAuthority, authority: Authority
) -> None:
    remote.stamp(DIGEST)
    authority.manner = "replaying"
    with pytest.raises(AuthorityFailed, match="nonce"):
        remote.stamp(DIGEST)


def test_a_stamp_under_another_root_is_refused(remote: RemoteAuthority, tmp_path: Path) -> None:
    with serving(tmp_path / "other") as other, pytest.raises(AuthorityFailed):
        replace(remote, roots=other.root.read_bytes()).stamp(DIGEST)


def test_a_stamp_under_another_policy_is_refused(remote: RemoteAuthority) -> None:
    assert replace(remote, policy=POLICY).stamp(DIGEST)
    with pytest.raises(AuthorityFailed, match=r"under policy 1\.2\.3\.4\.1, not 1\.2\.3\.9"):
        replace(remote, policy="1.2.3.9").stamp(DIGEST)


def test_one_that_is_not_there_fails_at_once(remote: RemoteAuthority) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        nobody = f"http://127.0.0.1:{taken.getsockname()[1]}/"
        with pytest.raises(AuthorityFailed, match="ConnectError"):
            replace(remote, url=nobody).stamp(DIGEST)


def test_an_answer_that_takes_too_long_is_not_waited_for(remote: RemoteAuthority) -> None:
    times = iter([0.0, 99.0])
    with pytest.raises(AuthorityFailed, match="takes longer"):
        replace(remote, monotonic=lambda: next(times)).stamp(DIGEST)


def test_the_next_authority_answers_for_one_that_does_not(
    remote: RemoteAuthority, tmp_path: Path
) -> None:
    with serving(tmp_path / "bad") as bad:
        bad.manner = "failing"
        failing = RemoteAuthority(bad.url, bad.root.read_bytes())
        assert FirstThatAnswers([failing, remote]).stamp(DIGEST)
        with pytest.raises(AuthorityFailed, match="status 503"):
            FirstThatAnswers([failing]).stamp(DIGEST)


def test_the_first_end_among_its_certificates_is_read(remote: RemoteAuthority) -> None:
    found = ends_at(remote.stamp(DIGEST))
    assert found is not None
    assert abs(found - clock.wall_time() - timedelta(days=3650)) < timedelta(days=1)
    assert ends_at(b"garbage") is None


def test_the_settings_name_authorities_with_their_roots(authority: Authority) -> None:
    loaded = settings.load({"FIELDOPS_TIMESTAMP_AUTHORITIES": f"{authority.line} {POLICY}"})
    (found,) = authorities(loaded)
    assert found.name == authority.url
    assert found.timestamper.stamp(DIGEST)
    assert outside_roots(loaded) == (authority.root.read_bytes(),)


@pytest.mark.parametrize(
    "line",
    [
        "https://tsa.example",  # no root
        "tsa.example /root.pem",  # no address of the web
        "https://tsa.example /nowhere/root.pem",  # no such file
        "https://tsa.example /dev/null",  # no certificate in it
        "https://tsa.example a b c",  # too much
    ],
)
def test_a_line_that_cannot_be_used_ends_the_start(line: str) -> None:
    with pytest.raises(SettingsError, match="timestamp_authorities"):
        authorities(settings.load({}, timestamp_authorities=(line,)))
