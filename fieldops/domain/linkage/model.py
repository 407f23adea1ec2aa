"""The parameters of the scores, read from the table beside the code and checked for their laws."""

import math
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from importlib.resources import files
from typing import Any, Final

from fieldops.domain.linkage.keys import Kind

FORM: Final = "fieldops-linkage-1"
GOT: Final = ("counted", "judgement")
ATTRIBUTES: Final = ("name", "id_number", "phone", "address", "plate", "code")
# Levels that speak for one person; the others must not.
AGREEING: Final = {
    "name": (
        "exact",
        "exact_short",
        "homophone",
        "spelled_alike",
        "one_character",
        "fits_mask",
    ),
    "id_number": ("equal", "compatible"),
    "phone": ("equal", "compatible", "slipped"),
    "address": ("door", "house", "county"),
    "plate": ("equal",),
    "code": ("equal",),
}
SPEAKING_AGAINST: Final = {
    "name": ("different",),
    "id_number": ("different",),
    "phone": ("different",),
    "address": ("elsewhere",),
    "plate": ("different",),
    "code": ("different",),
}


class ModelFault(ValueError):
    """The table cannot be used; the message names the key and the fault."""


@dataclass(frozen=True, slots=True)
class Model:
    """Weights in decibans by (attribute, level), thresholds, and the largest block by kind."""

    version: str
    prior: float
    same: float
    possible: float
    household_share: float
    weights: Mapping[tuple[str, str], float]
    blocks: Mapping[Kind, int]


def read_model(text: str) -> Model:
    """A model from its TOML text; raises ModelFault."""
    try:
        raw = tomllib.loads(text)
    except tomllib.TOMLDecodeError as wrong:
        raise ModelFault(f"not TOML: {wrong}") from wrong
    if raw.get("form") != FORM:
        raise ModelFault(f"form: write {FORM!r}")
    verdict = _table(raw, "verdict")
    same, possible = _number(verdict, "same"), _number(verdict, "possible")
    share = _number(verdict, "household_share")
    if not possible < same:
        raise ModelFault("verdict: possible must lie below same")
    if not 0 <= share <= 1:
        raise ModelFault("verdict.household_share: write a share from 0 to 1")
    return Model(
        version=FORM,
        prior=_number(_table(raw, "prior"), "decibans"),
        same=same,
        possible=possible,
        household_share=share,
        weights={
            (attribute, level): _weight(_table(raw, attribute), attribute, level)
            for attribute in ATTRIBUTES
            for level in (*AGREEING[attribute], *SPEAKING_AGAINST[attribute])
        },
        blocks={kind: _block(_table(raw, "blocks"), kind) for kind in Kind},
    )


def load_model() -> Model:
    """The model beside the code."""
    return read_model(files("fieldops.domain.linkage").joinpath("model.toml").read_text("utf-8"))


def _weight(table: Mapping[str, Any], attribute: str, level: str) -> float:
    row = _table(table, level)
    m, u = _number(row, "m"), _number(row, "u")
    name = f"{attribute}.{level}"
    if not (0 < m <= 1 and 0 < u <= 1):
        raise ModelFault(f"{name}: m and u are probabilities above nothing")
    if row.get("got") not in GOT:
        raise ModelFault(f"{name}.got: say where the numbers come from: {', '.join(GOT)}")
    if (m > u) is not (level in AGREEING[attribute]):
        raise ModelFault(f"{name}: would turn the comparison round")
    return 10 * math.log10(m / u)


def _block(table: Mapping[str, Any], kind: Kind) -> int:
    most = table.get(kind.value)
    if not isinstance(most, int) or most < 2:
        raise ModelFault(f"blocks.{kind.value}: write a whole number from 2 on")
    return most


def _table(raw: Mapping[str, Any], key: str) -> Mapping[str, Any]:
    found = raw.get(key)
    if not isinstance(found, dict):
        raise ModelFault(f"{key}: the table is missing")
    return found


def _number(table: Mapping[str, Any], key: str) -> float:
    found = table.get(key)
    if not isinstance(found, int | float) or not math.isfinite(found):
        raise ModelFault(f"{key}: write a finite number")
    return float(found)


MODEL: Final = load_model()
