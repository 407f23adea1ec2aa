"""Flags of relocation and asset transfer: what is shown, what is missing, law and clocks.

提示，非结论: a flag points a person to something; it is no conclusion and triggers no act.
"""

import tomllib
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache

from evidence.trace.assets import AssetCase, asset_cases, disposed_on
from evidence.trace.belief import Belief
from evidence.trace.clocks import Clock, as_json, clock
from evidence.trace.model import BUILT_IN, AssetModel, Model
from evidence.trace.observation import Observation

SEVERITIES = ("lead", "medium", "high", "critical")
WORDING = "提示，非结论 / a pointer, not a conclusion"
# Kinds that a field visit or a public notice may bring beside the disposal itself.
FIELD_KINDS = {
    "asset.listed_for_sale": "AT-LISTING",
    "premises.for_rent_sign": "AT-CLOSED",
    "premises.closed": "AT-CLOSED",
    "premises.emptying": "AT-EMPTYING",
    "vehicle.absent": "AT-VEHICLE",
    "company.deregistration_notice": "AT-DEREG",
}
# Seen and kept for the score and the explanation; they raise no flag of their own.
OTHER_ASSET_KINDS = (
    "asset.owned",
    "asset.disposed",
    "asset.still_used_by_debtor",
    "asset.not_used_by_debtor",
    "asset.was_listed_for_sale",
    "asset.was_not_listed",
    "asset.mortgaged_before",
    "asset.other_disposal_within_6_months",
    "debtor.debts_exceed_assets",
    "debt.demand_served",
    "suit.served",
    "judgment.entered",
    "vehicle.seen",
    "vehicle.seen_with_debtor",
)
KNOWN_ASSET_KINDS = frozenset(FIELD_KINDS) | frozenset(OTHER_ASSET_KINDS)
_SHOWN_BY_FIELD_KIND = {
    "AT-LISTING": "listing_seen",
    "AT-CLOSED": "closed_seen",
    "AT-EMPTYING": "emptying_seen",
    "AT-VEHICLE": "vehicle_absent",
    "AT-DEREG": "notice_seen",
}
_USED_AFTER = ("asset.still_used_by_debtor", "vehicle.seen_with_debtor")


@dataclass(frozen=True, slots=True)
class Flag:
    """One flag; `grounds` are the ids of the observations it rests on."""

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

    def as_json(self) -> dict[str, object]:
        """The flag as it stands in the assets file."""
        return {
            "code": self.code,
            "severity": self.severity,
            "shown": list(self.shown),
            "missing": list(self.missing),
            "basis": self.basis,
            "clocks": [as_json(found) for found in self.clocks],
            "grounds": list(self.grounds),
            "title": {"zh": self.zh, "en": self.en},
            "wording": WORDING,
        }


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
    worse: bool = False,
) -> Flag:
    """A flag of the catalogue: elements not shown are missing, clocks start at `starts`."""
    entry = catalogue()[code]
    seen = set(shown)
    elements = _texts(entry["elements"])
    clocks = [_started(name, starts) for name in _texts(entry["clocks"])]
    severity = SEVERITIES.index(str(entry["severity"])) + worse
    return Flag(
        code=code,
        person=person,
        subject=subject,
        severity=SEVERITIES[min(severity, len(SEVERITIES) - 1)],
        shown=tuple(e for e in elements if e in seen),
        missing=tuple(e for e in elements if e not in seen),
        basis=str(entry["basis"]),
        clocks=tuple(clocks),
        grounds=tuple(dict.fromkeys(o.id for o in grounds)),
        zh=str(entry["zh"]),
        en=str(entry["en"]),
    )


def _texts(value: object) -> tuple[str, ...]:
    return tuple(str(v) for v in value) if isinstance(value, list) else ()


def _started(name: str, starts: Mapping[str, date | datetime]) -> Clock:
    waiting = clock(name, None)
    return clock(name, starts.get(waiting.event))


def asset_flags(
    observations: Iterable[Observation],
    as_of: datetime | None,
    model: Model,
    dates: Mapping[str, date] | None = None,
    moved: Iterable[str] = (),
) -> list[Flag]:
    """All asset flags from what was recorded by `as_of` (everything if None).

    `dates` are case dates known from elsewhere: `debt_arose`, `suit_served`, `preservation_ruling`,
    `deregistration_notice`, `dissolution`. `moved` names persons with an open RL-MOVED flag.
    """
    cases = asset_cases(observations, as_of)
    return case_flags(cases, model.assets, dates or {}, frozenset(moved))


def case_flags(
    cases: Mapping[str, AssetCase],
    model: AssetModel,
    dates: Mapping[str, date],
    moved: frozenset[str],
) -> list[Flag]:
    """Flags of prepared cases, in order of asset."""
    heavy = _nearly_everything_gone(cases, model)
    flags: list[Flag] = []
    for case in cases.values():
        found = _disposal_flags(case, model, dates, case.person in heavy)
        found += _field_flags(case, dates)
        # A price that nobody valued is a lead, and no open flag that a departure could worsen.
        is_open = any(flag.severity != "lead" for flag in found)
        if case.person in moved and case.disposal is not None and is_open:
            found.append(_disposal_flag("AT-ABSCOND", case, {"debtor_moved"}, [], dates))
        flags += found
    return flags


