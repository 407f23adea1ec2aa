"""What follows an outcome, an observation or a link of records: observe, believe and flag."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from fieldops.domain.facts import BatchRecorded, ObservationRecorded, OutcomeRecorded, RecordsMoved
from fieldops.jobs.registry import JobContext, job
from fieldops.models import Observation, Visit
from fieldops.services import identity, observation_batches, observing, scoped, tracing

# So many people are believed of in one transaction: a job that ends early keeps what it did, and
# whoever else writes waits for less than a tenth of a second.
_PEOPLE = 20


@job("observe-visit", subject=lambda fact: f"visit:{fact.visit_id}")
def observe_visit(context: JobContext, fact: OutcomeRecorded) -> None:
    """Write what the visit showed, and what is to be believed of the person since then."""
    with context.unit() as session:
        visit = scoped.get(session, Visit, fact.visit_id, context.actor)
        observing.observe_visit(session, visit.id, actor=context.actor, now=context.now)
        tracing.believe_and_flag(session, observing.subject_person(visit), now=context.now)


@job("believe-and-flag", subject=lambda fact: f"observation:{fact.observation_id}")
def believe_and_flag(context: JobContext, fact: ObservationRecorded) -> None:
    """Bring beliefs and flags of the observed person up to date."""
    with context.unit() as session:
        row = scoped.get(session, Observation, fact.observation_id, context.actor)
        tracing.believe_and_flag(session, row.person_id, now=context.now)


@job("believe-batch", subject=lambda fact: f"batch:{fact.batch_id}", timeout=1800)
def believe_batch(context: JobContext, fact: BatchRecorded) -> None:
    """Bring beliefs and flags of everybody in a batch up to date, once each."""
    session, batch_id, actor = context.session, fact.batch_id, context.actor
    people = observation_batches.persons_of(session, batch_id, actor)
    at = observation_batches.working_time(session, batch_id, actor=actor, now=context.now)
    _believe_all(context, people, now=at)


@job("believe-linked", subject=lambda fact: f"moves:{fact.first_move_id}", timeout=1800)
def believe_linked(context: JobContext, fact: RecordsMoved) -> None:
    """Bring beliefs and flags of everybody up to date whose records were joined or parted."""
    moves = fact.first_move_id, fact.last_move_id
    found = identity.concerned(context.session, *moves, context.actor)
    _believe_all(context, found.people, now=context.now, since=found.at)


def _believe_all(
    context: JobContext, people: Sequence[UUID], *, now: datetime, since: datetime | None = None
) -> None:
    """Some people in each transaction, always in the same order."""
    for done in range(0, len(people), _PEOPLE):
        with context.unit() as session:
            tracing.evaluate(session, people[done : done + _PEOPLE], now=now, since=since)
        context.advance(min(done + _PEOPLE, len(people)), len(people))
