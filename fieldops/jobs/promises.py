"""What follows when instalments are offered, agreed, kept or ended: contact rests or goes on."""

from fieldops.domain.facts import ArrangementChanged
from fieldops.jobs.registry import JobContext, job
from fieldops.services.promises import resting


@job("rest-for-arrangement", subject=lambda fact: f"arrangement:{fact.arrangement_id}")
def rest_for_arrangement(context: JobContext, fact: ArrangementChanged) -> None:
    """Place or end the hold under which contact rests."""
    with context.unit() as session:
        resting.rest_or_go_on(
            session, fact.arrangement_id, rights=context.wiring.rights,
            actor=context.actor, now=context.now,
        )  # fmt: skip
