"""Kept rulings judged again by the packs that judged them, whatever became of the files."""

from datetime import datetime
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from fieldops.domain.errors import Conflict, NotFound
from fieldops.domain.permissions import Actor
from fieldops.domain.rulebook.parsing import parse_proposal
from fieldops.domain.rulebook.records import RuleBook
from fieldops.domain.rulebook.vocabulary import Gate
from fieldops.models import Organisation, RulePackVersion, RulingRecord
from fieldops.services import organisations, replaying, rulings
from tests.conftest import NOW
from tests.domain.rulebook.builders import BOOK, book_of, in_xx, raw_proposal, raw_rule

LATE = ("2026-03-02T20:40:00+08:00", "2026-03-02T21:10:00+08:00")


def keep(session: Session, admin: Actor, book: RuleBook, **asked: Any) -> RulingRecord:
    """Judge and keep a visit that ends after nine."""
    proposal = parse_proposal(raw_proposal(*LATE, **asked))
    rulings.judge_and_keep(
        session, Gate.COMMIT, "visit:x", proposal, book, case_id=None, actor=admin, now=NOW
    )
    session.flush()
    return session.scalars(select(RulingRecord).order_by(RulingRecord.id.desc())).first()  # type: ignore[return-value]


def test_a_refusal_and_a_consent_come_out_the_same(session: Session, admin: Actor) -> None:
    work = {"kind": "work"}
    for record in (keep(session, admin, BOOK), keep(session, admin, BOOK, place=work)):
        session.expire_all()
        found = replaying.replay(session, record.id, actor=admin)
        assert found.differs == ()
        assert found.ruling.rule_pack.startswith("cn-")


def test_a_replay_asks_the_packs_of_then_and_not_those_of_today(
    session: Session, admin: Actor
) -> None:
    of_then = book_of(raw_rule())
    record = keep(session, admin, of_then, place=in_xx())
    # The files change: what was forbidden is allowed now.
    schedules = [{"windows": [["08:00", "23:00"]]}]
    laxer = keep(session, admin, book_of(raw_rule(params={"schedules": schedules})), place=in_xx())
    assert (record.allowed, laxer.allowed) == (False, True)
    found = replaying.replay(session, record.id, actor=admin)
    assert (found.ruling.allowed, found.differs) == (False, ())
    assert found.ruling.next_legal == datetime.fromisoformat("2026-03-03T08:00:00+08:00")


def test_a_pack_is_kept_once(session: Session, admin: Actor) -> None:
    for _ in range(3):
        keep(session, admin, BOOK)
    kept = session.scalars(select(RulePackVersion.sha256)).all()
    assert sorted(kept) == sorted(p.sha256 for p in BOOK.packs if p.jurisdiction in ("CN", "*"))


def test_what_was_changed_in_the_record_is_told(session: Session, admin: Actor) -> None:
    record = keep(session, admin, BOOK)
    record.allowed = not record.allowed
    record.inputs = {**record.inputs, "debt": {"id": "another"}}
    session.flush()
    assert replaying.replay(session, record.id, actor=admin).differs == ("inputs", "allowed")


def test_a_ruling_without_inputs_cannot_be_replayed(session: Session, admin: Actor) -> None:
    record = keep(session, admin, BOOK)
    record.inputs = None
    session.flush()
    with pytest.raises(Conflict):
        replaying.replay(session, record.id, actor=admin)
    assert list(replaying.replay_all(session, actor=admin)) == [record]


def test_another_organisations_ruling_is_not_there(
    session: Session, admin: Actor, organisation: Organisation
) -> None:
    record = keep(session, admin, BOOK)
    other = organisations.found(session, "Others", now=NOW)
    stranger = Actor(organisation_id=other.id, role=admin.role)
    with pytest.raises(NotFound):
        replaying.replay(session, record.id, actor=stranger)
