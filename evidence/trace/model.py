"""The model: emission tables, rates, grades and asset weights, checked for the filter's laws."""

import hashlib
import json
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, tzinfo
from pathlib import Path
from typing import Any

from evidence.trace.dependence import DependenceRule
from evidence.trace.errors import ModelError
from evidence.trace.observation import RELIABILITIES, Grade
from evidence.trace.reading import number, one_of, table, tables, text, texts

BUILT_IN = Path(__file__).with_name("model")
MAX_MODEL_BYTES = 1_000_000
CLAIMS = ("home", "moved", "none")
GOT = ("fitted", "judgement")
# Raised whenever the arithmetic changes, so that a version names numbers that can be had again.
ARITHMETIC = "1"
# What decides, beside the two halves, which flags there are: their versions are of the answer too.
_FLAGGING = ("flags", "elements", "links")

Triple = tuple[float, float, float]


@dataclass(frozen=True, slots=True)
class Emission:
    """P(this kind is observed | HOME, AWAY, MOVED); `turned`: of one who said otherwise."""

    kind: str
    source: str | None
    claim: str
    likelihood: Triple
    turned: Triple
    got: str


@dataclass(frozen=True, slots=True)
class RelocationPolicy:
    """When a belief becomes a flag, and what counts as an independent ground for it."""

    moved: float
    doubt: float
    least_groups: int
    least_decibans: float
    hearsay: frozenset[str]


@dataclass(frozen=True, slots=True)
class ResidenceModel:
    """Everything the residence filter needs; rates are per year."""

    prior_moved: float
    prior_away: float
    move: float
    come_back_for_good: float
    leave: float
    come_back: float
    zone: tzinfo
    emissions: Mapping[tuple[str, str | None], Emission]
    dependence: Mapping[str, DependenceRule]
    reliability: Mapping[str, float]
    credibility: Mapping[int, float]
    ceiling: float
    usual_grade: Mapping[str, str]
    relocation: RelocationPolicy

    def emission(self, kind: str, source_class: str) -> Emission | None:
        """The table for a kind from a class of source, or for the kind alone, or None."""
        found = self.emissions.get((kind, source_class))
        return found if found is not None else self.emissions.get((kind, None))

    def knows(self, kind: str) -> bool:
        """True if some class of source may report this kind."""
        return any(known == kind for known, _ in self.emissions)

    def dependence_of(self, source_class: str) -> DependenceRule:
        """The rule for a class of source; an unknown class has that of `other`."""
        return self.dependence.get(source_class, self.dependence["other"])

    def reliability_of(self, source_class: str, grade: Grade | None) -> float:
        """Share of the likelihood that is kept, 0 to `ceiling`."""
        if grade is None:
            return self.ceiling
        usual = self.usual_grade.get(source_class, self.usual_grade["other"])
        kept = self.reliability[grade.reliability] / self.reliability[usual]
        return min(kept, self.ceiling) * self.credibility[grade.credibility]


@dataclass(frozen=True, slots=True)
class Weight:
    """Decibans that one sign adds to the odds of evasion."""

    sign: str
    decibans: float
    got: str


@dataclass(frozen=True, slots=True)
class AssetModel:
    """Prior and weights of the evasion score, and the policy numbers of the flags."""

    prior: float
    weights: Mapping[str, Weight]
    repeat_ratio: float
    months_before_demand: float
    months_after_demand: float
    low_price: float
    fair_price: float
    high_price: float
    lopsided_share: float
    all_assets_share: float


@dataclass(frozen=True, slots=True)
class Model:
    """Both halves and the version that every answer carries."""

    residence: ResidenceModel
    assets: AssetModel
    version: str


