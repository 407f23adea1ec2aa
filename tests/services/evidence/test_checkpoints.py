"""Signing and stamping the log: an authority that fails delays the stamp and nothing else."""

from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from evidence.custody.checkpoint import Checkpoint as TreeHead
from evidence.custody.merkle import root_of
from fieldops.domain.permissions import Actor
from fieldops.gateways.timestamping import Named
from fieldops.jobs import publishing
from fieldops.models import Checkpoint, JobRun, Organisation, OutboxFact, Visit
from fieldops.services import custody
from fieldops.wiring import wiring
from tests.builders.cases import NOW
from tests.builders.evidence import an_item


class DeadAuthority:
    """Never answers."""

    def stamp(self, digest_sha256: bytes) -> bytes:
        """Fail as a network does."""
        raise ConnectionError("the authority does not answer")


def _checkpoints(session: Session) -> list[Checkpoint]:
    return list(session.scalars(select(Checkpoint).order_by(Checkpoint.size)))


def test_an_item_is_covered_by_a_stamped_checkpoint(
    session: Session, visit: Visit, uploader: Actor
) -> None:
    an_item(session, visit, actor=uploader)
    publishing.publish(wiring(), inline=True)
    (found,) = _checkpoints(session)
    assert found.size == 1
    assert found.timestamp
    head = TreeHead.parse(bytes(found.text))
    assert head.root == root_of(custody.leaf_hashes(session, visit.organisation_id, 1))


def test_the_job_done_again_makes_no_second_checkpoint(
    session: Session, visit: Visit, uploader: Actor
) -> None:
    an_item(session, visit, actor=uploader)
    publishing.publish(wiring(), inline=True)
    before = bytes(_checkpoints(session)[0].timestamp or b"")
    for run in session.scalars(select(JobRun)):
        run.state = "queued"
    for fact in session.scalars(select(OutboxFact)):
        fact.published_at = None
    session.commit()
    publishing.publish(wiring(), inline=True)
    assert [bytes(found.timestamp or b"") for found in _checkpoints(session)] == [before]


def test_a_dead_authority_delays_the_stamp_only(
    session: Session, visit: Visit, uploader: Actor, app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    def dead(session: Session, organisation_id: UUID) -> list[Named]:
        return [Named("dead", DeadAuthority())]

    item = an_item(session, visit, actor=uploader)
    monkeypatch.setattr(wiring(), "authorities", dead)
    with pytest.raises(ConnectionError):
        publishing.publish(wiring(), inline=True)
    (found,) = _checkpoints(session)
    assert (found.timestamp, bool(found.signature), bool(item.receipt)) == (None, True, True)


def test_a_stamp_that_came_first_is_never_replaced(
    session: Session, visit: Visit, uploader: Actor
) -> None:
    an_item(session, visit, actor=uploader)
    made = custody.signed_checkpoint(session, visit.organisation_id, at=NOW)
    custody.keep_stamp(session, made.id, b"first", at=NOW)
    custody.keep_stamp(session, made.id, b"second", at=NOW + timedelta(days=1))
    assert made.timestamp == b"first"


def test_the_private_keys_lie_sealed(
    session: Session, organisation: Organisation, admin: Actor
) -> None:
    log: Any = custody.ensure_log(session, organisation.id, at=NOW)
    made = custody.authority(session, organisation.id)
    for identity in (made.root, made.signer, made.stamper):
        assert identity.key not in bytes(log.wrapped_keys)
        identity.loaded()


def test_founding_twice_keeps_the_first_keys(session: Session, organisation: Organisation) -> None:
    first = dict(custody.ensure_log(session, organisation.id, at=NOW).certificates)
    assert custody.ensure_log(session, organisation.id, at=NOW).certificates == first
