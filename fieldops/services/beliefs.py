"""Beliefs as rows: a line is written when it is new or weighs otherwise than before, and once.

A belief has a line for every observation behind it, and there is a belief after every observation:
written whole each time, lines would grow with the square of a history. A row holds what differs
from the row before it at the same place, back to one that is written whole (`whole_at`). What an
observation says of itself is not repeated either: a line names it, and it never changes.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Row, Select, Subquery, and_, func, insert, select
from sqlalchemy.orm import Session

from evidence import trace
from fieldops.models import Address, Belief
from fieldops.models.types import new_id
from fieldops.services import observed
from fieldops.services.by_ids import Named, by_ids
from fieldops.services.organisations import zone_of
from fieldops.services.parts import in_parts
from fieldops.services.trace_model import MODEL

# So many rows are read at most to have the lines of one.
MOST_STEPS = 32
RESTRICTED = "restricted"
"""The kind of a line whose observation rests under a restriction: it counts and is not shown."""

# By observation: decibans, share kept, claim, whether a word was taken back, per cent by grade.
_Weights = dict[str, list[Any]]
_Place = tuple[UUID, UUID]
_COLUMNS: tuple[Any, ...] = (
    Belief.person_id,
    Belief.address_id,
    Belief.as_of,
    Belief.whole_at,
    Belief.lines,
)
_STEP: tuple[Any, ...] = (*_COLUMNS, Belief.id, Belief.model_version)


def _steps(named: Named) -> Select[*tuple[Any, ...]]:
    """The rows of these persons from the last one on that is whole, by address."""
    place = (Belief.person_id, Belief.address_id)
    newest = (
        select(*place, func.max(Belief.as_of).label("as_of"))
        .where(named(Belief.person_id))
        .group_by(*place)
        .subquery()
    )
    last = (
        select(*place, Belief.whole_at)
        .join(newest, and_(_same_place(newest), Belief.as_of == newest.c.as_of))
        .subquery()
    )
    since = and_(_same_place(last), Belief.as_of >= last.c.whole_at)
    return select(*_STEP).join(last, since).order_by(Belief.as_of)


def _same_place(rows: Subquery) -> ColumnElement[bool]:
    return and_(Belief.person_id == rows.c.person_id, Belief.address_id == rows.c.address_id)


_STEPS = by_ids(_steps)
_INSERT = insert(Belief)


@dataclass(frozen=True, slots=True)
class Held:
    """A belief as it was written, with all its lines: prior, drift and one for each observation."""

    row: Belief
    lines: Sequence[Mapping[str, Any]]


@dataclass(frozen=True, slots=True)
class Course:
    """What is written of one person: by address the rows from the last one that is whole."""

    steps: Mapping[UUID, Sequence[Row[Any]]]

    @property
    def last(self) -> Row[Any] | None:
        """The newest row of all."""
        newest = [steps[-1] for steps in self.steps.values()]
        return max(newest, key=lambda row: row.as_of, default=None)

    def stand_at(self, changed_at: datetime, *, now: datetime) -> datetime:
        """As of when what is believed since a change is written.

        That is the change itself, so that a second run writes the same; but what was shown by
        another model stays as it was shown, and this one's word is as of now.
        """
        last = self.last
        if last is None or last.as_of < changed_at:
            return changed_at
        written: datetime = last.as_of
        return written if last.model_version == MODEL.version else max(written, now)


NOTHING_WRITTEN = Course({})


@dataclass(frozen=True, slots=True)
class Draft:
    """What is believed of one person as of one time, and what was written of him before.

    `places` names the case of each of his addresses.
    """

    person_id: UUID
    places: Mapping[str, UUID]
    believed: Mapping[str, trace.Belief]
    course: Course


def courses(session: Session, people: Collection[UUID]) -> dict[UUID, Course]:
    """What is written of these persons; nothing of those of whom nothing is."""
    found: defaultdict[UUID, defaultdict[UUID, list[Row[Any]]]]
    found = defaultdict(lambda: defaultdict(list))
    for part in in_parts(people):
        for row in _STEPS.rows(session, part):
            found[row.person_id][row.address_id].append(row)
    return {person_id: Course(steps) for person_id, steps in found.items()}


def keep(
    session: Session, organisation_id: UUID, drafts: Iterable[Draft]
) -> dict[UUID, list[UUID]]:
    """Write what is believed of these persons; the ids of the rows, by person.

    Written again they are the same. None of them is older than what the courses have. New rows are
    written at once, in one statement for all, and are no objects of the session.
    """
    rows: list[dict[str, Any]] = []
    kept: dict[UUID, list[UUID]] = {}
    for draft in drafts:
        ids = kept[draft.person_id] = []
        for belief in draft.believed.values():
            address_id = UUID(belief.address)
            steps = draft.course.steps.get(address_id, ())
            if steps and steps[-1].as_of == belief.as_of:
                ids.append(_write_again(session, belief, steps))
                continue
            case_id = draft.places.get(belief.address)
            row = {
                "id": new_id(),
                "organisation_id": organisation_id,
                "person_id": draft.person_id,
                "address_id": address_id,
                "case_id": case_id or session.get_one(Address, address_id).case_id,
                "as_of": belief.as_of,
                **_values(belief, steps),
            }
            rows.append(row)
            ids.append(row["id"])
    if rows:
        session.connection().execute(_INSERT, rows)
    return kept


def latest(session: Session, case_id: UUID) -> list[Held]:
    """The newest belief about each address of a case."""
    newest = (
        select(Belief.person_id, Belief.address_id, func.max(Belief.as_of).label("as_of"))
        .where(Belief.case_id == case_id)
        .group_by(Belief.person_id, Belief.address_id)
        .subquery()
    )
    same = and_(_same_place(newest), Belief.as_of == newest.c.as_of)
    return held(session, session.scalars(select(Belief).join(newest, same).order_by(Belief.id)))


def held(session: Session, rows: Iterable[Belief]) -> list[Held]:
    """These beliefs of one organisation with all their lines, as they were when written."""
    found = list(rows)
    wanted: defaultdict[_Place, list[Belief]] = defaultdict(list)
    for row in found:
        wanted[row.person_id, row.address_id].append(row)
    weights: dict[UUID, _Weights] = {}
    for (person_id, address_id), asked in wanted.items():
        since, until = min(row.whole_at for row in asked), max(row.as_of for row in asked)
        steps = session.execute(
            select(*_COLUMNS)
            .where(Belief.person_id == person_id, Belief.address_id == address_id)
            .where(Belief.as_of >= since, Belief.as_of <= until)
            .order_by(Belief.as_of)
        )
        by_time = {row.as_of: row.id for row in asked}
        standing: _Weights = {}
        for step in steps:
            _follow(standing, step)
            if step.as_of in by_time:
                weights[by_time[step.as_of]] = dict(standing)
    grounds = _grounds(session, found)
    return [Held(row, _told(row, weights[row.id], grounds)) for row in found]


def _write_again(session: Session, belief: trace.Belief, steps: Sequence[Row[Any]]) -> UUID:
    """Bring the last of these rows, which is as of the same time, to what is believed now."""
    row = session.get_one(Belief, steps[-1].id)
    for name, value in _values(belief, steps[:-1]).items():
        setattr(row, name, value)
    return row.id


def _values(belief: trace.Belief, steps: Sequence[Row[Any]]) -> dict[str, Any]:
    """What a row holds, its lines as they differ from those of the steps before it."""
    weights = _weights(belief)
    lines, whole_at = _whole(weights), belief.as_of
    if 0 < len(steps) < MOST_STEPS:
        before: _Weights = {}
        for step in steps:
            _follow(before, step)
        changed = {one: told for one, told in weights.items() if before.get(one) != told}
        gone: list[list[Any]] = [[one] for one in before if one not in weights]
        if 2 * (len(changed) + len(gone)) <= len(weights):
            lines, whole_at = [*_whole(changed), *gone], steps[0].whole_at
    return {
        "p_home": belief.p_home,
        "p_away": belief.p_away,
        "p_moved": belief.p_moved,
        "model_version": belief.version,
        "prior": round(belief.prior, 3),
        "drift": round(belief.drift, 3),
        "lines": lines,
        "whole_at": whole_at,
    }


def lines_of(belief: trace.Belief) -> list[dict[str, Any]]:
    """Prior, drift and one line an observation, in decibans, that add up to the belief's odds."""
    head = _head(round(belief.prior, 3), round(belief.drift, 3))
    return head + [_line(line.observation, *_weight(line)) for line in belief.lines]


