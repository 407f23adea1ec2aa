"""What follows an outcome or an observation: observe, believe and flag, in one go."""

from fieldops.domain.facts import ObservationRecorded, OutcomeRecorded
from fieldops.jobs.registry import JobContext, job
from fieldops.models import Observation, Visit
from fieldops.services import observing, scoped, tracing


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
