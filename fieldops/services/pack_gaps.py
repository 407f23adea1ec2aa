"""What a pack of a case would lack: gathered from its items, visits, uploads, stamps and log."""

from bisect import bisect_right
from collections import Counter
from datetime import datetime, timedelta
from itertools import pairwise
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from evidence.custody.entry import RECEIVED
from fieldops.domain.disclosure.gaps import CaseFacts, Gap, ItemFacts, gaps_of
from fieldops.domain.disclosure.profiles import Profile
from fieldops.domain.visiting import AT_THE_DOOR, VisitState
from fieldops.models import BlobFault, CustodyEntry, Upload, Visit
from fieldops.services import custody, redactions, stamps, uploads
from fieldops.services.baskets import Prepared

_HELD = (*AT_THE_DOOR, VisitState.RECORDED, VisitState.LEFT)


def gaps(session: Session, found: Prepared, profile: Profile, *, now: datetime) -> list[Gap]:
    """What a pack of the basket would lack under this profile."""
    limit = timedelta(hours=profile.stamp_limit_hours)
    return gaps_of(profile, found.basket, _facts(session, found, limit, now))


def _facts(session: Session, found: Prepared, limit: timedelta, now: datetime) -> CaseFacts:
    case_id = found.case.id
    query = select(CustodyEntry.case_sequence).where(CustodyEntry.case_id == case_id)
    places = [0, *session.scalars(query.order_by(CustodyEntry.case_sequence))]
    held = select(Visit.id).where(Visit.case_id == case_id, Visit.state.in_(_HELD))
    visits = session.scalars(held.order_by(Visit.planned_start, Visit.id)).all()
    open_uploads = session.scalars(
        select(Upload.visit_id)
        .join(Visit, Visit.id == Upload.visit_id)
        .where(Visit.case_id == case_id, Upload.state == uploads.OPEN, Upload.expires_at > now)
    )
    return CaseFacts(
        items=_item_facts(session, found, limit, now),
        visits=visits,
        uploads=Counter(visit for visit in open_uploads if visit is not None),
        chain_gaps=[after for before, after in pairwise(places) if after != before + 1],
    )


def _item_facts(
    session: Session, found: Prepared, limit: timedelta, now: datetime
) -> dict[UUID, ItemFacts]:
    items = found.items
    ids = [item.id for item in items]
    copies, waiting = redactions.usable(session, ids), redactions.waiting(session, ids)
    blobs = [item.blob_id for item in items] + [copy.blob_id for copy in copies.values()]
    broken = set(
        session.scalars(
            select(BlobFault.blob_id).where(
                BlobFault.blob_id.in_(blobs), BlobFault.mended_at.is_(None)
            )
        )
    )
    out, states = custody.keeping_out(session, found.case.id), _stamps(session, found, limit, now)
    return {
        item.id: ItemFacts(
            visit=item.visit_id,
            kind=item.kind,
            kept_out=item.id in out,
            copy="reviewed" if item.id in copies else "made" if item.id in waiting else "none",
            quarantined=item.quarantined,
            scan_waits=item.scan_state == "waiting",
            is_broken=item.blob_id in broken,
            copy_is_broken=item.id in copies and copies[item.id].blob_id in broken,
            stamp=states[item.id],
            doubts=tuple(str(one["check"]) for one in item.findings if one["holds"] is False),
        )
        for item in items
    }


def _stamps(session: Session, found: Prepared, limit: timedelta, now: datetime) -> dict[UUID, str]:
    """For each item: whether its receipt is stamped, stamped late, or not stamped yet."""
    query = select(CustodyEntry.position, CustodyEntry.item_id, CustodyEntry.at).where(
        CustodyEntry.case_id == found.case.id, CustodyEntry.action == RECEIVED
    )
    rows = session.execute(query.order_by(CustodyEntry.position)).all()
    least = rows[0].position if rows else 0
    heads = stamps.stamped(session, found.case.organisation_id, above=least)
    sizes = [size for size, _ in heads]
    told = dict.fromkeys((item.id for item in found.items), "unstamped")
    for row in rows:
        first = bisect_right(sizes, row.position)
        stamped_at = heads[first][1] if first < len(heads) else None
        if row.item_id is not None and (stamped_at or now) - row.at > limit:
            told[row.item_id] = "late"
        elif row.item_id is not None and stamped_at is not None:
            told[row.item_id] = "stamped"
    return told
