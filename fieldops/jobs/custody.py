"""What follows an item: the log's head is signed at once, and stamped as soon as it can be."""

from collections.abc import Sequence
from uuid import UUID

import structlog

from fieldops import clock
from fieldops.domain.facts import ItemReceived, StampOwed
from fieldops.gateways.timestamping import Named, ends_at
from fieldops.jobs.registry import JobContext, job
from fieldops.models import Checkpoint, CheckpointStamp
from fieldops.services import custody, stamps

log = structlog.get_logger(__name__)


@job("stamp-checkpoint", subject=lambda fact: f"item:{fact.item_id}")
def stamp_checkpoint(context: JobContext, fact: ItemReceived) -> None:
    """Sign the present tree head and have it stamped; an authority that fails delays the stamp.

    The signature is committed first, so that a dead authority costs nothing but the timestamp,
    which is asked for again: by the round, and by the next run of any such job, whose checkpoint
    covers this item too.
    """
    organisation_id = context.actor.organisation_id
    with context.unit() as session:
        head = custody.signed_checkpoint(session, organisation_id, at=clock.wall_time())
    stamp_head(context, head)


@job("stamp-again", subject=lambda fact: f"stamp:{fact.stamp_id}")
def stamp_again(context: JobContext, fact: StampOwed) -> None:
    """Ask once more for a stamp that is owed; one that is kept or covered by now is left alone."""
    row = context.session.get_one(CheckpointStamp, fact.stamp_id, populate_existing=True)
    if row.state != stamps.OWED:
        return
    authorities = context.wiring.authorities(context.session, row.organisation_id)
    named = next((one for one in authorities if one.name == row.authority), authorities[0])
    _ask(context, row, named)


def stamp_head(context: JobContext, head: Checkpoint) -> None:
    """Have a signed checkpoint stamped by every authority; raises when none has stamped it yet."""
    with context.unit() as session:
        authorities = context.wiring.authorities(session, head.organisation_id)
        names = [one.name for one in authorities]
        owed = stamps.owe(session, head.id, names, at=clock.wall_time())
    failures = _ask_all(context, owed, authorities)
    context.session.refresh(head)
    if head.timestamp is None and failures:
        raise failures[0]


def _ask_all(
    context: JobContext, owed: Sequence[CheckpointStamp], authorities: Sequence[Named]
) -> list[Exception]:
    by_name = {one.name: one for one in authorities}
    failures = (_ask(context, row, by_name[row.authority]) for row in owed)
    return [failure for failure in failures if failure is not None]


def _ask(context: JobContext, row: CheckpointStamp, named: Named) -> Exception | None:
    """Ask one authority and keep what it says, or why it said nothing; gives back the failure."""
    stamp_id, wanted = row.id, stamps.digest(context.session, row)
    # The authority may be across a network: nobody's transaction waits for it.
    context.session.rollback()
    try:
        response = named.timestamper.stamp(wanted)
    except Exception as failure:  # Whatever an authority does, it delays its stamp and no more.
        log.warning("stamp.missed", authority=named.name, reason=str(failure))
        _miss(context, stamp_id, f"{type(failure).__name__}: {failure}")
        return failure
    _keep(context, stamp_id, response, named.name)
    return None


def _keep(context: JobContext, stamp_id: UUID, response: bytes, authority: str) -> None:
    with context.unit() as session:
        stamps.keep(
            session, stamp_id, response, authority=authority,
            at=clock.wall_time(), expires_at=ends_at(response),
        )  # fmt: skip


def _miss(context: JobContext, stamp_id: UUID, reason: str) -> None:
    with context.unit() as session:
        stamps.missed(session, stamp_id, reason, at=clock.wall_time())
