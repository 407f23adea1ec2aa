"""What counsel sees first: open flags by deadline, running clocks, and what was judged lately."""

from collections import defaultdict
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from fieldops.domain.permissions import Actor
from fieldops.models import Case, Deadline, Flag
from fieldops.services import alert_settings, keyset, notices, scoped
from fieldops.services.keyset import Key

_WAITING, _CLOCKS, _JUDGED = 100, 100, 20
# A flag without a clock comes after all that have one.
_NEVER = datetime(9999, 1, 1, tzinfo=UTC)
_SOONEST = (Key(func.coalesce(Flag.earliest_deadline, _NEVER)), Key(Flag.id))
_LATEST = (Key(Flag.updated_at, falls=True), Key(Flag.id))
_ENDING = (Key(Deadline.ends_at), Key(Deadline.id))


def desk(session: Session, actor: Actor, beyond: Mapping[str, UUID | None]) -> dict[str, Any]:
    """A page of the open flags by deadline, of those judged, and of the clocks of cases."""
    query = scoped.own(Flag, actor)
    waiting, more_waiting = keyset.page(
        session, query.where(Flag.state == "open"), Flag, _SOONEST,
        beyond=beyond["waiting"], limit=_WAITING, actor=actor,
    )  # fmt: skip
    judged, more_judged = keyset.page(
        session, query.where(Flag.state != "open"), Flag, _LATEST,
        beyond=beyond["judged"], limit=_JUDGED, actor=actor,
    )  # fmt: skip
    running = scoped.own(Deadline, actor)
    of_cases, more_clocks = keyset.page(
        session, running.where(Deadline.flag_id.is_(None)), Deadline, _ENDING,
        beyond=beyond["clocks"], limit=_CLOCKS, actor=actor,
    )  # fmt: skip
    flag_ids = [flag.id for flag in (*waiting, *judged)]
    of_flags: defaultdict[UUID | None, list[Deadline]] = defaultdict(list)
    ordered = running.order_by(Deadline.ends_at, Deadline.id)
    for one in session.scalars(ordered.where(Deadline.flag_id.in_(flag_ids))):
        of_flags[one.flag_id].append(one)
    unseen = notices.waiting(session, actor)
    wanted = {flag.case_id for flag in (*waiting, *judged)}
    wanted |= {one.case_id for one in of_cases} | {
        notice.case_id for notice in unseen if notice.case_id
    }
    found = session.scalars(select(Case).where(Case.id.in_(wanted)))
    return {
        "waiting": waiting,
        "judged": judged,
        "cases": {case.id: case for case in found},
        "deadlines": of_flags,
        "case_clocks": of_cases,
        "unseen": unseen,
        "failing": alert_settings.failing(session, actor.organisation_id),
        "more_waiting": more_waiting,
        "more_judged": more_judged,
        "more_clocks": more_clocks,
    }
