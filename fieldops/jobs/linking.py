"""The job that compares whoever is due with whoever shares a key with him, batch by batch."""

import structlog

from fieldops.db import db, reading
from fieldops.domain.facts import LinksDue
from fieldops.jobs.registry import JobContext, job
from fieldops.services import identity
from fieldops.transaction import transaction

log = structlog.get_logger(__name__)


@job("link-records", subject=lambda fact: f"links:{fact.cause_id}", timeout=6 * 3600)
def link_records(context: JobContext, _fact: LinksDue) -> None:
    """Compare all who are due in the organisation; each batch is a transaction of its own.

    Whoever was compared is due no longer, so a second run begins where the first one ended.
    """
    with reading(), transaction(db.session) as session:
        total = identity.count_due(session, context.actor)
    done = 0
    while True:
        with context.unit() as session:
            linked = identity.link_due(
                session, context.wiring.gazetteer, actor=context.actor, now=context.now
            )
        if not linked.persons:
            return
        done += linked.persons
        context.advance(done, max(total, done))
        if linked.blocks_left_out:
            log.info("links.blocks-left-out", blocks=linked.blocks_left_out)