def load_model(path: Path | None = None) -> Model:
    """The built-in model, or one from a file that replaces the residence part, the assets or both.

    Such a file has the form of the built-in files: `form = "fieldops-residence-1"` or
    `form = "fieldops-assets-1"` at its head, or both under `[residence]` and `[assets]`.
    Raises ModelError with file, place and cure.
    """
    parts = {
        "residence": _read(BUILT_IN / "residence.toml"),
        "assets": _read(BUILT_IN / "assets.toml"),
    }
    if path is not None:
        parts.update(_replacement(path))
    try:
        residence = read_residence(parts["residence"])
        assets = read_assets(parts["assets"])
    except ModelError as error:
        raise ModelError(f"{path or BUILT_IN}: {error}") from None
    parts |= {name: _read(BUILT_IN / f"{name}.toml") for name in _FLAGGING}
    return Model(residence, assets, _version(parts))


def _replacement(path: Path) -> dict[str, Mapping[str, Any]]:
    raw = _read(path)
    forms = {"fieldops-residence-1": "residence", "fieldops-assets-1": "assets"}
    form = raw.get("form")
    if isinstance(form, str) and form in forms:
        return {forms[form]: raw}
    found = {key: table(raw, key, str(path)) for key in forms.values() if key in raw}
    if not found:
        raise ModelError(
            f'{path}: no model in it; begin with form = "fieldops-residence-1" or '
            '"fieldops-assets-1", or give [residence] or [assets]'
        )
    return found


