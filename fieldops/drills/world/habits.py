"""The habits of a world: numbers by dotted name, read from TOML and changed one by one."""

import difflib
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path
from typing import Any

MAX_BYTES = 100_000
_COUNTS = ("persons", "agents", "neighbours", "vendors", "weeks", "days", "per_week", "per_year")
_MOST = {"world.persons": 100_000, "world.weeks": 520}
_WHOLE = ("world.persons", "world.weeks", "world.agents", "world.vendors", "household.neighbours")


class HabitError(Exception):
    """A habit is unknown or its value does not fit; the message names it and says what would."""


@dataclass(frozen=True, slots=True)
class Habits:
    """Every habit by its dotted name, such as `visits.per_week`."""

    values: Mapping[str, float]

    def __getitem__(self, name: str) -> float:
        return self.values[name]

    def count(self, name: str) -> int:
        """A habit that is a whole number."""
        return int(self.values[name])

    def shares(self, section: str) -> dict[str, float]:
        """The names and shares of a section, such as `kinds`."""
        head = f"{section}."
        return {
            name.removeprefix(head): value
            for name, value in self.values.items()
            if name.startswith(head)
        }

    def changed(self, changes: Mapping[str, Any]) -> "Habits":
        """With these habits changed; raises HabitError for an unknown name or a wrong value."""
        return _checked({**self.values, **{n: _fitting(self, n, v) for n, v in changes.items()}})

    def halve_visits(self) -> "Habits":
        """The same world with half the visits at the door."""
        return self.changed({"visits.per_week": self["visits.per_week"] / 2})

    def more_evaders(self) -> "Habits":
        """The same world with three times the evaders and secret movers."""
        names = ("kinds.evades", "kinds.moves_secretly")
        return self.changed({name: min(1.0, 3 * self[name]) for name in names})


def usual() -> Habits:
    """The habits that ship with the product."""
    text = files("fieldops.drills.world").joinpath("habits.toml").read_text("utf-8")
    return _checked(_flat(tomllib.loads(text)))


def load(path: Path) -> Habits:
    """The usual habits with those of a file; raises HabitError with the file and the cure."""
    try:
        with path.open("rb") as file:
            data = file.read(MAX_BYTES + 1)
        if len(data) > MAX_BYTES:
            raise HabitError(f"{path}: larger than {MAX_BYTES} bytes; give a file of habits")
        return usual().changed(_flat(tomllib.loads(data.decode("utf-8"))))
    except OSError as wrong:
        raise HabitError(f"{path}: {wrong.strerror}; give a TOML file of habits") from None
    except (UnicodeDecodeError, tomllib.TOMLDecodeError) as wrong:
        raise HabitError(f"{path}: not TOML ({wrong})") from None


def written(changes: Iterable[str]) -> dict[str, str]:
    """Changes as a command line gives them, `name=value`; raises HabitError for another form."""
    found = {}
    for change in changes:
        name, equals, value = change.partition("=")
        if not equals:
            raise HabitError(f"{change!r}: write name=value, such as visits.per_week=0.1")
        found[name.strip()] = value.strip()
    return found


def _flat(table: Mapping[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for section, entries in table.items():
        if not isinstance(entries, dict):
            raise HabitError(f"{section}: is no section; write it under [section]")
        found.update({f"{section}.{name}": value for name, value in entries.items()})
    return found


def _fitting(known: Habits, name: str, value: Any) -> float:
    if name not in known.values:
        near = difflib.get_close_matches(name, known.values, n=1)
        hint = f"did you mean {near[0]}?" if near else "see habits.toml for the names"
        raise HabitError(f"{name}: there is no such habit; {hint}")
    wrong = HabitError(f"{name}: {value!r} is no number")
    if isinstance(value, bool):
        raise wrong
    try:
        return float(value)
    except (TypeError, ValueError):
        raise wrong from None


def _checked(values: Mapping[str, float]) -> Habits:
    for name, value in values.items():
        counts = name.endswith(_COUNTS)
        most = _MOST.get(name, 10_000 if counts else 1)
        if not 0 <= value <= most:
            raise HabitError(f"{name}: {value:g} is not between 0 and {most}")
        if name in _WHOLE and (value != int(value) or value < 1):
            raise HabitError(f"{name}: {value:g} is not a whole number from 1")
        if name.endswith("weeks") and value == 0:
            raise HabitError(f"{name}: must be more than 0")
    if not any(value for name, value in values.items() if name.startswith("kinds.")):
        raise HabitError("kinds: every share is 0; leave at least one kind of debtor")
    if values["household.honest"] + values["household.lying"] > 1:
        raise HabitError("household: honest and lying neighbours are more than all")
    return Habits(dict(values))
