"""Flags of asset transfer: the grounds of each asset, what escalates them, and what stands against.

提示，非结论: nothing here concludes; severities order a person's work.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from evidence.trace.assets import AssetCase, asset_cases, disposed_on
from evidence.trace.disposals import Ground, act_day, event_day, grounds, one_a_code
from evidence.trace.flags import Flag, elements_of, raised
from evidence.trace.model import AssetModel, Model
from evidence.trace.observation import Observation
from evidence.trace.vocabulary import escalates, is_dealing, proofs, raising_kinds

_USED_AFTER = ("asset.still_used_by_debtor", "vehicle.seen_with_debtor")
# That nobody valued a price is a task and no flag that something else could make graver.
_NEVER_RAISED = ("AT-NOVALUE",)


@dataclass(frozen=True, slots=True)
class _Person:
    """What is known of a debtor beside the single asset."""

    moved: bool
    most_gone: frozenset[str]


def asset_flags(
    observations: Iterable[Observation],
    as_of: datetime | None,
    model: Model,
    dates: Mapping[str, date] | None = None,
    moved: Iterable[str] = (),
) -> list[Flag]:
    """All asset flags from what was recorded by `as_of` (everything if None).

    `dates` are case dates known from elsewhere: `debt_arose`, `default`, `suit_served`,
    `preservation_ruling`, `deregistration_notice`, `dissolution`. `moved` names persons with an
    open RL-MOVED flag.
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
    gone = nearly_everything_gone(cases, model)
    return [
        flag
        for case in cases.values()
        for flag in _flags_of(
            case, model, dates, _Person(case.person in moved, gone.get(case.person, frozenset()))
        )
    ]


def nearly_everything_gone(
    cases: Mapping[str, AssetCase], model: AssetModel
) -> dict[str, frozenset[str]]:
    """Persons of whose two or more known assets at least the policy share is gone, with elements.

    Weighed by value where every asset of the person is valued, else counted; `values_known` is
    then missing.
    """
    owned: defaultdict[str, list[AssetCase]] = defaultdict(list)
    for case in cases.values():
        if case.disposal is not None or case.first("asset.owned") is not None:
            owned[case.person].append(case)
    found = {}
    for person, theirs in owned.items():
        values = [_value(case) for case in theirs]
        shown = {"most_assets_gone"}
        if all(value is not None for value in values):
            shown.add("values_known")
        else:
            values = [Decimal(1)] * len(theirs)
        known = sum(v for v in values if v is not None)
        lost = sum(
            v for v, case in zip(values, theirs, strict=True) if v and case.disposal is not None
        )
        if len(theirs) >= 2 and known and float(lost / known) >= model.all_assets_share:
            found[person] = frozenset(shown)
    return found


def _value(case: AssetCase) -> Decimal | None:
    """What an asset was last valued at, or None."""
    for o in reversed(case.observations):
        if isinstance(o.data.get("valuation"), dict):
            return Decimal(o.data["valuation"]["amount"])
    return None


def _flags_of(
    case: AssetCase, model: AssetModel, dates: Mapping[str, date], person: _Person
) -> list[Flag]:
    acts = grounds(case, model, dates)
    found = one_a_code([*acts, *_later_grounds(case, dates, person, acts)])
    served = event_day(case, dates, "suit_served")
    flags = []
    for one in found:
        raisers = [g.code for g in found if escalates(g.code) and g.code != "AT-POSTSUIT"]
        if served is not None and one.on >= served:
            raisers.append("AT-POSTSUIT")
        # A flag that itself escalates is not raised a level by itself or by its like.
        calm = escalates(one.code) or one.code in _NEVER_RAISED
        flags.append(_flag(case, dates, one, () if calm else raisers))
    return flags


def _later_grounds(
    case: AssetCase, dates: Mapping[str, date], person: _Person, acts: list[Ground]
) -> list[Ground]:
    """Grounds that rest on others: acts after the suit or a seizure, and what escalates."""
    dealings = [one for one in acts if is_dealing(one.code)]
    more = [*_after_suit(case, dates, dealings), *_after_seizure(case, dealings)]
    disposal = case.disposal
    if disposal is None:
        return more
    on = disposed_on(disposal)
    used = [o for k in _USED_AFTER for o in case.all(k) if o.observed_at.date() >= on]
    insolvent = case.all("debtor.debts_exceed_assets")
    rows = [
        ("AT-RETAIN", bool(used), {"use_after_disposal"}, used),
        ("AT-INSOLVENT", bool(insolvent), {"debts_exceed_assets"}, insolvent),
        ("AT-ALLASSETS", bool(person.most_gone), person.most_gone, ()),
        # A price that nobody valued is no open flag that a departure could worsen.
        ("AT-ABSCOND", person.moved and bool(dealings), {"debtor_moved"}, ()),
    ]
    for code, applies, shown, seen in rows:
        if applies:
            more.append(Ground(code, frozenset({"disposal", *shown}), (disposal, *seen), on))
    return more


