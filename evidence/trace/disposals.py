"""What a disposal, a purchase or a divorce split shows by its price, day and counterparty: pure."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date

from evidence.trace.assets import AssetCase, disposed_on
from evidence.trace.model import AssetModel
from evidence.trace.observation import Observation
from evidence.trace.pricing import price_ratio
from evidence.trace.vocabulary import not_before, proofs, raising_kinds

EVENT_KINDS = {
    "debt_arose": "debt.arose",
    "default": "debt.defaulted",
    "suit_served": "suit.served",
}


@dataclass(frozen=True, slots=True)
class Ground:
    """Why a flag of this code is raised: elements shown, by which observations, of which day."""

    code: str
    shown: frozenset[str]
    observations: tuple[Observation, ...]
    on: date


def event_day(case: AssetCase, dates: Mapping[str, date], event: str) -> date | None:
    """The day of an event, from the case's dates, else from what was observed."""
    if event in dates:
        return dates[event]
    seen = case.first(EVENT_KINDS[event])
    return act_day(seen) if seen is not None else None


def act_day(o: Observation) -> date:
    """When what an observation tells was done: the day that it states, else that of the sight."""
    stated = o.data.get("disposed_on") or o.data.get("on")
    return date.fromisoformat(stated) if isinstance(stated, str) else o.observed_at.date()


def grounds(case: AssetCase, model: AssetModel, dates: Mapping[str, date]) -> list[Ground]:
    """The ground of each act of one asset; acts before the event that they must follow are out."""
    acts = [*_of_disposal(case, model), *_of_other_acts(case, model), *_of_kinds(case)]
    found = [_in_time(case, dates, one) for one in acts]
    return [one for one in found if one is not None]


def one_a_code(found: Iterable[Ground]) -> list[Ground]:
    """Grounds of one code as one: what all of them show, as of the last act."""
    merged: dict[str, Ground] = {}
    for one in found:
        known = merged.get(one.code)
        if known is not None:
            seen = (*known.observations, *one.observations)
            one = Ground(one.code, known.shown | one.shown, seen, max(known.on, one.on))
        merged[one.code] = one
    return list(merged.values())


def _in_time(case: AssetCase, dates: Mapping[str, date], ground: Ground) -> Ground | None:
    """The ground if its act may count; with the element where the earlier event is known."""
    start = not_before(ground.code)
    began = event_day(case, dates, start.event) if start is not None else None
    if start is None or began is None:
        return ground
    if ground.on < began:
        return None
    return Ground(ground.code, ground.shown | {start.element}, ground.observations, ground.on)


def _of_kinds(case: AssetCase) -> Iterator[Ground]:
    for o in case.observations:
        if o.kind in raising_kinds():
            code, shown = raising_kinds()[o.kind]
            yield Ground(code, shown, (o,), act_day(o))


def _of_disposal(case: AssetCase, model: AssetModel) -> Iterator[Ground]:
    """Codes that the disposal alone raises, by its price and the counterparty."""
    disposal = case.disposal
    if disposal is None:
        return
    ratio, kin = price_ratio(disposal.data), _related(case)
    for code, shown in _by_price(ratio, model, related=bool(kin)):
        yield Ground(code, shown | {"disposal"}, (disposal,), disposed_on(disposal))
    if kin:
        shown = frozenset(
            {"disposal", "related_party"} | ({"price_known"} if ratio is not None else set())
        )
        yield Ground("AT-RELATIVE", shown, kin, disposed_on(disposal))
    if disposal.data.get("relation") == "spouse":
        shown = frozenset({"disposal", "to_spouse"})
        yield Ground("AT-SPOUSE", shown, (disposal,), disposed_on(disposal))
    if disposal.data.get("asset_kind") == "shares":
        yield Ground("AT-SHARES", frozenset({"shares_moved"}), (disposal,), disposed_on(disposal))


def _by_price(
    ratio: float | None, model: AssetModel, *, related: bool
) -> Iterator[tuple[str, frozenset[str]]]:
    if ratio is None:
        yield "AT-NOVALUE", frozenset()
        return
    if ratio == 0:
        yield "AT-GIFT", frozenset({"no_price"})
    elif ratio < model.low_price and not related:
        yield "AT-UNDERVALUE", frozenset({"price_below_70"})
    if related and ratio < 1:
        yield "AT-UNDERVALUE-REL", frozenset({"related_party", "price_below_value"})


def _related(case: AssetCase) -> tuple[Observation, ...]:
    """What shows that the counterparty is related, the disposal first; nothing if nothing does."""
    disposal = case.disposal
    if disposal is None:
        return ()
    stated = disposal.data.get("counterparty") == "related" or "relation" in disposal.data
    kinds = proofs()["related_party"].shown_by
    others = tuple(o for o in case.observations if o.kind in kinds)
    return (disposal, *others) if stated or others else ()


def _of_other_acts(case: AssetCase, model: AssetModel) -> Iterator[Ground]:
    for o in case.all("asset.purchased"):
        ratio = price_ratio(o.data)
        if ratio is None:
            yield Ground("AT-NOVALUE", frozenset({"disposal"}), (o,), act_day(o))
        elif ratio > model.high_price:
            yield Ground("AT-OVERPAY", frozenset({"purchase", "price_above_130"}), (o,), act_day(o))
    for o in case.all("asset.divorce_split"):
        if o.data["debtor_share"] < model.lopsided_share:
            yield Ground("AT-DIVORCE", frozenset({"divorce_split", "lopsided"}), (o,), act_day(o))
