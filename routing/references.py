"""Refuses a problem whose names do not fit together: doubled ids, unknown shifts, lost places."""

from __future__ import annotations

from collections.abc import Iterable

from routing.fields import ProblemError
from routing.problem import Matrix, Problem, Shift, Stop


def check_references(problem: Problem) -> None:
    """Raises ProblemError for the first name that points nowhere or to two things."""
    _unique("$.stops", (stop.id for stop in problem.stops))
    _unique("$.shifts", (shift.id for shift in problem.shifts))
    shifts = {shift.id: shift for shift in problem.shifts}
    stops = {stop.id for stop in problem.stops}
    for at, stop in enumerate(problem.stops):
        _check_stop(stop, f"$.stops[{at}]", stops, shifts)
    _check_sequences(problem)
    for at, shift in enumerate(problem.shifts):
        _check_partner(shift, f"$.shifts[{at}].crew_with", shifts)
    if isinstance(problem.travel, Matrix):
        _check_places(problem, set(problem.travel.order))


def _unique(path: str, ids: Iterable[str]) -> None:
    first: dict[str, int] = {}
    for at, one in enumerate(ids):
        if one in first:
            raise ProblemError(f"{path}[{at}].id", f"{one} is also the id of {path}[{first[one]}]")
        first[one] = at


def _check_stop(stop: Stop, path: str, stops: set[str], shifts: dict[str, Shift]) -> None:
    if stop.pinned is not None and stop.pinned.shift not in shifts:
        raise ProblemError(f"{path}.pinned.shift", f"there is no shift {stop.pinned.shift}")
    for key, others in (("not_with", stop.not_with), ("not_same_day", stop.not_same_day)):
        unknown = sorted(others - stops)
        if unknown:
            raise ProblemError(f"{path}.{key}", f"there is no stop {unknown[0]}")
        if stop.id in others:
            raise ProblemError(f"{path}.{key}", "names the stop itself")


def _check_sequences(problem: Problem) -> None:
    taken: dict[tuple[str, int], str] = {}
    for at, stop in enumerate(problem.stops):
        if stop.pinned is None or stop.pinned.sequence is None:
            continue
        key = (stop.pinned.shift, stop.pinned.sequence)
        if key in taken:
            raise ProblemError(
                f"$.stops[{at}].pinned.sequence", f"{taken[key]} is pinned to the same place"
            )
        taken[key] = stop.id


def _check_partner(shift: Shift, path: str, shifts: dict[str, Shift]) -> None:
    if shift.crew_with is None:
        return
    partner = shifts.get(shift.crew_with)
    if partner is None:
        raise ProblemError(path, f"there is no shift {shift.crew_with}")
    if partner.id == shift.id:
        raise ProblemError(path, "names the shift itself")
    if partner.day != shift.day:
        raise ProblemError(path, f"{partner.id} is on day {partner.day}, not on day {shift.day}")
    for other in shifts.values():
        if other.crew_with == partner.id and other.id != shift.id:
            raise ProblemError(path, f"{partner.id} is also the partner of {other.id}")
    if partner.crew_with not in (None, shift.id):
        raise ProblemError(path, f"{partner.id} has {partner.crew_with} as its partner")


def _check_places(problem: Problem, known: set[str]) -> None:
    for at, stop in enumerate(problem.stops):
        if stop.id not in known:
            raise ProblemError(f"$.stops[{at}].id", f"travel.order has no place {stop.id}")
    for at, shift in enumerate(problem.shifts):
        start = shift.start.at or shift.id
        if start not in known:
            raise ProblemError(f"$.shifts[{at}].start", f"travel.order has no place {start}")
        end = shift.end
        if end is None or end == shift.start:
            continue
        if end.at is None or end.at not in known:
            raise ProblemError(
                f"$.shifts[{at}].end",
                'must be null, equal to start, or {"at": name} with a name in travel.order',
            )
