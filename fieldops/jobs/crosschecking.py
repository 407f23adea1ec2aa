"""What follows an item or a change of its visit: what was handed in is held against the rest."""

from fieldops.domain.facts import AddressMoved, ItemReceived, OutcomeRecorded, VisitChanged
from fieldops.jobs.registry import JobContext, job
from fieldops.services import crosschecking, evidence
from fieldops.services.locating import moving


@job("cross-check-item", subject=lambda fact: f"item:{fact.item_id}")
def cross_check_item(context: JobContext, fact: ItemReceived) -> None:
    """Seek the item at other visits, then hold its whole visit against it: each fix counts."""
    with context.unit() as session:
        crosschecking.compare_item(session, fact.item_id, actor=context.actor)
    with context.unit() as session:
        item = evidence.get(session, fact.item_id, actor=context.actor)
        crosschecking.check_visit(
            session, item.visit_id, radius_metres=_radius(context), actor=context.actor
        )


@job("cross-check-visit", subject=lambda fact: f"visit:{fact.visit_id}")
def cross_check_visit(context: JobContext, fact: VisitChanged | OutcomeRecorded) -> None:
    """Hold every item of a visit against it as it stands now."""
    with context.unit() as session:
        crosschecking.check_visit(
            session, fact.visit_id, radius_metres=_radius(context), actor=context.actor
        )


@job("cross-check-address", subject=lambda fact: f"address:{fact.address_id}")
def cross_check_address(context: JobContext, fact: AddressMoved) -> None:
    """Hold the items of every visit to an address against where it is held to be now."""
    for visit_id in moving.visits_at(context.session, fact.address_id, actor=context.actor):
        with context.unit() as session:
            crosschecking.check_visit(
                session, visit_id, radius_metres=_radius(context), actor=context.actor
            )


def _radius(context: JobContext) -> int:
    return round(context.wiring.settings.arrival_radius_metres)
