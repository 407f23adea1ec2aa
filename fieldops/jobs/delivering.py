"""Sending a checkpoint to an address outside; what fails is tried again by a later round."""

import structlog

from fieldops import clock
from fieldops.domain.facts import DeliveryOwed
from fieldops.gateways.couriers import Letter, NotCarried, courier
from fieldops.jobs.registry import JobContext, job
from fieldops.services import deliveries
from fieldops.settings import SettingsError

log = structlog.get_logger(__name__)


@job("deliver-checkpoint", subject=lambda fact: f"delivery:{fact.delivery_id}")
def deliver_checkpoint(context: JobContext, fact: DeliveryOwed) -> None:
    """Send one checkpoint unless it was sent or another job has it; every try is noted."""
    with context.unit() as session:
        row = deliveries.take(session, fact.delivery_id, at=clock.wall_time())
        if row is None:
            return
        head, address = row.checkpoint, row.address
        letter = Letter(bytes(head.text), deliveries.document(head))
    # The address may be across a network: nobody's transaction waits for it.
    try:
        courier(address, context.wiring.settings).carry(letter)
    except (NotCarried, SettingsError) as failed:
        log.warning("delivery.missed", address=address, reason=str(failed))
        with context.unit() as session:
            deliveries.missed(session, fact.delivery_id, str(failed), at=clock.wall_time())
        return
    with context.unit() as session:
        deliveries.sent(session, fact.delivery_id, at=clock.wall_time())
