"""What follows an item: the log's head is signed at once, and stamped as soon as it can be."""

from fieldops import clock
from fieldops.domain.facts import ItemReceived
from fieldops.jobs.registry import JobContext, job
from fieldops.models import Checkpoint
from fieldops.services import custody


@job("stamp-checkpoint", subject=lambda fact: f"item:{fact.item_id}")
def stamp_checkpoint(context: JobContext, fact: ItemReceived) -> None:
    """Sign the present tree head and have it stamped; an authority that fails delays the stamp.

    The signature is committed first, so that a dead authority costs nothing but the timestamp,
    which the next run of any such job makes up for: its checkpoint covers this item too.
    """
    organisation_id = context.actor.organisation_id
    with context.unit() as session:
        head = custody.signed_checkpoint(session, organisation_id, at=clock.wall_time())
    stamp_head(context, head)


def stamp_head(context: JobContext, head: Checkpoint) -> None:
    """Have a signed checkpoint stamped and keep the stamp; nothing to do when it has one."""
    if head.timestamp is not None:
        return
    timestamper = context.wiring.timestamper(context.session, head.organisation_id)
    # The authority may be across a network: nobody's transaction waits for it.
    context.session.rollback()
    stamped = custody.stamp_over(head, timestamper)
    with context.unit() as session:
        custody.keep_stamp(session, head.id, stamped, at=clock.wall_time())
