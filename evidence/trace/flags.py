"""Flags of relocation and asset transfer: what is shown, what is missing, law and clocks.

提示，非结论: a flag points a person to something; it is no conclusion and triggers no act.
"""

import tomllib
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache

from evidence.trace.belief import Belief
from evidence.trace.clocks import Clock, as_json, clock
from evidence.trace.model import BUILT_IN, Model
from evidence.trace.observation import Observation

SEVERITIES = ("lead", "medium", "high", "critical")
WORDING = "提示，非结论 / a pointer, not a conclusion"


@dataclass(frozen=True, slots=True)
class Flag:
    """One flag; `grounds` are the ids of the observations it rests on, `against` of the others.

    An element may be shown and contradicted at once; `missing` is neither. `escalated_by` names the
    flags that raised the severity above that of the catalogue, a level each.
    """

    code: str
    person: str
    subject: str
    severity: str
    shown: tuple[str, ...]
    missing: tuple[str, ...]
    basis: str
    clocks: tuple[Clock, ...]
    grounds: tuple[str, ...]
    zh: str
    en: str
    contradicted: tuple[str, ...] = ()
    against: tuple[str, ...] = ()
    escalated_by: tuple[str, ...] = ()

    def as_json(self) -> dict[str, object]:
        """The flag as it stands in the assets file."""
        return {
            "code": self.code,
            "severity": self.severity,
            "shown": list(self.shown),
            "missing": list(self.missing),
            "contradicted": list(self.contradicted),
            "basis": self.basis,
            "clocks": [as_json(found) for found in self.clocks],
            "grounds": list(self.grounds),
            "against": list(self.against),
            "escalated_by": list(self.escalated_by),
            "title": {"zh": self.zh, "en": self.en},
            "wording": WORDING,
        }


def title(code: str) -> tuple[str, str]:
    """What a flag is called, in Chinese and in English; its code where it is not known."""
    entry = catalogue().get(code, {})
    return str(entry.get("zh", code)), str(entry.get("en", code))


def elements_of(code: str) -> tuple[str, ...]:
    """What must be shown for a flag."""
    return _texts(catalogue()[code]["elements"])


@cache
def catalogue() -> Mapping[str, Mapping[str, object]]:
    """The vocabulary of flags by code, from model/flags.toml."""
    raw = tomllib.loads((BUILT_IN / "flags.toml").read_text("utf-8"))
    return {code: entry for code, entry in raw.items() if isinstance(entry, dict)}


def raised(
    code: str,
    person: str,
    subject: str,
    shown: Iterable[str],
    grounds: Iterable[Observation],
    starts: Mapping[str, date | datetime],
    *,
    contradicted: Iterable[str] = (),
    against: Iterable[Observation] = (),
    escalated_by: Iterable[str] = (),
) -> Flag:
    """A flag of the catalogue: elements neither shown nor contradicted are missing.

    Clocks start at `starts`; every code of `escalated_by` raises the severity one level.
    """
    entry = catalogue()[code]
    seen, denied = set(shown), set(contradicted)
    raisers = tuple(dict.fromkeys(escalated_by))
    elements = elements_of(code)
    clocks = [_started(name, starts) for name in _texts(entry["clocks"])]
    severity = SEVERITIES.index(str(entry["severity"])) + len(raisers)
    zh, en = title(code)
    return Flag(
        code=code,
        person=person,
        subject=subject,
        severity=SEVERITIES[min(severity, len(SEVERITIES) - 1)],
        shown=tuple(e for e in elements if e in seen),
        missing=tuple(e for e in elements if e not in seen | denied),
        basis=str(entry["basis"]),
        clocks=tuple(clocks),
        grounds=_made(grounds),
        zh=zh,
        en=en,
        contradicted=tuple(e for e in elements if e in denied),
        against=_made(against),
        escalated_by=raisers,
    )


def _made(observations: Iterable[Observation]) -> tuple[str, ...]:
    """The ids of observations, of a derived one those on which it rests."""
    return tuple(dict.fromkeys(one for o in observations for one in o.made))


def _texts(value: object) -> tuple[str, ...]:
    return tuple(str(v) for v in value) if isinstance(value, list) else ()


def _started(name: str, starts: Mapping[str, date | datetime]) -> Clock:
    waiting = clock(name, None)
    return clock(name, starts.get(waiting.event))


def moved_persons(flags: Iterable[Flag]) -> frozenset[str]:
    """Whom a flag among these holds to have moved."""
    return frozenset(flag.person for flag in flags if flag.code == "RL-MOVED")


def relocation_flags(belief: Belief, model: Model) -> list[Flag]:
    """RL-MOVED or RL-DOUBT on at least two independent grounds, one not hearsay; else RL-REVIEW."""
    policy = model.residence.relocation
    if belief.p_moved < policy.doubt:
        return []
    gained: defaultdict[str, float] = defaultdict(float)
    for line in belief.lines:
        if line.claim == "moved":
            gained[line.group] += line.decibans
    grounds = {g for g, decibans in gained.items() if decibans >= policy.least_decibans}
    pro = [x for x in belief.lines if x.claim == "moved" and x.group in grounds]
    shown = {"belief"}
    if len(grounds) >= policy.least_groups:
        shown.add("independent_grounds")
    if any(line.observation.source_class not in policy.hearsay for line in pro):
        shown.add("not_hearsay")
    code = "RL-MOVED" if belief.p_moved >= policy.moved else "RL-DOUBT"
    if len(shown) < 3:
        code = "RL-REVIEW"
    return [raised(code, belief.person, belief.address, shown, [x.observation for x in pro], {})]
