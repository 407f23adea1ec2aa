"""The value of a next step: how much it may be expected to change a belief or a score.

The sum over its outcomes of their chance times the change that each would bring, all from the
model's own tables; a source that has spoken before counts less, as it does in the filter.
"""

import math
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

from evidence.trace.assets import AssetScore
from evidence.trace.belief import DECIBAN, Belief, p_moved_after
from evidence.trace.dependence import DependenceRule
from evidence.trace.errors import ModelError
from evidence.trace.model import BUILT_IN, AssetModel, Model
from evidence.trace.reading import number, one_of, table, text, texts

OF = ("residence", "asset")


@dataclass(frozen=True, slots=True)
class Step:
    """Something that can be done: what it may bring, what it takes, and what it may rest on."""

    name: str
    zh: str
    en: str
    of: str
    source: str
    kinds: tuple[str, ...]
    yes: str
    no: str
    shows: tuple[str, ...]
    minutes: float
    yuan: float
    channel: str
    role: str
    basis: str
    law: str


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a step may bring: how likely that is, and the probability afterwards."""

    kind: str
    chance: float
    after: float


@dataclass(frozen=True, slots=True)
class Value:
    """A step with the expected change of the probability, 0 to 1, and its outcomes."""

    step: Step
    change: float
    outcomes: tuple[Outcome, ...]


@cache
def steps() -> Mapping[str, Step]:
    """All steps by name, from model/steps.toml. Raises ModelError where the form is broken."""
    return read_steps(tomllib.loads((BUILT_IN / "steps.toml").read_text("utf-8")))


def read_steps(raw: Mapping[str, Any]) -> dict[str, Step]:
    """Build the steps. Raises ModelError that names the row where the form is broken."""
    rows = table(raw, "steps")
    return {name: _step(name, table(rows, name, "steps")) for name in rows}


def values_for_belief(belief: Belief, model: Model) -> list[Value]:
    """Each step that may tell where the person lives, the most telling first."""
    found = [_of_belief(belief, step, model) for step in steps().values() if step.of == "residence"]
    return sorted(found, key=lambda value: (-value.change, value.step.name))


def values_for_asset(score: AssetScore, model: AssetModel) -> list[Value]:
    """Each question about a disposal that is open, the most telling first."""
    known = {sign.sign for sign in score.signs}
    found = [
        _of_score(score, step, model)
        for step in steps().values()
        if step.yes and not {step.yes, step.no} & known
    ]
    return sorted(found, key=lambda value: (-value.change, value.step.name))


def _of_belief(belief: Belief, step: Step, model: Model) -> Value:
    tables = [model.residence.emission(kind, step.source) for kind in step.kinds]
    states = (belief.p_home, belief.p_away, belief.p_moved)
    heard = _heard(belief, step.source, model.residence.dependence_of(step.source))
    known = [one for one in tables if one is not None]
    # Counted tables need not add up to one in each state; more than one cannot happen.
    most = [max(sum(one.likelihood[i] for one in known), 1.0) for i in range(3)]
    outcomes = []
    for one in known:
        shares = zip(states, one.likelihood, most, strict=True)
        chance = sum(p * likely / total for p, likely, total in shares)
        outcomes.append(Outcome(one.kind, chance, p_moved_after(belief, one, model, heard)))
    change = sum(one.chance * abs(one.after - belief.p_moved) for one in outcomes)
    return Value(step, change, tuple(outcomes))


def _heard(belief: Belief, source: str, rule: DependenceRule) -> float:
    """The share of a further word of a class of source that has spoken, most recent words most."""
    ages = [
        line.age.total_seconds() / 86400.0
        for line in belief.lines
        if line.observation.source_class == source
    ]
    return math.pow(rule.ratio, sum(math.exp(-age / rule.memory_days) for age in ages))


def _of_score(score: AssetScore, step: Step, model: AssetModel) -> Value:
    """Two answers that exclude each other: their weights alone say how likely each of them is."""
    up, down = (10 ** (model.weights[sign].decibans / 10.0) for sign in (step.yes, step.no))
    if_fair = (1.0 - down) / (up - down)
    if_evasive = up * if_fair
    p = score.p_evasive
    chance = p * if_evasive + (1.0 - p) * if_fair
    outcomes = (
        Outcome(step.yes, chance, _shifted(p, model.weights[step.yes].decibans)),
        Outcome(step.no, 1.0 - chance, _shifted(p, model.weights[step.no].decibans)),
    )
    return Value(step, sum(one.chance * abs(one.after - p) for one in outcomes), outcomes)


def _shifted(p: float, decibans: float) -> float:
    odds = p / (1.0 - p) * math.exp(decibans / DECIBAN)
    return odds / (1.0 + odds)


def _step(name: str, row: Mapping[str, Any]) -> Step:
    where = f"steps.{name}"
    of = one_of(row, "of", OF, where)
    kinds, shows = texts(row, "kinds", where), texts(row, "shows", where)
    if (of == "residence") != bool(kinds) or ("yes" in row) != ("no" in row):
        raise ModelError(f"{where}: a step on residence has kinds, a question has yes and no")
    return Step(
        name=name,
        zh=text(row, "zh", where),
        en=text(row, "en", where),
        of=of,
        source=text(row, "source", where) if of == "residence" else "",
        kinds=kinds,
        yes=str(row.get("yes", "")),
        no=str(row.get("no", "")),
        shows=shows,
        minutes=number(row, "minutes", 0, 10_000, where),
        yuan=number(row, "yuan", 0, 1_000_000, where),
        channel=str(row.get("channel", "")),
        role=str(row.get("role", "")),
        basis=text(row, "basis", where),
        law=text(row, "law", where),
    )
