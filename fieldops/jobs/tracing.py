"""What follows an outcome or an observation: observe, believe and flag, in one go."""

from fieldops.domain.facts import BatchRecorded, ObservationRecorded, OutcomeRecorded
from fieldops.jobs.registry import JobContext, job
from fieldops.models import Observation, Visit
from fieldops.services import observation_batches, observing, scoped, tracing

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
    for done in range(0, len(people), _PEOPLE):
        with context.unit() as session:
            for person_id in people[done : done + _PEOPLE]:
                tracing.believe_and_flag(session, person_id, now=at)
        context.advance(min(done + _PEOPLE, len(people)), len(people))
