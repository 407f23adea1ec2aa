"""Nightly rounds over those of whom nothing new was heard: certainty fades, and models change.

A round goes over the persons of an organisation by their ids and notes how far it came, so that it
goes on there after a crash. All that it writes is as of its beginning, so that what is
done twice is the same. Whoever has only closed cases is left alone.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy import Row, Select, and_, exists, func, select
from sqlalchemy.orm import Session

from fieldops.domain.facts import BeliefsAged
from fieldops.models import Belief, BeliefRound, Case, Observation, Organisation, Party, Person
from fieldops.services import organisations, outbox, tracing
from fieldops.services.closing import CLOSED, ERASED
from fieldops.services.trace_model import MODEL

RUNNING, DONE = "running", "done"
# A round that did not advance for so long has lost its worker.
_LOST = timedelta(minutes=20)
# So many persons are looked at in one reading.
LOOK = 500


@dataclass(frozen=True, slots=True)
class Policy:
    """After how many days beliefs are old (0: never), and from which hour of the house's day on."""

    days: int
    hour: int


@dataclass(frozen=True, slots=True)
class Look:
    """Up to whom a reading came, None at the end, and who of these persons is due."""

    upto: UUID | None
    due: Sequence[UUID]


def hand_out(
    session: Session, organisation_id: UUID, policy: Policy, *, now: datetime, at: datetime
) -> bool:
    """Have a round gone when a night begins, or taken up when its worker died.

    `now` is the working time, `at` the true one. The caller holds the organisation. A drill plays a
    time of its own and is left out.
    """
    house = session.get_one(Organisation, organisation_id)
    last = session.scalars(_rounds(organisation_id).limit(1)).one_or_none()
    if last is not None and last.state == RUNNING:
        if last.advanced_at > at - _LOST:
            return False
        last.advanced_at = at
    else:
        if not _begins(session, house, last, policy, now):
            return False
        last = _begin(session, house, now=now, at=at)
    ask(session, last, at=at)
    return True


def ask(session: Session, going: BeliefRound, *, at: datetime) -> None:
    """Have a round gone on with by a worker."""
    fact = BeliefsAged(going.id)
    outbox.record(session, fact, organisation_id=going.organisation_id, now=at)


def look(session: Session, going: BeliefRound, *, days: int) -> Look:
    """The next persons of a round, and who of them is due: by age, or by another model."""
    query = select(Person.id).where(Person.organisation_id == going.organisation_id)
    if going.after_id is not None:
        query = query.where(Person.id > going.after_id)
    people = session.scalars(query.order_by(Person.id).limit(LOOK)).all()
    if not people:
        return Look(None, ())
    old = going.as_of - timedelta(days=days)
    standing = {row.person_id: row for row in session.execute(_standing(people))}
    alive = session.scalars(_alive(people))
    return Look(people[-1], [one for one in alive if _is_old(standing.get(one), old)])


def evaluate(
    session: Session,
    round_id: UUID,
    people: Sequence[UUID],
    *,
    upto: UUID,
    now: datetime,
    at: datetime,
) -> BeliefRound:
    """Evaluate these persons, in order of id, and note that the round has come to `upto`.

    Whom another worker has evaluated meanwhile is left out.
    """
    going = session.get_one(BeliefRound, round_id, with_for_update=True)
    going.advanced_at = at
    if going.after_id is not None and going.after_id >= upto:
        return going
    rest = [one for one in people if going.after_id is None or one > going.after_id]
    done = tracing.evaluate(session, rest, now=now, since=going.as_of, heard=False) if rest else {}
    going.after_id = upto
    going.evaluated += len(done)
    return going


def pass_over(session: Session, round_id: UUID, person_id: UUID, *, at: datetime) -> BeliefRound:
    """Go on behind somebody who cannot be evaluated, and count him."""
    going = session.get_one(BeliefRound, round_id, with_for_update=True)
    going.advanced_at = at
    if going.after_id is None or going.after_id < person_id:
        going.after_id = person_id
        going.failed += 1
    return going


def finish(session: Session, round_id: UUID, *, at: datetime) -> BeliefRound:
    """Note that a round is at its end."""
    going = session.get_one(BeliefRound, round_id, with_for_update=True)
    going.advanced_at = at
    if going.state == RUNNING:
        going.state, going.finished_at = DONE, at
    return going


def _begins(
    session: Session,
    house: Organisation,
    last: BeliefRound | None,
    policy: Policy,
    now: datetime,
) -> bool:
    here = now.astimezone(ZoneInfo(house.timezone))
    if policy.days <= 0 or here.hour < policy.hour or house.kind == organisations.DRILL:
        return False
    if last is not None and last.night >= here.date():
        return False
    believed = select(Belief.id).where(Belief.organisation_id == house.id)
    return session.scalar(believed.limit(1)) is not None


def _begin(session: Session, house: Organisation, *, now: datetime, at: datetime) -> BeliefRound:
    going = BeliefRound(
        organisation_id=house.id,
        night=now.astimezone(ZoneInfo(house.timezone)).date(),
        state=RUNNING,
        as_of=now,
        model_version=MODEL.version,
        started_at=at,
        advanced_at=at,
    )
    session.add(going)
    session.flush()
    return going


def _is_old(standing: Row[UUID, datetime, str] | None, old: datetime) -> bool:
    """Of whom something is known and nothing believed yet, he is due as well."""
    if standing is None:
        return True
    return bool(standing.as_of <= old or standing.model_version != MODEL.version)


def _standing(people: Sequence[UUID]) -> Select[UUID, datetime, str]:
    """As of when and by which model what is believed of each of these persons stands."""
    newest = (
        select(Belief.person_id, func.max(Belief.as_of).label("as_of"))
        .where(Belief.person_id.in_(people))
        .group_by(Belief.person_id)
        .subquery()
    )
    same = and_(Belief.person_id == newest.c.person_id, Belief.as_of == newest.c.as_of)
    return select(Belief.person_id, Belief.as_of, Belief.model_version).join(newest, same)


def _alive(people: Sequence[UUID]) -> Select[UUID]:
    """Of these persons those of whom something was observed and a case still goes on."""
    goes_on = (
        select(Party.id)
        .join(Case, Party.case_id == Case.id)
        .where(Party.person_id == Person.id, Case.state.not_in((CLOSED, ERASED)))
    )
    return (
        select(Person.id)
        .where(Person.id.in_(people))
        .where(exists().where(Observation.person_id == Person.id), goes_on.exists())
        .order_by(Person.id)
    )


def _rounds(organisation_id: UUID) -> Select[BeliefRound]:
    query = select(BeliefRound).where(BeliefRound.organisation_id == organisation_id)
    return query.order_by(BeliefRound.night.desc())
