"""Records that are joined or parted: beliefs and flags of all concerned follow at once."""

from datetime import datetime, timedelta
from uuid import UUID

import pytest
from flask import Flask
from sqlalchemy import func, select

from fieldops.domain.facts import RecordsMoved
from fieldops.domain.permissions import Actor
from fieldops.jobs import tracing as jobs
from fieldops.jobs.follow import FOLLOWS
from fieldops.jobs.registry import JobContext
from fieldops.models import Belief, Flag, Organisation, OutboxFact
from fieldops.services import identity, tracing
from tests.builders.cases import a_case
from tests.builders.doors import Door
from tests.builders.observations import a_disposal
from tests.builders.visits import START
from tests.domain.linkage.records import PLACES
from tests.services.identity.people import someone

PHONE = "+8613700137000"
SALE = {
    "asset_kind": "vehicle",
    "disposed_on": "2026-10-01",
    "counterparty": "unknown",
    "price_ratio": 0.9,
}
LINKED = START + timedelta(days=5)
PARTED = LINKED + timedelta(days=5)


class Records:
    """A debtor who sold his car to the telephone of another record, and somebody who judges."""

    def __init__(self, door: Door, admin: Actor, context: JobContext) -> None:
        self.door, self.context, self._done = door, context, set[UUID]()
        self.house = door.session.get_one(Organisation, door.case.organisation_id)
        self._judge = someone(door.session, self.house)
        row = a_disposal(
            door, admin, data=SALE, values={"phone": PHONE}, address_id=door.visit.address_id
        )
        self.debtor = row.person_id
        tracing.believe_and_flag(door.session, self.debtor, now=START)

    def another(self, number: str, **more: str) -> UUID:
        """One more record, of the same creditor."""
        case = a_case(self.door.session, self.house, number=number, **more)
        return case.parties[0].person_id

    def say(self, one: UUID, other: UUID, verdict: str, at: datetime) -> None:
        """Judge two records, and do what follows."""
        session = self.door.session
        pair = identity.propose(session, one, other, PLACES, actor=self._judge, now=at)
        session.flush()
        identity.judge(session, pair.id, verdict, "seen", actor=self._judge, now=at)
        session.commit()
        for fact in session.scalars(select(OutboxFact).where(OutboxFact.name == "records-moved")):
            if fact.id not in self._done:
                self._done.add(fact.id)
                jobs.believe_linked(self.context, RecordsMoved.of(fact.payload))

    def codes(self, person_id: UUID | None = None) -> set[str]:
        """The flags that stand."""
        rows = self.door.session.scalars(
            select(Flag).where(Flag.person_id == (person_id or self.debtor))
        )
        return {row.code for row in rows if row.contradicted != ["not_raised_any_more"]}


@pytest.fixture
def records(app: Flask, door: Door, admin: Actor, monkeypatch: pytest.MonkeyPatch) -> Records:
    monkeypatch.setattr(JobContext, "now", PARTED)
    return Records(door, admin, JobContext("a-job", admin, app.extensions["fieldops"]))


def test_a_record_that_is_joined_raises_the_flag_that_it_brings(records: Records) -> None:
    other = records.another("C-other", phone=PHONE)
    assert "AT-RELATIVE" not in records.codes()
    records.say(records.debtor, other, "same", LINKED)
    assert "AT-RELATIVE" in records.codes()


def test_a_record_that_is_parted_takes_its_flag_away(records: Records) -> None:
    other = records.another("C-other", phone=PHONE)
    records.say(records.debtor, other, "same", LINKED)
    records.say(records.debtor, other, "withdrawn", PARTED)
    assert "AT-RELATIVE" not in records.codes()


def test_who_stays_behind_when_another_leaves_is_evaluated_as_well(records: Records) -> None:
    first = records.another("C-first")
    other = records.another("C-other", phone=PHONE)
    records.say(records.debtor, first, "same", LINKED)
    records.say(first, other, "same", LINKED)
    assert "AT-RELATIVE" in records.codes()
    records.say(first, other, "withdrawn", PARTED)
    assert "AT-RELATIVE" not in records.codes()


def test_who_stays_behind_is_parted_for_whoever_evaluates_him_later(
    records: Records, monkeypatch: pytest.MonkeyPatch
) -> None:
    first, other = records.another("C-first"), records.another("C-other", phone=PHONE)
    records.say(records.debtor, first, "same", LINKED)
    records.say(first, other, "same", LINKED)
    monkeypatch.setattr(jobs, "believe_linked", lambda *_: None)
    records.say(first, other, "withdrawn", PARTED)
    assert "AT-RELATIVE" in records.codes()
    tracing.believe_and_flag(records.door.session, records.debtor, now=PARTED)
    assert "AT-RELATIVE" not in records.codes()


def test_done_twice_it_writes_nothing_new(records: Records) -> None:
    other = records.another("C-other", phone=PHONE)
    records.say(records.debtor, other, "same", LINKED)
    session = records.door.session
    before = session.scalar(select(func.count()).select_from(Belief))
    newest = session.scalar(select(func.max(Belief.as_of)))
    (fact,) = session.scalars(select(OutboxFact).where(OutboxFact.name == "records-moved"))
    jobs.believe_linked(records.context, RecordsMoved.of(fact.payload))
    assert session.scalar(select(func.count()).select_from(Belief)) == before
    assert newest == LINKED


def test_a_judgement_that_moves_nobody_has_nothing_follow(records: Records) -> None:
    other = records.another("C-other")
    records.say(records.debtor, other, "not_same", LINKED)
    query = select(OutboxFact.id).where(OutboxFact.name == "records-moved")
    assert records.door.session.scalars(query).all() == []


def test_the_table_names_the_job_that_follows() -> None:
    assert FOLLOWS[RecordsMoved] == ("believe-linked",)
