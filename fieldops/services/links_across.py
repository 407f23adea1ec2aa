"""Hints at links of a debtor that only the files of others show: looked for with a purpose, kept.

提示，非结论: what is found is shown with its grounds and counted by no flag. Files of other
creditors are looked at only where the organisation compares them.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy.orm import Session

from evidence import trace
from fieldops.domain.errors import FieldFault, Forbidden, InvalidInput
from fieldops.domain.permissions import Actor, Permission
from fieldops.models import Case
from fieldops.services import (
    access_log,
    households,
    identity,
    observation_values,
    observed,
    organisations,
    scoped,
)
from fieldops.services.trace_record import debtor_of, past

# A mark that more people have is nobody's in particular, and no more files are read for one look.
_MOST_OF_A_MARK, _MOST_FILES = 20, 200
_SOUGHT = frozenset(observation_values.KINDS) - {"name", "lawyer", "asset"}


@dataclass(frozen=True, slots=True)
class AcrossHint:
    """A hint, and the cases of the people of whose records it has grounds."""

    hint: trace.Hint
    cases: Sequence[Mapping[str, Any]]


@dataclass(frozen=True, slots=True)
class Across:
    """What was found as known at a time; `files` counts the other people who were looked at."""

    case_id: UUID
    person_id: UUID
    known_at: datetime
    purpose: str
    files: int
    hints: Sequence[AcrossHint]


def look(
    session: Session,
    case_id: UUID,
    *,
    purpose: str,
    known_at: datetime | None = None,
    actor: Actor,
    now: datetime,
) -> Across:
    """Look for hints at links of a case's debtor in the files of others.

    The look is kept with its purpose, whatever it finds. Raises NotFound, Forbidden, and
    InvalidInput without a purpose or for a time to come.
    """
    if not actor.may(Permission.READ_TRACE):
        raise Forbidden(Permission.READ_TRACE.value)
    case = scoped.get(session, Case, case_id, actor)
    if not purpose.strip():
        raise InvalidInput(faults=[FieldFault("purpose", "is missing", "say what it is for")])
    at = past(known_at, "known_at", now)
    access_log.note(session, f"links-across:{case_id}", purpose.strip(), actor=actor, now=now)
    person_id = debtor_of(session, case)
    zone = organisations.zone_of(session, case.organisation_id)
    seen = observed.as_read(person_id, observed.of_person(session, person_id), at, zone)
    household = households.members(session, person_id, at)
    people = _people(session, person_id, seen, household, at, actor)
    rows = observed.of_people(session, list(people))
    others = [
        trace.Elsewhere(
            str(one), _marks(session, one, at), at,
            observed.as_read(one, rows.get(one, ()), at, zone),
        )
        for one in people
    ]  # fmt: skip
    found = trace.hints_across(seen, household, others)
    hints = [AcrossHint(hint, _cases(hint, people)) for hint in found]
    return Across(case.id, person_id, at, purpose.strip(), len(people), hints)


def _people(
    session: Session,
    person_id: UUID,
    seen: Sequence[trace.Observation],
    household: Sequence[trace.Member],
    at: datetime,
    actor: Actor,
) -> dict[UUID, Sequence[Mapping[str, Any]]]:
    """Who shares anything with the debtor, his household, his firms or a counterparty."""
    marks = {mark for member in household for mark in member.marks}
    marks |= {mark for o in seen for mark in trace.marks_of(o.values)}
    sought = {mark for mark in marks if mark[0] in _SOUGHT}
    house = actor.organisation_id
    found = observation_values.people_naming(session, house, sought, most=_MOST_OF_A_MARK)
    phones = [text for kind, text in sought if kind == "phone"]
    found |= identity.people_with_phones(session, house, phones, as_of=at)
    shared = identity.shared_things(session, person_id, as_of=at, actor=actor)
    found |= {one.person_id for thing in shared for one in thing.others if not one.same}
    found -= households.own_records(session, person_id, at)
    allowed = identity.comparable(session, person_id, found, actor)
    return dict(list(allowed.items())[:_MOST_FILES])


def _marks(session: Session, person_id: UUID, at: datetime) -> frozenset[trace.Mark]:
    """By what his own files know somebody."""
    members = households.members(session, person_id, at)
    return frozenset(mark for one in members if one.relation == "self" for mark in one.marks)


def _cases(
    hint: trace.Hint, people: Mapping[UUID, Sequence[Mapping[str, Any]]]
) -> list[Mapping[str, Any]]:
    """The cases of the other people of whom a hint has grounds, each once."""
    named = {o.person for line in hint.lines for o in line.grounds} | {hint.about.person}
    told = [one for person, cases in people.items() if str(person) in named for one in cases]
    return list({one["case_id"]: one for one in told}.values())
