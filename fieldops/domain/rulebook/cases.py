"""Cases that test a rulebook: one JSON line each, with the ruling that it is expected to get."""

import json
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NoReturn

from fieldops.domain.bilingual import Bilingual
from fieldops.domain.rulebook.parsing import take_proposal
from fieldops.domain.rulebook.proposal import Proposal
from fieldops.domain.rulebook.reading import Reader, as_utc, instant, refuse
from fieldops.domain.rulebook.records import Ruling

LONGEST_LINE = 1_000_000


@dataclass(frozen=True, slots=True)
class Expectation:
    """What is expected; None is not looked at."""

    allowed: bool | None = None
    rules: tuple[str, ...] | None = None
    states_next: bool = False
    next_legal: datetime | None = None


@dataclass(frozen=True, slots=True)
class RulingCase:
    """A proposed contact with a name and an expectation."""

    name: str
    policies: bool
    proposal: Proposal
    expect: Expectation


def read_case(line: str) -> RulingCase:
    """Read one line; raises InvalidInput naming the field."""
    reader = Reader(_json(line))
    case = RulingCase(
        name=reader.text("name"),
        policies=reader.flag("policies", default=True),
        expect=_expectation(reader),
        proposal=take_proposal(reader),
    )
    reader.done()
    return case


def differences(case: RulingCase, ruling: Ruling) -> list[str]:
    """How a ruling differs from what was expected, one sentence a difference.

    An allowed contact has nothing to wait for: null and its own start are then the same.
    """
    expect, told = case.expect, []
    if expect.allowed is not None and expect.allowed != ruling.allowed:
        told.append(f"allowed: expected {_shown(expect.allowed)}, found {_shown(ruling.allowed)}")
    if expect.rules is not None and set(expect.rules) != set(ruling.rules):
        told.append(f"rules: expected {_listed(expect.rules)}, found {_listed(ruling.rules)}")
    waits = expect.states_next and not (ruling.allowed and expect.next_legal is None)
    if waits and _utc(expect.next_legal) != _utc(ruling.next_legal):
        found = _shown(ruling.next_legal)
        told.append(f"next_legal: expected {_shown(expect.next_legal)}, found {found}")
    return told


def _utc(at: datetime | None) -> datetime | None:
    return at and as_utc(at)


def _shown(value: object) -> str:
    if isinstance(value, datetime):
        return value.isoformat()
    return json.dumps(value)


def _listed(rules: tuple[str, ...]) -> str:
    return "[" + ", ".join(sorted(rules)) + "]"


def _expectation(reader: Reader) -> Expectation:
    raw = reader.take("expect")
    if raw is None:
        return Expectation()
    inner = Reader(raw, "expect")
    states_rules, states_next = "rules" in raw, "next_legal" in raw
    expectation = Expectation(
        allowed=inner.fact("allowed"),
        rules=inner.texts("rules") if states_rules else None,
        states_next=states_next,
        next_legal=inner.maybe("next_legal", instant),
    )
    inner.done()
    return expectation


def _json(line: str) -> Any:
    if len(line) > LONGEST_LINE:
        cure = Bilingual(f"at most {LONGEST_LINE} signs a line", f"每行至多 {LONGEST_LINE} 字")
        refuse("(whole)", Bilingual("is too long", "过长"), cure)
    try:
        return json.loads(line, object_pairs_hook=_unrepeated, parse_constant=_constant)
    except RecursionError:
        cure = Bilingual("write it as the format says", "请按格式填写")
        refuse("(whole)", Bilingual("is nested too deeply", "嵌套过深"), cure)
    except ValueError as wrong:
        told = Bilingual(f"is not JSON: {wrong}", f"不是 JSON:{wrong}")
        refuse("(whole)", told, Bilingual("write one object a line", "每行填写一个对象"))


def _unrepeated(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        keys = [key for key, _ in pairs]
        twice = next(key for key in keys if keys.count(key) > 1)
        wrong, cure = (
            Bilingual("stands twice", "重复出现"),
            Bilingual("remove one of them", "请删去其一"),
        )
        refuse(twice[:80], wrong, cure)
    return found


def _constant(name: str) -> NoReturn:
    wrong = Bilingual(f"{name} is not a number", f"{name} 不是数字")
    refuse("(whole)", wrong, Bilingual("remove it", "请删除"))
