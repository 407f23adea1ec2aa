"""The evasion score of a disposed asset: a prior and logged weights whose sum is the answer."""

import math
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime

from evidence.trace.belief import DECIBAN
from evidence.trace.model import AssetModel
from evidence.trace.observation import Observation
from evidence.trace.pricing import price_ratio
from evidence.trace.replay import once
from evidence.trace.vocabulary import OF_THE_PERSON

DAYS_PER_MONTH = 30.4
# Kinds that say what the disposal itself may say of the counterparty: one sign by either way.
_SAME_SIGN = {
    "counterparty.is_relative": "counterparty_related",
    "counterparty.is_affiliate": "counterparty_related",
    "counterparty.shares_phone": "counterparty_related",
    "counterparty.shares_address": "counterparty_related",
    "counterparty.shares_lawyer": "counterparty_related",
    "counterparty.is_independent": "counterparty_unrelated",
}


@dataclass(frozen=True, slots=True)
class AssetCase:
    """Everything recorded by a date about one asset, in order of observation."""

    asset: str
    person: str
    observations: tuple[Observation, ...]
    # What somebody said not to be so: no ground and no weight, but it contradicts.
    denials: tuple[Observation, ...] = ()

    @property
    def disposal(self) -> Observation | None:
        """The disposal as last observed, or None."""
        return next((o for o in reversed(self.observations) if o.kind == "asset.disposed"), None)

    def first(self, kind: str) -> Observation | None:
        """The earliest observation of a kind."""
        return next((o for o in self.observations if o.kind == kind), None)

    def all(self, kind: str) -> tuple[Observation, ...]:
        """All observations of a kind."""
        return tuple(o for o in self.observations if o.kind == kind)


@dataclass(frozen=True, slots=True)
class Sign:
    """One line of the score: what was seen, its decibans, the share kept and why."""

    sign: str
    decibans: float
    share: float
    reason: str
    observation: Observation


@dataclass(frozen=True, slots=True)
class AssetScore:
    """p_evasive with the prior and the signs that add up to it (decibans)."""

    case: AssetCase
    prior: float
    signs: tuple[Sign, ...]

    @property
    def decibans(self) -> float:
        """The sum: 10 log10 of the odds of evasion."""
        return self.prior + sum(sign.decibans for sign in self.signs)

    @property
    def p_evasive(self) -> float:
        """Probability that the disposal was meant to evade."""
        return 1.0 / (1.0 + math.exp(-self.decibans / DECIBAN))


def asset_cases(
    observations: Iterable[Observation], as_of: datetime | None = None
) -> dict[str, AssetCase]:
    """Cases by asset of what was recorded by `as_of` (everything if None)."""
    by_asset: defaultdict[str, list[Observation]] = defaultdict(list)
    by_person: defaultdict[str, list[Observation]] = defaultdict(list)
    for o in once(observations):
        if as_of is not None and o.recorded_at > as_of:
            continue
        if (name := subject(o)) is not None:
            by_asset[name].append(o)
        elif o.kind in OF_THE_PERSON:
            by_person[o.person].append(o)
    return {name: _case(name, by_asset[name], by_person) for name in sorted(by_asset)}


def subject(o: Observation) -> str | None:
    """What an observation is about: the asset it names, or the premises at its address."""
    if o.asset is None and o.kind.startswith("premises."):
        return o.address
    return o.asset


def _case(
    name: str, seen: list[Observation], by_person: Mapping[str, list[Observation]]
) -> AssetCase:
    ordered = sorted(seen, key=lambda o: (o.observed_at, o.id))
    owner = next((o for o in ordered if o.kind in ("asset.owned", "asset.disposed")), ordered[0])
    everything = ordered + by_person.get(owner.person, [])
    everything.sort(key=lambda o: (o.observed_at, o.id))
    affirmed = tuple(o for o in everything if not o.denied)
    return AssetCase(name, owner.person, affirmed, tuple(o for o in everything if o.denied))


def disposed_on(disposal: Observation) -> date:
    """The day of the act; parsing has made sure that it is a date."""
    return date.fromisoformat(disposal.data["disposed_on"])


def score(model: AssetModel, case: AssetCase) -> AssetScore:
    """Weigh every sign of a disposed asset; without a disposal only the prior and what was seen."""
    prior = DECIBAN * math.log(model.prior / (1.0 - model.prior))
    signs: list[Sign] = []
    heard: dict[str, set[str]] = defaultdict(set)
    for name, observation in _signs(model, case):
        weight = model.weights.get(name)
        if weight is not None:
            share, reason = _share(model, heard[name], observation.group)
            signs.append(Sign(name, weight.decibans * share, share, reason, observation))
    return AssetScore(case, prior, tuple(signs))


def _share(model: AssetModel, heard: set[str], group: str) -> tuple[float, str]:
    """The same sign twice from one source adds nothing; from another source a little."""
    if group in heard:
        return 0.0, "same source again"
    heard.add(group)
    share = model.repeat_ratio ** (len(heard) - 1)
    return share, "" if share == 1.0 else "already known from another source"


def _signs(model: AssetModel, case: AssetCase) -> Iterator[tuple[str, Observation]]:
    disposal = case.disposal
    if disposal is not None:
        yield from _disposal_signs(model, case, disposal)
    for o in case.observations:
        if o.kind != "asset.disposed":
            yield _SAME_SIGN.get(o.kind, o.kind), o


def _disposal_signs(
    model: AssetModel, case: AssetCase, disposal: Observation
) -> Iterator[tuple[str, Observation]]:
    yield f"counterparty_{disposal.data.get('counterparty', 'unknown')}", disposal
    ratio = price_ratio(disposal.data)
    if ratio is not None:
        yield _price_sign(model, ratio), disposal
    demand, suit = case.first("debt.demand_served"), case.first("suit.served")
    if demand is not None:
        yield _timing_sign(model, disposed_on(disposal), demand.observed_at), demand
    judgment = case.first("judgment.entered")
    if suit is not None and disposed_on(disposal) >= suit.observed_at.date():
        yield "after_suit", suit
    if judgment is not None and disposed_on(disposal) >= judgment.observed_at.date():
        yield "after_judgment", judgment


def _price_sign(model: AssetModel, ratio: float) -> str:
    if ratio == 0:
        return "price_none"
    if ratio < model.low_price:
        return "price_low"
    return "price_fair" if ratio >= model.fair_price else "price_middling"


def _timing_sign(model: AssetModel, act: date, demand: datetime) -> str:
    months = (act - demand.date()).days / DAYS_PER_MONTH
    if months < -model.months_before_demand:
        return "long_before_demand"
    return "around_demand" if months <= model.months_after_demand else "long_after_demand"