def _nearly_everything_gone(cases: Mapping[str, AssetCase], model: AssetModel) -> set[str]:
    """Persons with two or more known assets of whose number at least the policy share is gone.

    Values are rarely known, so assets are counted; `values_known` stays among the missing elements.
    """
    owned = [c for c in cases.values() if c.disposal is not None or c.first("asset.owned")]
    known = Counter(case.person for case in owned)
    gone = Counter(case.person for case in owned if case.disposal is not None)
    return {p for p, n in known.items() if n >= 2 and gone[p] >= model.all_assets_share * n}


def _disposal_flags(
    case: AssetCase, model: AssetModel, dates: Mapping[str, date], heavy: bool
) -> list[Flag]:
    if case.disposal is None:
        return []
    after_suit = _after_suit(case, dates)
    used = [o for kind in _USED_AFTER for o in case.all(kind) if _after_disposal(case, o)]
    insolvent = case.all("debtor.debts_exceed_assets")
    suit = [o for o in (case.first("suit.served"),) if o is not None]
    effect = {"effect_on_claim"} if insolvent else set()
    rows: list[tuple[str, bool, set[str], list[Observation]]] = [
        (code, True, shown, []) for code, shown in _price_signs(case, model, dates)
    ]
    rows += [
        ("AT-RETAIN", bool(used), {"use_after_disposal"}, used),
        ("AT-POSTSUIT", after_suit, {"suit_served", "act_after_suit"}, suit),
        ("AT-INSOLVENT", bool(insolvent), {"debts_exceed_assets"}, list(insolvent)),
        ("AT-ALLASSETS", heavy, {"most_assets_gone"}, []),
    ]
    worse = after_suit or bool(used)
    return [
        _disposal_flag(code, case, shown | effect, grounds, dates, worse=worse)
        for code, applies, shown, grounds in rows
        if applies
    ]


def _price_signs(
    case: AssetCase, model: AssetModel, dates: Mapping[str, date]
) -> list[tuple[str, set[str]]]:
    """Codes that price and counterparty alone raise, with the elements they show."""
    disposal = case.disposal
    if disposal is None:
        return []
    ratio, arose = disposal.data.get("price_ratio"), dates.get("debt_arose")
    related = disposal.data.get("counterparty") == "related"
    known = {"price_known"} if ratio is not None else set()
    found: list[tuple[str, set[str]]] = []
    if ratio == 0 and (arose is None or disposed_on(disposal) >= arose):
        found.append(("AT-GIFT", {"no_price"} | ({"after_debt_arose"} if arose else set())))
    elif ratio is not None and ratio < model.low_price and not related:
        found.append(("AT-UNDERVALUE", {"price_below_70"}))
    if related and ratio is not None and 0 < ratio < 1:
        found.append(("AT-UNDERVALUE-REL", {"related_party", "price_below_value"}))
    if related:
        found.append(("AT-RELATIVE", {"related_party"} | known))
    if ratio is None:
        found.append(("AT-NOVALUE", set()))
    return found


def _after_suit(case: AssetCase, dates: Mapping[str, date]) -> bool:
    suit, disposal = case.first("suit.served"), case.disposal
    served = dates.get("suit_served") or (suit.observed_at.date() if suit is not None else None)
    return served is not None and disposal is not None and disposed_on(disposal) >= served


def _after_disposal(case: AssetCase, o: Observation) -> bool:
    return case.disposal is not None and o.observed_at.date() >= disposed_on(case.disposal)


def _disposal_flag(
    code: str,
    case: AssetCase,
    shown: set[str],
    grounds: list[Observation],
    dates: Mapping[str, date],
    *,
    worse: bool = False,
) -> Flag:
    disposals = case.all("asset.disposed")
    # The year runs from the first record by anybody in the house, a field note included.
    starts: dict[str, date | datetime] = {
        **dates,
        "known_at": min(o.recorded_at for o in disposals),
        "act": disposed_on(disposals[-1]),
    }
    # A flag that is itself about the use or the suit is not raised a level by it once more.
    raise_level = worse and code not in ("AT-RETAIN", "AT-POSTSUIT", "AT-NOVALUE")
    return raised(
        code,
        case.person,
        case.asset,
        {"disposal"} | shown,
        [disposals[-1], *grounds],
        starts,
        worse=raise_level,
    )


def _field_flags(case: AssetCase, dates: Mapping[str, date]) -> list[Flag]:
    """Flags of what an agent saw, one a code, from its first record on."""
    found: dict[str, list[Observation]] = {}
    for o in case.observations:
        if o.kind in FIELD_KINDS:
            found.setdefault(FIELD_KINDS[o.kind], []).append(o)
    return [_field_flag(code, case, seen, dates) for code, seen in found.items()]


def _field_flag(
    code: str, case: AssetCase, seen: list[Observation], dates: Mapping[str, date]
) -> Flag:
    shown = {_SHOWN_BY_FIELD_KIND[code]}
    if case.disposal is not None:
        shown.add("disposal")
    elif case.first("asset.owned") is not None:
        shown.add("still_owned")
    starts: dict[str, date | datetime] = {
        "known_at": min(o.recorded_at for o in seen),
        **dates,
    }
    if code == "AT-DEREG":
        starts.setdefault("deregistration_notice", min(o.observed_at for o in seen))
    return raised(code, case.person, case.asset, shown, seen, starts)


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
