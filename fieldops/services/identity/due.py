"""Marking who is to be compared again, and having that happen."""

from collections.abc import Collection, Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import Select, select, update
from sqlalchemy.orm import Session

from fieldops.domain.facts import LinksDue
from fieldops.domain.linkage.numbers import read_asset
from fieldops.models import JobRun, Observation, OutboxFact, Person
from fieldops.services import outbox

JOB = "link-records"


def mark(
    session: Session,
    organisation_id: UUID,
    people: Collection[UUID] | Select[UUID],
    *,
    cause_id: UUID,
    now: datetime,
) -> None:
    """These persons are to be compared again, because of an observation or a decision."""
    session.execute(
        update(Person)
        .where(Person.organisation_id == organisation_id, Person.id.in_(people))
        .values(links_due=True)
    )
    outbox.record(session, LinksDue(cause_id), organisation_id=organisation_id, now=now)


def mark_for_assets(
    session: Session, observations: Sequence[Observation], *, now: datetime
) -> None:
    """Vehicles or firms were seen to be somebody's, or no longer: others may have the same.

    The observations are of one organisation and were learned at once: they are one cause.
    """
    of_assets = [one for one in observations if one.asset and read_asset(one.asset) is not None]
    if of_assets:
        first = of_assets[0]
        people = {one.person_id for one in of_assets}
        mark(session, first.organisation_id, people, cause_id=first.id, now=now)


def hand_out(session: Session, organisation_id: UUID, *, now: datetime) -> None:
    """Have whoever is still due compared, where nothing is on its way already.

    So are persons whom an older version wrote, and those of a job that died.
    """
    due = select(Person.id).where(
        Person.organisation_id == organisation_id, Person.links_due.is_(True)
    )
    waiting = select(OutboxFact.id).where(
        OutboxFact.organisation_id == organisation_id,
        OutboxFact.name == LinksDue.name,
        OutboxFact.published_at.is_(None),
    )
    running = select(JobRun.id).where(
        JobRun.organisation_id == organisation_id,
        JobRun.name == JOB,
        JobRun.state.in_(["queued", "running"]),
    )
    if session.scalar(due.limit(1)) is None:
        return
    if all(session.scalar(one.limit(1)) is None for one in (waiting, running)):
        fact = LinksDue(organisation_id)
        outbox.record(session, fact, organisation_id=organisation_id, now=now)
