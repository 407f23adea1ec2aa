"""Answering who wants his data deleted: erased, or restricted where a law or a hold keeps them."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import case, select
from sqlalchemy.orm import Session

from evidence.custody.instants import format_instant
from fieldops.domain.data_rights import RequestKind
from fieldops.domain.permissions import Actor
from fieldops.domain.retention import RetentionRule
from fieldops.models import Case, DataRequest, RetentionRun
from fieldops.models import restriction as restricted
from fieldops.services import custody
from fieldops.services.protection import (
    erasing,
    overdue,
    requests,
    restricting,
    retention,
    scope,
)

GOES_ON = "purpose-goes-on"


def delete(
    session: Session,
    request_id: UUID,
    *,
    rules: Sequence[RetentionRule],
    discard: erasing.Discard,
    actor: Actor,
    now: datetime,
    at: datetime,
) -> DataRequest:
    """Answer a request for deletion. Raises Conflict where its identity was not checked.

    While a debt is pursued, or a complaint or dispute about it is open, its purpose goes on and
    nothing is deleted. Where a legal hold stands or a law still wants the record, it is restricted,
    and the schedule erases it afterwards.
    """
    custody.ensure_log(session, actor.organisation_id, at=at)
    row = requests.checked(session, request_id, actor=actor, kind=RequestKind.DELETION)
    found = scope.of_person(session, row.person_id, actor)
    if going_on := _going_on(session, found, at=at):
        told = {"refused": [{"what": f"case:{one}", "ground": why} for one, why in going_on]}
        requests.close(row, requests.REFUSED, told, actor=actor, now=now)
    elif keeping := _keeping(session, found, rules, at=at):
        _restrict(session, row, found, keeping, actor=actor, now=now, at=at)
    else:
        _erase(session, row, found, rules, discard=discard, actor=actor, now=now, at=at)
    session.flush()
    return row


def restrict(
    session: Session, request_id: UUID, source: str, *, actor: Actor, now: datetime, at: datetime
) -> DataRequest:
    """Answer a request for restriction: the person rests until it is lifted."""
    row = requests.checked(session, request_id, actor=actor, kind=RequestKind.RESTRICTION)
    found = scope.of_person(session, row.person_id, actor)
    made = restricting.restrict(
        session, row.person_id, found, restricting.REQUEST, source, f"request:{row.id}",
        until=None, actor=actor, now=now, at=at,
    )  # fmt: skip
    row = requests.get(session, request_id, actor=actor)
    told = {"done": ["restricted"], "restriction": str(made.id)}
    requests.close(row, requests.ANSWERED, told, actor=actor, now=now)
    return row


def proof_of(session: Session, row: DataRequest) -> RetentionRun | None:
    """The signed record of what a request for deletion did."""
    query = select(RetentionRun).where(
        RetentionRun.organisation_id == row.organisation_id,
        RetentionRun.cause == f"request:{row.id}",
    )
    return session.scalars(query).one_or_none()


def _going_on(session: Session, found: scope.Scope, *, at: datetime) -> list[tuple[UUID, str]]:
    """The debts whose purpose goes on, each with why."""
    over, keepers = (scope.CLOSED, scope.ERASED), overdue.keepers_at(at)
    why = case(
        (Case.state.not_in(over), GOES_ON),
        *((Case.id.in_(keepers[name]), name) for name in (overdue.COMPLAINT, overdue.DISPUTE)),
    ).label("why")
    query = select(Case.id, why).where(Case.id.in_(found.debts), Case.state != scope.ERASED)
    with restricted.seeing(session):
        rows = session.execute(query.order_by(Case.id)).all()
    return [(case_id, ground) for case_id, ground in rows if ground is not None]


def _keeping(
    session: Session, found: scope.Scope, rules: Sequence[RetentionRule], *, at: datetime
) -> list[dict[str, Any]]:
    """Why it must be kept: what, on what ground, and until when if that is known."""
    told: list[dict[str, Any]] = [
        {"what": "record", "ground": "legal_hold", "until": None}
        for _ in scope.legally_held(session, found, at=at)[:1]
    ]
    for case_id in found.debts:
        says = scope.period_of(session, rules, case_id)
        if says.is_kept(at) and says.keeps is not None and says.least is not None:
            told.append(
                {
                    "what": f"case:{case_id}",
                    "ground": f"{says.keeps.id}: {says.keeps.source}",
                    "until": format_instant(says.least),
                }
            )
    return told


def _restrict(
    session: Session, row: DataRequest, found: scope.Scope, keeping: list[dict[str, Any]], *,
    actor: Actor, now: datetime, at: datetime,
) -> None:  # fmt: skip
    until = [datetime.fromisoformat(one["until"]) for one in keeping if one["until"]]
    held = any(one["ground"] == "legal_hold" for one in keeping)
    if restricting.standing(session, row.person_id) is None:
        ground = restricting.LEGAL_HOLD if held else restricting.RETENTION
        restricting.restrict(
            session, row.person_id, found, ground, keeping[-1]["ground"], f"request:{row.id}",
            until=None if held else max(until), actor=actor, now=now, at=at,
        )  # fmt: skip
    row = requests.get(session, row.id, actor=actor)
    told = {"done": ["restricted"], "refused": keeping}
    requests.close(row, requests.ANSWERED, told, actor=actor, now=now)


def _erase(
    session: Session, row: DataRequest, found: scope.Scope, rules: Sequence[RetentionRule], *,
    discard: erasing.Discard, actor: Actor, now: datetime, at: datetime,
) -> None:  # fmt: skip
    cause, request_id = f"request:{row.id}", row.id
    row.words = row.extended_reason = None
    session.flush()
    mine = retention.applying_to(session, actor.organisation_id, rules)
    run = retention.begin(session, actor.organisation_id, cause, mine, at=at)
    erased = erasing.erase(
        session, found, organisation_id=actor.organisation_id, cause=cause, by=actor.label,
        at=at, discard=discard,
    )  # fmt: skip
    run = session.get_one(RetentionRun, run.id)
    retention.note(run, counts=erased.counts, erased=erased)
    retention.finish(session, run, at=at)
    row = requests.get(session, request_id, actor=actor)
    told = {"done": ["erased"], "proof": run.record_hash, "counts": dict(erased.counts)}
    requests.close(row, requests.ANSWERED, told, actor=actor, now=now)
