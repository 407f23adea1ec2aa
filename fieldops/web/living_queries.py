"""The running day on the board: a proposal with what changes, the choices of an urgent visit."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from fieldops.domain.permissions import Actor
from fieldops.models import Address, Agent, Case, DayChange, JobRun, Plan, Shift
from fieldops.services import progress, scoped
from fieldops.services.planning.living.recording import PROPOSED

WIDTH, HEIGHT = 600.0, 120.0


@dataclass(frozen=True, slots=True)
class Line:
    """One visit that a proposal touches: its case, what happens to it, and between whom."""

    case_id: UUID
    number: str
    act: str
    who: str
    other: str
    starts_at: str | None
    minutes: int


@dataclass(frozen=True, slots=True)
class Proposal:
    """A proposed change of the day, ready to be shown."""

    change: DayChange
    lines: list[Line]


def proposal(session: Session, actor: Actor, plan: Plan) -> Proposal | None:
    """The last proposal that still fits the plan, with every visit that it touches."""
    query = scoped.own(DayChange, actor).where(
        DayChange.plan_id == plan.id,
        DayChange.state == PROPOSED,
        DayChange.base_version == plan.version,
    )
    change = session.scalars(query.order_by(DayChange.id.desc())).first()
    if change is None:
        return None
    told: Mapping[str, Any] = change.told
    shifts = {*told, *(one["target"] for each in told.values() for one in each["moved_out"])}
    names = agents_of(session, shifts)
    lines = [
        line for shift, each in told.items() for line in _lines(each, names.get(shift, "–"), names)
    ]
    # A crew is told twice, once for each of its shifts; the board says it once.
    lines = list({(one["act"], one["stop"]): one for one in reversed(lines)}.values())[::-1]
    cases = _cases(session, [one["stop"] for one in lines])
    return Proposal(
        change, [_line(one, *cases[one["stop"]]) for one in lines if one["stop"] in cases]
    )


def _lines(told: Mapping[str, Any], who: str, names: Mapping[str, str]) -> list[dict[str, Any]]:
    found = [{"act": "added", "who": who, **one} for one in told["added"]]
    found += [{"act": "removed", "who": who, "stop": one} for one in told["removed"]]
    found += [
        {"act": "moved", "who": who, "other": names.get(one["target"], "–"), **one}
        for one in told["moved_out"]
    ]
    found += [{"act": "reordered", "who": who, **one} for one in told["reordered"]]
    found += [{"act": "retimed", "who": who, **one} for one in told["retimed"]]
    return found


def _line(one: Mapping[str, Any], case_id: UUID, number: str) -> Line:
    return Line(
        case_id=case_id,
        number=number,
        act=one["act"],
        who=one["who"],
        other=one.get("other", ""),
        starts_at=one.get("starts_at"),
        minutes=round(one.get("seconds", 0) / 60),
    )


def agents_of(session: Session, shifts: Sequence[str] | set[str]) -> dict[str, str]:
    """The names of those who work these shifts."""
    query = (
        select(Shift.id, Agent.name)
        .join(Shift.agent)
        .where(Shift.id.in_([UUID(one) for one in shifts]))
    )
    return {str(shift_id): name for shift_id, name in session.execute(query)}


def _cases(session: Session, addresses: Sequence[str]) -> dict[str, tuple[UUID, str]]:
    query = (
        select(Address.id, Case.id, Case.number)
        .join(Case, Address.case_id == Case.id)
        .where(Address.id.in_([UUID(one) for one in set(addresses)]))
    )
    return {str(address): (case, number) for address, case, number in session.execute(query)}


def address_of_case(session: Session, actor: Actor, number: str) -> UUID | None:
    """The surest placed address of the open case with this number."""
    query = (
        scoped.own(Address, actor)
        .join(Case, Address.case_id == Case.id)
        .where(Case.number == number.strip(), Address.lat.is_not(None))
        .order_by(Address.id)
    )
    address = session.scalars(query).first()
    return None if address is None else address.id


def series_of(session: Session, actor: Actor, plan: Plan) -> list[list[float]]:
    """How the plan became cheaper while it was solved: seconds, cost, regions."""
    runs: Sequence[JobRun] = progress.of_subject(session, f"plan:{plan.id}", actor)
    return list(runs[-1].series or []) if runs else []


def curve(series: Sequence[Sequence[float]]) -> str:
    """The points of a line through the series, in a drawing of WIDTH by HEIGHT."""
    if len(series) < 2:
        return ""
    last = max(one[0] for one in series) or 1.0
    low, high = min(one[1] for one in series), max(one[1] for one in series)
    tall = (high - low) or 1.0
    return " ".join(
        f"{WIDTH * one[0] / last:.1f},{4 + (HEIGHT - 8) * (high - one[1]) / tall:.1f}"
        for one in series
    )
