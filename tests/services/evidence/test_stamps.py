"""Stamps by authorities outside: several, late, and renewed before they end."""

from collections.abc import Iterator
from datetime import timedelta
from hashlib import sha256
from pathlib import Path

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from evidence.custody.openssl import verify_stamp
from fieldops import clock
from fieldops.domain.permissions import Actor
from fieldops.gateways.timestamping import Named, RemoteAuthority
from fieldops.jobs import publishing, routine
from fieldops.models import Checkpoint, CheckpointStamp, Visit
from fieldops.services import custody, stamps
from fieldops.wiring import wiring
from tests.authorities import Authority, serving
from tests.builders.evidence import a_photo, an_item


@pytest.fixture
def outside(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, app: object) -> Iterator[Authority]:
    """One authority on loopback, set as the only one."""
    with serving(tmp_path / "tsa") as found:
        _set(monkeypatch, found)
        yield found


def _set(monkeypatch: pytest.MonkeyPatch, *found: Authority) -> None:
    named = [Named(one.url, RemoteAuthority(one.url, one.root.read_bytes())) for one in found]
    monkeypatch.setitem(wiring().__dict__, "outside_authorities", named)


def _kept(session: Session) -> list[CheckpointStamp]:
    query = select(CheckpointStamp).order_by(CheckpointStamp.id)
    return list(session.scalars(query.execution_options(populate_existing=True)))


def _later(monkeypatch: pytest.MonkeyPatch, pause: timedelta) -> None:
    then = clock.wall_time() + pause
    monkeypatch.setattr(clock, "wall_time", lambda: then)


def _round() -> None:
    routine.Rota().go(wiring())
    publishing.publish(wiring(), inline=True)


def test_a_checkpoint_carries_the_whole_answer_of_the_authority_outside(
    session: Session, visit: Visit, uploader: Actor, outside: Authority
) -> None:
    an_item(session, visit, actor=uploader)
    publishing.publish(wiring(), inline=True)
    head = session.scalars(select(Checkpoint)).one()
    digest = sha256(bytes(head.text)).digest()
    assert verify_stamp(digest, bytes(head.timestamp or b""), outside.root.read_bytes())
    (kept,) = _kept(session)
    assert (kept.authority, kept.state, kept.response) == (outside.url, "kept", head.timestamp)


def test_every_authority_stamps_and_one_that_fails_holds_up_none(
    session: Session,
    visit: Visit,
    uploader: Actor,
    outside: Authority,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    with serving(tmp_path / "second") as second, serving(tmp_path / "third") as third:
        second.manner = "another-hash"
        _set(monkeypatch, second, outside, third)
        an_item(session, visit, actor=uploader)
        publishing.publish(wiring(), inline=True)
        states = {row.authority: row.state for row in _kept(session)}
        assert states == {second.url: "owed", outside.url: "kept", third.url: "kept"}
        assert session.scalars(select(Checkpoint)).one().timestamp


def test_a_stamp_that_was_missed_is_had_by_a_later_round(
    session: Session,
    visit: Visit,
    uploader: Actor,
    outside: Authority,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    outside.manner = "failing"
    item = an_item(session, visit, actor=uploader)
    assert item.receipt
    with pytest.raises(Exception, match="503"):
        publishing.publish(wiring(), inline=True)
    (owed,) = stamps.overdue(session, visit.organisation_id)
    assert (owed.attempts, owed.reason) == (1, "AuthorityFailed: answers with status 503")
    _round()  # Too early: nobody is asked.
    assert len(outside.asked) == 1
    outside.manner = "honest"
    _later(monkeypatch, timedelta(minutes=2))
    _round()
    assert not stamps.overdue(session, visit.organisation_id)
    session.expire_all()
    assert session.scalars(select(Checkpoint)).one().timestamp


def test_a_later_checkpoints_stamp_covers_what_was_owed_before(
    session: Session, visit: Visit, uploader: Actor, outside: Authority
) -> None:
    outside.manner = "garbage"
    an_item(session, visit, actor=uploader)
    with pytest.raises(Exception, match="DerError"):
        publishing.publish(wiring(), inline=True)
    outside.manner = "honest"
    an_item(session, visit, actor=uploader, data=a_photo(colour=(1, 2, 3)))
    publishing.publish(wiring(), inline=True)
    assert [row.state for row in _kept(session)] == ["covered", "kept"]


def test_a_stamp_is_renewed_before_it_ends_and_the_older_one_is_kept(
    session: Session,
    visit: Visit,
    uploader: Actor,
    outside: Authority,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    an_item(session, visit, actor=uploader)
    publishing.publish(wiring(), inline=True)
    (first,) = _kept(session)
    before = bytes(first.response or b"")
    _round()
    assert len(_kept(session)) == 1
    first.expires_at = clock.wall_time() + timedelta(days=30)
    session.commit()
    _round()
    old, new = _kept(session)
    assert (new.state, new.renews_id, bytes(old.response or b"")) == ("kept", old.id, before)
    renewed = sha256(bytes(old.checkpoint.text) + before).digest()
    assert verify_stamp(renewed, bytes(new.response or b""), outside.root.read_bytes())
    assert bytes(old.checkpoint.timestamp or b"") == before
    _round()
    assert len(_kept(session)) == 2


def test_a_renewal_that_ends_no_later_is_not_taken(
    session: Session, visit: Visit, uploader: Actor, outside: Authority
) -> None:
    an_item(session, visit, actor=uploader)
    publishing.publish(wiring(), inline=True)
    (first,) = _kept(session)
    assert first.expires_at is not None
    at = clock.wall_time()
    stamps.renew(session, visit.organisation_id, before=first.expires_at, at=at)
    session.commit()
    stamps.hand_out(session, visit.organisation_id, at=at)
    session.commit()
    publishing.publish(wiring(), inline=True)
    _, owed = _kept(session)
    assert (owed.state, owed.response) == ("owed", None)
    assert "no later" in str(owed.reason)


def test_the_local_authority_gets_a_new_key_before_its_certificate_ends(
    session: Session, visit: Visit, uploader: Actor
) -> None:
    an_item(session, visit, actor=uploader)
    publishing.publish(wiring(), inline=True)
    before = custody.authority(session, visit.organisation_id)
    at = clock.wall_time()
    organisation_id = visit.organisation_id
    assert not custody.renew_stamper(session, organisation_id, before=at, at=at)
    late = at + timedelta(days=3651)
    assert custody.renew_stamper(session, organisation_id, before=late, at=late)
    after = custody.authority(session, organisation_id)
    assert (after.root, after.signer) == (before.root, before.signer)
    certificate, _ = after.stamper.loaded()
    assert certificate.not_valid_after_utc > late + timedelta(days=3000)