def _read(path: Path) -> Mapping[str, Any]:
    try:
        with path.open("rb") as file:
            data = file.read(MAX_MODEL_BYTES + 1)
        if len(data) > MAX_MODEL_BYTES:
            raise ModelError(f"{path}: larger than {MAX_MODEL_BYTES} bytes; give a model file")
        return tomllib.loads(data.decode("utf-8"))
    except OSError as error:
        raise ModelError(f"{path}: cannot be read ({error.strerror}); give a TOML file") from None
    except (UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise ModelError(f"{path}: not TOML ({error})") from None


def _version(parts: Mapping[str, Any]) -> str:
    canonical = json.dumps([ARITHMETIC, parts], sort_keys=True, ensure_ascii=False)
    return "trace-" + hashlib.sha256(canonical.encode()).hexdigest()[:16]


def read_residence(raw: Mapping[str, Any]) -> ResidenceModel:
    """Build the residence half. Raises ModelError where the form or a law is broken."""
    prior, rates = table(raw, "prior"), table(raw, "rates_per_year")
    letters = table(raw, "reliability")
    moved = number(prior, "moved", 0.001, 0.999, "prior")
    move = number(rates, "move", 1e-6, 50, "rates_per_year")
    back = number(rates, "return", 1e-6, 50, "rates_per_year")
    if moved > move / (move + back):
        raise ModelError(
            "prior: moved is above move / (move + return), so belief would sink unasked"
        )
    digits = table(raw, "credibility")
    return ResidenceModel(
        prior_moved=moved,
        prior_away=number(prior, "away", 0.001, 0.999, "prior"),
        move=move,
        come_back_for_good=back,
        leave=number(rates, "leave", 1e-6, 50, "rates_per_year"),
        come_back=number(rates, "come_back", 1e-6, 400, "rates_per_year"),
        zone=_zone(raw),
        emissions=_emissions(raw),
        dependence=_dependence(raw),
        reliability={c: number(letters, c, 0.01, 1, "reliability") for c in RELIABILITIES},
        credibility={d: number(digits, str(d), 0, 1, "credibility") for d in range(1, 7)},
        ceiling=number(letters, "ceiling", 0.01, 0.999, "reliability"),
        usual_grade=_usual_grades(raw),
        relocation=_relocation(raw),
    )


def _zone(raw: Mapping[str, Any]) -> tzinfo:
    offset = text(table(raw, "time"), "offset", "time")
    try:
        zone = datetime.fromisoformat(f"2000-01-01T00:00{offset}").tzinfo
    except ValueError:
        zone = None
    if zone is None:
        raise ModelError(f"time: offset = {offset!r} is not an offset such as +08:00")
    return zone


def _usual_grades(raw: Mapping[str, Any]) -> dict[str, str]:
    grades = table(raw, "usual_grade")
    letters = tuple(RELIABILITIES)
    found = {name: one_of(grades, name, letters, "usual_grade") for name in grades}
    if "other" not in found:
        raise ModelError("usual_grade: other is missing")
    return found


def _dependence(raw: Mapping[str, Any]) -> dict[str, DependenceRule]:
    rules = table(raw, "dependence")
    found = {}
    for name in rules:
        where = f"dependence.{name}"
        rule = table(rules, name, "dependence")
        found[name] = DependenceRule(
            number(rule, "ratio", 0, 0.5, where), number(rule, "memory_days", 1, 36500, where)
        )
    if "other" not in found:
        raise ModelError("dependence: other is missing")
    return found


def _relocation(raw: Mapping[str, Any]) -> RelocationPolicy:
    policy = table(raw, "relocation")
    return RelocationPolicy(
        moved=number(policy, "moved", 0.01, 0.999, "relocation"),
        doubt=number(policy, "doubt", 0.01, 0.999, "relocation"),
        least_groups=int(number(policy, "least_groups", 1, 100, "relocation")),
        least_decibans=number(policy, "least_decibans", 0.01, 100, "relocation"),
        hearsay=frozenset(texts(policy, "hearsay", "relocation")),
    )


def _emissions(raw: Mapping[str, Any]) -> dict[tuple[str, str | None], Emission]:
    found: dict[tuple[str, str | None], Emission] = {}
    for index, entry in enumerate(tables(raw, "emission"), 1):
        emission = _emission(entry, f"emission {index}")
        key = (emission.kind, emission.source)
        if key in found:
            raise ModelError(f"emission {index}: {emission.kind} is given twice for one source")
        found[key] = emission
    return found


def _emission(raw: Mapping[str, Any], where: str) -> Emission:
    kind = text(raw, "kind", where)
    where = f"{where} ({kind})"
    claim = one_of(raw, "claim", CLAIMS, where)
    likelihood = _triple(raw, claim, where)
    turned = _triple(table(raw, "turned", where), claim, where) if "turned" in raw else likelihood
    source = text(raw, "source", where) if "source" in raw else None
    return Emission(kind, source, claim, likelihood, turned, one_of(raw, "got", GOT, where))


def _triple(raw: Mapping[str, Any], claim: str, where: str) -> Triple:
    home, away, moved = (number(raw, key, 1e-6, 1, where) for key in ("home", "away", "moved"))
    if claim == "moved" and not home == away < moved:
        raise ModelError(f"{where}: a claim of having moved needs home = away < moved")
    if claim == "home" and not moved < home:
        raise ModelError(f"{where}: a claim of living there needs moved < home")
    return home, away, moved


def read_assets(raw: Mapping[str, Any]) -> AssetModel:
    """Build the asset half. Raises ModelError where the form is broken."""
    policy = table(raw, "policy")
    weights: dict[str, Weight] = {}
    for index, entry in enumerate(tables(raw, "weight"), 1):
        where = f"weight {index}"
        sign = text(entry, "sign", where)
        weights[sign] = Weight(
            sign, number(entry, "decibans", -40, 40, where), one_of(entry, "got", GOT, where)
        )
    return AssetModel(
        prior=number(table(raw, "prior"), "evasive", 0.001, 0.999, "prior"),
        weights=weights,
        repeat_ratio=number(policy, "repeat_ratio", 0, 0.5, "policy"),
        months_before_demand=number(policy, "months_before_demand", 0, 120, "policy"),
        months_after_demand=number(policy, "months_after_demand", 0, 120, "policy"),
        low_price=number(policy, "low_price", 0, 1, "policy"),
        fair_price=number(policy, "fair_price", 0, 10, "policy"),
        high_price=number(policy, "high_price", 1, 10, "policy"),
        lopsided_share=number(policy, "lopsided_share", 0, 1, "policy"),
        all_assets_share=number(policy, "all_assets_share", 0, 1, "policy"),
    )
