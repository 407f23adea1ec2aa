"""The kinds of observation that asset flags know, and what each of them shows or contradicts."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache

from evidence.trace.flags import catalogue
from evidence.trace.model import BUILT_IN

# Facts about the debtor or the claim, which weigh on all his assets when they name none.
OF_THE_PERSON = (
    "debt.arose",
    "debt.defaulted",
    "debt.demand_served",
    "debt.joint_with_spouse",
    "debt.paid",
    "suit.served",
    "judgment.entered",
    "debtor.debts_exceed_assets",
    "debtor.assets_suffice",
)
# Facts about people and not about an asset, by which others are known again.
OF_PEOPLE = ("family.related",)
# Kinds that may name somebody to whom an asset went.
TRANSFERS = (
    "asset.disposed",
    "asset.registered_to_spouse",
    "asset.nominee_holder",
    "company.shares_transferred",
    "vehicle.new_keeper",
)
# Seen and kept for the score, for the price or for entities; they raise no flag of their own.
_OTHERS = (
    "asset.owned",
    "asset.disposed",
    "asset.purchased",
    "asset.valued",
    "asset.divorce_split",
    "asset.seized",
    "asset.seizure_lifted",
    "asset.still_used_by_debtor",
    "asset.not_used_by_debtor",
    "asset.was_listed_for_sale",
    "asset.was_not_listed",
    "asset.mortgaged_before",
    "asset.other_disposal_within_6_months",
    "vehicle.seen",
    "vehicle.seen_with_debtor",
    "employment.held",
    "employment.ended",
    "company.post_held",
    "company.post_left",
    "company.registered",
    "company.people",
)


@dataclass(frozen=True, slots=True)
class Proof:
    """What shows an element and what speaks against it; see model/elements.toml."""

    shown_by: frozenset[str]
    contradicted_by: frozenset[str]
    only_later: bool


@dataclass(frozen=True, slots=True)
class Start:
    """An event before which an act is no ground, and the element shown where its day is known."""

    event: str
    element: str


@cache
def proofs() -> Mapping[str, Proof]:
    """The proof of every element that an observation can show or contradict."""
    raw = tomllib.loads((BUILT_IN / "elements.toml").read_text("utf-8"))
    return {
        element: Proof(
            shown_by=frozenset(entry.get("shown_by", ())),
            contradicted_by=frozenset(entry.get("contradicted_by", ())),
            only_later=bool(entry.get("only_later", False)),
        )
        for element, entry in raw.items()
        if isinstance(entry, dict)
    }


@cache
def raising_kinds() -> Mapping[str, tuple[str, frozenset[str]]]:
    """Kinds that raise a flag by themselves: the code, and the elements that they show."""
    found: dict[str, tuple[str, frozenset[str]]] = {}
    for code, entry in catalogue().items():
        for kind, elements in _mapping(entry.get("raised_by")).items():
            found[kind] = (code, frozenset(str(e) for e in elements))
    return found


@cache
def not_before(code: str) -> Start | None:
    """The event that must come before the act, if the code names one."""
    named = _mapping(catalogue()[code].get("not_before"))
    return Start(str(named["event"]), str(named["element"])) if named else None


def is_dealing(code: str) -> bool:
    """Whether the flag is of something that was done with the asset, not merely seen."""
    return catalogue()[code].get("dealing") is True


def escalates(code: str) -> bool:
    """Whether the flag raises the others of its asset or debtor one level."""
    return catalogue()[code].get("escalates") is True


@cache
def known_asset_kinds() -> frozenset[str]:
    """Every kind that asset flags or the evasion score can use."""
    known = {*_OTHERS, *OF_THE_PERSON, *OF_PEOPLE, *raising_kinds()}
    for proof in proofs().values():
        known |= proof.shown_by | proof.contradicted_by
    return frozenset(known)


def names_asset(kind: str) -> bool:
    """Whether an observation of this kind must name the asset, company or contract it is about."""
    free = kind in (*OF_THE_PERSON, *OF_PEOPLE) or kind.startswith("premises.")
    return kind in known_asset_kinds() and not free


def _mapping(value: object) -> Mapping[str, tuple[object, ...]]:
    return value if isinstance(value, dict) else {}
