"""The round of retention: every organisation's data that are over, step by step."""

from uuid import UUID

import structlog
from sqlalchemy import select

from fieldops import clock
from fieldops.db import db, reading
from fieldops.models import RetentionRun, RetentionSwitch
from fieldops.services.protection import retention
from fieldops.transaction import transaction
from fieldops.wiring import Wiring

log = structlog.get_logger(__name__)

# Each step is one transaction, so that no other writer waits for long.
MOST_STEPS = 200


def go(wiring: Wiring) -> None:
    """Go on with every organisation that ever switched its schedule on."""
    with reading(), transaction(db.session) as session:
        asked = select(RetentionSwitch.organisation_id).union(
            select(RetentionRun.organisation_id).where(RetentionRun.state == retention.RUNNING)
        )
        found = session.scalars(asked).all()
    for organisation_id in found:
        steps = _steps(wiring, organisation_id)
        if steps:
            log.info("retention.done", organisation=str(organisation_id), steps=steps)


def _steps(wiring: Wiring, organisation_id: UUID) -> int:
    for number in range(MOST_STEPS):
        with transaction(db.session) as session:
            more = retention.step(
                session,
                organisation_id,
                wiring.retention,
                discard=wiring.pack_files.discard,
                at=clock.wall_time(),
            )
        if not more:
            return number
    return MOST_STEPS
