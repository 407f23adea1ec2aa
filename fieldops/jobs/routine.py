"""What is due by the calendar and not by an event: workers look every minute, one does it.

Each round locks the organisation's custody log, so that two workers never hand out one thing twice.
"""

from collections.abc import Sequence
from datetime import timedelta
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from fieldops import clock
from fieldops.db import db, reading
from fieldops.models import CustodyLog, Organisation
from fieldops.services import (
    custody,
    deadlines,
    deliveries,
    fixity,
    identity,
    notices,
    shares,
    stamps,
    tracing,
)
from fieldops.transaction import transaction
from fieldops.wiring import Wiring

ROUND_SECONDS = 60.0


def go_round(wiring: Wiring) -> None:
    """Hand out what is due: custody where there is a log, and words of deadlines everywhere."""
    for organisation_id in _organisations():
        with transaction(db.session, wiring.publish) as session:
            custody.ensure_log(session, organisation_id, at=clock.wall_time())
            _hand_out(session, wiring, organisation_id)
    with reading(), transaction(db.session) as session:
        everybody = session.scalars(select(Organisation.id)).all()
    for organisation_id in everybody:
        with transaction(db.session, wiring.publish) as session:
            # One worker at a time goes round; rows of the organisation may be written meanwhile.
            session.get_one(Organisation, organisation_id, with_for_update={"key_share": True})
            _count_clocks(session, organisation_id)
            notices.go_round(session, organisation_id, at=clock.now())


def _hand_out(session: Session, wiring: Wiring, organisation_id: UUID) -> None:
    at = clock.wall_time()
    ends = at + timedelta(days=wiring.settings.timestamp_renew_days)
    custody.renew_stamper(session, organisation_id, before=ends, at=at)
    stamps.renew(session, organisation_id, before=ends, at=at)
    stamps.hand_out(session, organisation_id, at=at)
    fixity.hand_out(session, organisation_id, days=wiring.settings.fixity_days, at=at)
    addresses = wiring.settings.checkpoint_addresses
    deliveries.hand_out(session, organisation_id, addresses, at=at)
    shares.expire(session, organisation_id, at=at)
    identity.hand_out(session, organisation_id, now=at)


def _count_clocks(session: Session, organisation_id: UUID) -> None:
    """Give their clocks to flags that were raised before clocks were kept."""
    now = clock.now()
    for flag in deadlines.uncounted(session, organisation_id):
        tracing.believe_and_flag(session, flag.person_id, now=now)
        # What no clock stands behind is no deadline, and is not looked at again.
        flag.earliest_deadline = deadlines.earliest(session, flag, at=now)


def _organisations() -> Sequence[UUID]:
    with reading(), transaction(db.session) as session:
        return session.scalars(select(CustodyLog.organisation_id)).all()
