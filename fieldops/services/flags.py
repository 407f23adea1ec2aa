"""Flags as people work through them: the nearest deadline first, each judged with a reason."""

from collections.abc import Sequence
from datetime import UTC, datetime
from uuid import UUID

from sqlalchemy import func, literal, select
from sqlalchemy.orm import Session

from fieldops.domain.errors import FieldFault, Forbidden, InvalidInput
from fieldops.domain.permissions import Actor, Permission
from fieldops.models import Alert, Flag, FlagReview
from fieldops.models.types import UtcDateTime
from fieldops.services import keyset, notices, scoped
from fieldops.services.keyset import Key
from fieldops.services.visits.leaving import checked_reason

VERDICTS = ("confirmed", "dismissed", "open")
# A flag without a clock comes after every flag that has one.
_NEVER = literal(datetime(9999, 1, 1, tzinfo=UTC), UtcDateTime())
_BY_DEADLINE = (Key(func.coalesce(Flag.earliest_deadline, _NEVER)), Key(Flag.id))


def by_deadline(
    session: Session,
    actor: Actor,
    *,
    after: UUID | None,
    limit: int,
    state: str | None = None,
    case_id: UUID | None = None,
) -> tuple[Sequence[Flag], UUID | None]:
    """One page of flags, earliest deadline first, and the id after which the next begins."""
    query = scoped.own(Flag, actor, {Flag.state: state, Flag.case_id: case_id})
    return keyset.page(session, query, Flag, _BY_DEADLINE, beyond=after, limit=limit, actor=actor)


def review_flag(
    session: Session, flag_id: UUID, verdict: str, reason: str, *, actor: Actor, now: datetime
) -> Flag:
    """Judge a flag: confirmed, dismissed, or open again; earlier reviews stay.

    The alert of the flag is thereby seen. The same review by the same person twice is one.
    Raises Forbidden, NotFound, InvalidInput.
    """
    if not actor.may(Permission.REVIEW_FLAGS) or actor.account_id is None:
        raise Forbidden(Permission.REVIEW_FLAGS.value)
    if verdict not in VERDICTS:
        cure = f"write one of {', '.join(VERDICTS)}"
        raise InvalidInput(faults=[FieldFault("verdict", "is not a verdict", cure)])
    reason = checked_reason(reason)
    flag = scoped.get(session, Flag, flag_id, actor, lock=True)
    last = _last_review(session, flag)
    if last is None or (last.verdict, last.reason, last.account_id) != (
        verdict,
        reason,
        actor.account_id,
    ):
        session.add(
            FlagReview(
                organisation_id=flag.organisation_id,
                flag_id=flag.id,
                verdict=verdict,
                reason=reason,
                account_id=actor.account_id,
                at=now,
            )
        )
        flag.state, flag.updated_at = verdict, now
        _see(session, flag, actor=actor, now=now)
    session.flush()
    session.expire(flag, ["reviews"])
    return flag


def _last_review(session: Session, flag: Flag) -> FlagReview | None:
    query = select(FlagReview).where(FlagReview.flag_id == flag.id)
    return session.scalars(query.order_by(FlagReview.id.desc()).limit(1)).one_or_none()


def _see(session: Session, flag: Flag, *, actor: Actor, now: datetime) -> None:
    alert = session.scalars(select(Alert).where(Alert.flag_id == flag.id)).one_or_none()
    if alert is not None and alert.seen_at is None:
        alert.seen_at, alert.seen_by = now, actor.account_id
    notices.see_flag(session, flag.id, actor=actor, now=now)