def _after_suit(
    case: AssetCase, dates: Mapping[str, date], dealings: list[Ground]
) -> Iterable[Ground]:
    served = event_day(case, dates, "suit_served")
    acts = [*dealings, *_disposal_itself(case, "AT-POSTSUIT")]
    late = [g for g in acts if served is not None and g.on >= served]
    if not late:
        return
    suit = [o for o in (case.first("suit.served"),) if o is not None]
    shown = {"suit_served", "act_after_suit"} | (
        {"disposal"} if case.disposal is not None else set()
    )
    seen = [o for g in late for o in g.observations]
    yield Ground("AT-POSTSUIT", frozenset(shown), (*seen, *suit), max(g.on for g in late))


def _after_seizure(case: AssetCase, dealings: list[Ground]) -> Iterable[Ground]:
    """Dealings while a seizure ran: from its day until it was lifted."""
    acts = [*dealings, *_disposal_itself(case, "AT-SEIZED")]
    for seizure in case.all("asset.seized"):
        began = act_day(seizure)
        lifted = [act_day(o) for o in case.all("asset.seizure_lifted") if act_day(o) >= began]
        during = [g for g in acts if began <= g.on and not any(day <= g.on for day in lifted)]
        if during:
            seen = [o for g in during for o in g.observations]
            shown = frozenset({"seized", "act_after_seizure"})
            yield Ground("AT-SEIZED", shown, (*seen, seizure), max(g.on for g in during))


def _disposal_itself(case: AssetCase, code: str) -> list[Ground]:
    """A disposal at a fair price counts late as well, though nothing else flags it."""
    if case.disposal is None:
        return []
    return [Ground(code, frozenset(), (case.disposal,), disposed_on(case.disposal))]


def _flag(
    case: AssetCase, dates: Mapping[str, date], ground: Ground, raisers: Iterable[str]
) -> Flag:
    shown, support = _proven(case, ground)
    denied, against = _denied(case, ground, shown)
    if case.disposal is not None:
        shown.add("disposal")
    elif case.first("asset.owned") is not None:
        shown.add("still_owned")
    # The year runs from the first record by anybody in the house, a field note included.
    first = [*ground.observations, *(case.all("asset.disposed") if _rests_on_it(ground) else ())]
    starts: dict[str, date | datetime] = {
        **dates,
        "known_at": min(o.recorded_at for o in first),
        "act": ground.on,
    }
    if ground.code == "AT-DEREG":
        starts.setdefault("deregistration_notice", min(o.observed_at for o in ground.observations))
    return raised(
        ground.code,
        case.person,
        case.asset,
        shown,
        [*ground.observations, *support],
        starts,
        contradicted=denied,
        against=against,
        escalated_by=raisers,
    )


def _rests_on_it(ground: Ground) -> bool:
    return any(o.kind == "asset.disposed" for o in ground.observations)


def _proven(case: AssetCase, ground: Ground) -> tuple[set[str], list[Observation]]:
    """The elements shown, by the ground itself or by anything else that was observed."""
    shown, support = set(ground.shown), []
    for element in elements_of(ground.code):
        proof = proofs().get(element)
        seen = [o for o in case.observations if proof and o.kind in proof.shown_by]
        if seen:
            shown.add(element)
            support += seen
    return shown, support


def _denied(case: AssetCase, ground: Ground, shown: set[str]) -> tuple[set[str], list[Observation]]:
    """The elements that something speaks against, and what does."""
    last = max(o.observed_at for o in ground.observations)
    denied: set[str] = set()
    against: list[Observation] = []
    raising = raising_kinds()
    for o in case.denials:
        code, elements = raising.get(o.kind, ("", frozenset()))
        spoken = {e for e, p in proofs().items() if o.kind in p.shown_by}
        if code == ground.code:
            spoken |= elements
        elif o.kind == "asset.disposed":
            spoken.add("disposal")
        if hit := spoken & set(elements_of(ground.code)):
            denied |= hit
            against.append(o)
    for element in elements_of(ground.code):
        proof = proofs().get(element)
        if proof is None or (proof.only_later and element not in shown):
            continue
        seen = [
            o
            for o in case.observations
            if o.kind in proof.contradicted_by and (o.observed_at > last or not proof.only_later)
        ]
        if seen:
            denied.add(element)
            against += seen
    return denied, against