def _weights(belief: trace.Belief) -> _Weights:
    return {line.observation.id: _weight(line) for line in belief.lines}


def _weight(line: trace.Line) -> list[Any]:
    return [round(line.decibans, 3), round(line.share, 4), line.claim, line.turned, line.graded]


def _whole(weights: _Weights) -> list[list[Any]]:
    return [[one, *told] for one, told in weights.items()]


def _follow(weights: _Weights, step: Row[Any]) -> None:
    """Bring weights to where a step leaves them: it was written whole, or says what it changes."""
    if step.whole_at == step.as_of:
        weights.clear()
    for one, *told in step.lines:
        if told:
            weights[one] = told
        else:
            weights.pop(one, None)


def _grounds(session: Session, rows: Sequence[Belief]) -> dict[str, trace.Observation]:
    """Every observation of the people whom these beliefs are about, by id."""
    found: dict[str, trace.Observation] = {}
    houses = {row.person_id: row.organisation_id for row in rows}
    zones = {one: zone_of(session, one) for one in set(houses.values())}
    for part in in_parts(houses):
        for person_id, seen in observed.of_people(session, part).items():
            zone = zones[houses[person_id]]
            found |= {str(one.id): observed.read(person_id, one, zone) for one in seen}
    return found


def _told(
    row: Belief, weights: _Weights, grounds: Mapping[str, trace.Observation]
) -> list[dict[str, Any]]:
    seen = [(grounds[one], told) for one, told in weights.items() if one in grounds]
    # In the order in which they were weighed.
    seen.sort(key=lambda found: (min(found[0].observed_at, found[0].recorded_at), found[0].id))
    hidden = [(one, told) for one, told in weights.items() if one not in grounds]
    return [
        *_head(row.prior, row.drift),
        *({"kind": RESTRICTED, "decibans": told[0], "observation_id": one} for one, told in hidden),
        *(_line(one, *told) for one, told in seen),
    ]


def _head(prior: float, drift: float) -> list[dict[str, Any]]:
    return [{"kind": "prior", "decibans": prior}, {"kind": "drift", "decibans": drift}]


def _line(
    seen: trace.Observation,
    decibans: float,
    share: float,
    claim: str,
    turned: bool,  # As it lies in the row.
    graded: int | None,
) -> dict[str, Any]:
    return {
        "kind": seen.kind,
        "decibans": decibans,
        "share": share,
        "reason": trace.reason(seen.group, share, turned=turned, graded=graded),
        "claim": claim,
        "observation_id": seen.id,
        "source_class": seen.source_class,
        "observed_at": seen.observed_at.isoformat(),
    }
