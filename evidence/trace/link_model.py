"""The weights of hints at links, from model/links.toml and model/across.toml."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

from evidence.trace.model import BUILT_IN, GOT
from evidence.trace.reading import number, one_of, table, text, texts

RELATIVE, PHOENIX = "relative", "phoenix"
# The same through the records of other people: looked at, and never counted by a flag.
RELATIVE_ACROSS, PHOENIX_ACROSS = "relative_across", "phoenix_across"


@dataclass(frozen=True, slots=True)
class LinkWeight:
    """What one sign adds in decibans, and the kind of observation that it stands for ("" none)."""

    decibans: float
    kind: str


@dataclass(frozen=True, slots=True)
class HintModel:
    """One kind of hint; `feeds` is the least sum in decibans at which flags count its signs."""

    zh: str
    en: str
    prior: float
    feeds: float
    elements: tuple[str, ...]
    weights: Mapping[str, LinkWeight]


@dataclass(frozen=True, slots=True)
class Nearness:
    """In months: how long before and after the end of an old firm a new one is looked at."""

    before: float
    soon: float
    after: float


@cache
def hint_models() -> Mapping[str, HintModel]:
    """Every kind of hint. Raises ModelError where the form is broken."""
    own = {kind: _hint(table(_raw("links"), kind), kind) for kind in (RELATIVE, PHOENIX)}
    across = (RELATIVE_ACROSS, PHOENIX_ACROSS)
    return own | {kind: _hint(table(_raw("across"), kind), kind) for kind in across}


@cache
def nearness() -> Nearness:
    """When a new firm is near an old one in time."""
    raw = table(_raw("links"), PHOENIX)
    read = [number(raw, f"months_{one}", 0, 120, PHOENIX) for one in ("before", "soon", "after")]
    return Nearness(*read)


@cache
def _raw(name: str) -> Mapping[str, Any]:
    return tomllib.loads((BUILT_IN / f"{name}.toml").read_text("utf-8"))


def _hint(raw: Mapping[str, Any], where: str) -> HintModel:
    weights = table(raw, "weights", where)
    return HintModel(
        zh=text(raw, "zh", where),
        en=text(raw, "en", where),
        prior=number(raw, "prior", -40, 40, where),
        feeds=number(raw, "feeds", -40, 40, where),
        elements=texts(raw, "elements", where),
        weights={sign: _weight(table(weights, sign, where), f"{where}.{sign}") for sign in weights},
    )


def _weight(raw: Mapping[str, Any], where: str) -> LinkWeight:
    one_of(raw, "got", GOT, where)
    return LinkWeight(number(raw, "decibans", -40, 40, where), str(raw.get("kind", "")))
