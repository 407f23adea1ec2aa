"""What a debtor owns, from when to when, to whom it goes, and what is seen of that."""

import random
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from fieldops.drills.world.habits import Habits
from fieldops.drills.world.lives import Kind, Life
from fieldops.drills.world.sighting import Sighting

_KINDS = ("real_estate", "vehicle", "company_share", "equipment")
_OWNED_SINCE = -28.0


@dataclass(frozen=True, slots=True)
class Property:
    """One asset with its interval of ownership in weeks; `until` is None while he keeps it."""

    asset: str
    person: str
    kind: str
    since: float
    until: float | None
    evasive: bool
    demanded: float


def owned(chance: random.Random, life: Life, habits: Habits) -> list[Property]:
    """Draw what the debtor owns; evaders and companies own more, and move it when pressed."""
    evader = life.kind in (Kind.EVADES, Kind.COMPANY)
    if chance.random() >= habits["assets.evader_owns" if evader else "assets.owns"]:
        return []
    weeks = len(life.states)
    demanded = chance.uniform(-10, 0.6 * weeks)
    count = 2 if chance.random() < habits["assets.second"] else 1
    return [
        _draw(chance, f"{life.person}-x{n}", life, habits, demanded, evader=evader)
        for n in range(count)
    ]


def _draw(
    chance: random.Random, name: str, life: Life, habits: Habits, demanded: float, *, evader: bool
) -> Property:
    weeks = len(life.states)
    evasive = chance.random() < habits[f"assets.evasive_{'evader' if evader else 'other'}"]
    until = chance.uniform(0, weeks)
    if evasive and chance.random() < habits["assets.after_demand_if_evasive"]:
        until = demanded + chance.uniform(-6, 36)
    kept = chance.random() >= habits["assets.disposes"] or not 0 <= until < weeks - 4
    kind = "company_share" if life.is_company else chance.choice(_KINDS)
    ends = None if kept else until
    return Property(name, life.person, kind, _OWNED_SINCE, ends, evasive and not kept, demanded)


def seen_of(
    chance: random.Random, one: Property, habits: Habits, start: datetime
) -> Iterator[Sighting]:
    """What is recorded of an asset that was disposed of; of one that is kept, nothing."""
    if one.until is None:
        return
    known = one.until + chance.uniform(0.5, 6)
    told = _Teller(one.asset, known)
    owned_kind = {"asset_kind": one.kind}
    yield Sighting(
        "asset.owned", "registry", "registry", one.since, one.since, one.asset, owned_kind
    )
    yield told.of("debt.demand_served", "creditor", one.demanded)
    yield told.of("asset.disposed", "registry", one.until, **_terms(chance, one, habits, start))
    likely = "evasive" if one.evasive else "honest"
    if chance.random() < habits[f"assets.over_indebted_if_{likely}"]:
        yield told.of("debtor.debts_exceed_assets", "creditor", known)
    if chance.random() < habits[f"assets.second_disposal_if_{likely}"]:
        yield told.of("asset.other_disposal_within_6_months", "registry", known)
    if chance.random() < habits["assets.mortgaged"]:
        yield told.of("asset.mortgaged_before", "registry", known)
    if chance.random() < habits["assets.listing_known"]:
        listed = chance.random() < habits[f"assets.listed_if_{likely}"]
        kind = "asset.was_listed_for_sale" if listed else "asset.was_not_listed"
        yield told.of(kind, "public_notice", known)
    if one.kind in ("vehicle", "real_estate") and chance.random() < habits["assets.use_seen"]:
        still = one.evasive and chance.random() < habits["assets.still_used_if_evasive"]
        kind = "asset.still_used_by_debtor" if still else "asset.not_used_by_debtor"
        yield told.of(kind, "agent", known + chance.uniform(0, 4))


def _terms(
    chance: random.Random, one: Property, habits: Habits, start: datetime
) -> dict[str, object]:
    likely = "evasive" if one.evasive else "honest"
    related = chance.random() < habits[f"assets.related_if_{likely}"]
    cheap = chance.random() < habits[f"assets.cheap_if_{likely}"]
    ratio = round(chance.uniform(0.0, 0.65) if cheap else chance.uniform(0.72, 1.1), 2)
    counterparty = "related" if related else "unrelated"
    if chance.random() >= habits["assets.known_counterparty"]:
        counterparty = "unknown"
    return {
        "asset_kind": one.kind,
        "disposed_on": (start + timedelta(weeks=one.until or 0.0)).date().isoformat(),
        "counterparty": counterparty,
        "price_ratio": ratio if chance.random() < habits["assets.price_known"] else None,
    }


@dataclass(frozen=True, slots=True)
class _Teller:
    """Sightings of one asset; nothing of its disposal is recorded before the disposal is known."""

    asset: str
    known: float

    def of(self, kind: str, source: str, at: float, **data: object) -> Sighting:
        source_id = "creditor" if source == "creditor" else f"{source}-records"
        recorded = at if kind == "debt.demand_served" else max(at, self.known)
        return Sighting(kind, source, source_id, at, recorded, self.asset, data)
