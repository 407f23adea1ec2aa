"""Who held what from when until when, and to whom it went: intervals read off the observations.

Nothing is kept but the observations; an interval is what they amount to. Which of them are given
decides what was known (time of recording); `held_on` asks what was true (time of the world).
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from itertools import groupby
from typing import Any

from evidence.trace.disposals import act_day
from evidence.trace.observation import Observation
from evidence.trace.pricing import price_ratio
from evidence.trace.replay import once

DEBTOR = "debtor"
_BEGINS = ("asset.owned", "asset.purchased", "employment.held", "company.post_held")
_LEAVES = ("employment.ended", "company.post_left")
_HANDS_OVER = ("asset.disposed", "asset.registered_to_spouse", "company.shares_transferred")
_KIND_OF = {
    "vehicle": "vehicle",
    "employment": "employment",
    "company.post_held": "post",
    "company.post_left": "post",
    "company.shares_transferred": "shares",
}


@dataclass(frozen=True, slots=True)
class Holding:
    """That somebody held an asset, a post or an employment from a day until the day of another.

    `holder` is DEBTOR or the id of the observation that names him. A day is None where nobody
    stated it: then `seen_on` are the first and last days on which he was seen to hold it.
    `ended_by` and `denied_by` are ids as `shown_by` are.
    """

    asset: str
    kind: str
    holder: str
    relation: str
    since: date | None
    until: date | None
    seen_on: tuple[date, date]
    shown_by: tuple[str, ...]
    ended_by: tuple[str, ...] = ()
    denied_by: tuple[str, ...] = ()

    def covers(self, day: date) -> bool:
        """Whether the holding is held to have stood at the beginning of a day."""
        begun = self.since if self.since is not None else self.seen_on[0]
        return begun <= day and (self.until is None or day < self.until)


@dataclass(frozen=True, slots=True)
class Transfer:
    """An act by which an asset left the debtor: to whom, for what, and how that compares.

    `relation` is the nearest that is stated: a relation of kin, else related, unrelated or unknown.
    """

    asset: str
    kind: str
    on: date
    relation: str
    price: str | None
    valuation: dict[str, Any] | None
    ratio: float | None
    shown_by: tuple[str, ...]
    denied_by: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Ownership:
    """The holdings of one person's assets in order of asset and day, and the transfers."""

    holdings: tuple[Holding, ...] = ()
    transfers: tuple[Transfer, ...] = ()

    def held_on(self, day: date) -> tuple[Holding, ...]:
        """The holdings that stood on a day."""
        return tuple(one for one in self.holdings if one.covers(day))


@dataclass(slots=True)
class _Told:
    """What was said of one asset, in order of the days of the acts."""

    affirmed: list[Observation] = field(default_factory=list)
    denied: list[Observation] = field(default_factory=list)


def ownership(observations: Iterable[Observation]) -> Ownership:
    """The intervals that these observations of one person amount to, whatever their order."""
    told: defaultdict[tuple[str, str], _Told] = defaultdict(_Told)
    for o in sorted(once(observations), key=lambda o: (_day(o), o.observed_at, o.id)):
        if o.asset is not None and o.kind in (*_BEGINS, *_LEAVES, *_HANDS_OVER):
            which = told[o.asset, str(o.data.get("post", ""))]
            (which.denied if o.denied else which.affirmed).append(o)
    holdings: list[Holding] = []
    transfers: list[Transfer] = []
    for (asset, _), about in sorted(told.items()):
        kind = _asset_kind([*about.affirmed, *about.denied])
        gone = list(_transfers(asset, kind, about))
        holdings += _denied(_holdings(asset, kind, about.affirmed, gone), about.denied)
        transfers += gone
    return Ownership(tuple(holdings), tuple(transfers))


def _day(o: Observation) -> date:
    """The day from which on the world is as the observation says, as far as it says so."""
    if o.kind in _LEAVES:
        return o.valid_until or o.valid_from or act_day(o)
    return o.valid_from or act_day(o) if o.kind in _BEGINS else act_day(o)


def _asset_kind(told: Sequence[Observation]) -> str:
    for o in reversed(told):
        stated = o.data.get("asset_kind")
        if isinstance(stated, str) and stated:
            return stated
    named = (_KIND_OF.get(o.kind) or _KIND_OF.get(o.kind.partition(".")[0]) for o in told)
    return next((kind for kind in named if kind), "")


def _transfers(asset: str, kind: str, about: _Told) -> Iterator[Transfer]:
    """One transfer a day of act, however many told of it."""
    acts = [o for o in about.affirmed if o.kind in _HANDS_OVER]
    against = tuple(o.id for o in about.denied if o.kind in _HANDS_OVER)
    for on, told in groupby(acts, key=act_day):
        seen = list(told)
        priced = [o for o in seen if price_ratio(o.data) is not None] or seen
        data = priced[-1].data
        yield Transfer(
            asset=asset,
            kind=kind,
            on=on,
            relation=_relation(seen),
            price=data.get("price"),
            valuation=data.get("valuation"),
            ratio=price_ratio(data),
            shown_by=tuple(o.id for o in seen),
            denied_by=against,
        )


def _relation(acts: Sequence[Observation]) -> str:
    """The nearest relation that is stated; the last word where there are several."""
    if any(o.kind == "asset.registered_to_spouse" for o in acts):
        return "spouse"
    kin = [o.data["relation"] for o in acts if "relation" in o.data]
    named = [o.data.get("counterparty", "unknown") for o in acts]
    known = [one for one in named if one != "unknown"]
    return str((kin or known or named)[-1])


def _holdings(
    asset: str, kind: str, told: Sequence[Observation], gone: Sequence[Transfer]
) -> Iterator[Holding]:
    """The debtor's holdings and those of his counterparties, one after another."""
    of_act = {one: transfer for transfer in gone for one in transfer.shown_by}
    current: Holding | None = None
    for o in told:
        if current is not None and (same := _said_again(current, o)) is not None:
            current = same
            continue
        if current is not None:
            yield _ended(current, _day(o), (o.id,))
        elif o.kind not in _BEGINS:
            yield _before(asset, kind, o)
        current = _begun(asset, kind, o) if o.kind in _BEGINS else _taken(of_act.get(o.id), o)
    if current is not None:
        yield current


def _said_again(current: Holding, o: Observation) -> Holding | None:
    """The present holding where the observation begins and ends nothing, else None."""
    if o.id in current.shown_by:
        # Another word of the act by which the present holder came by it.
        return current
    if o.kind not in _BEGINS:
        return None
    if current.holder == DEBTOR:
        is_over = current.until is not None and current.until <= _day(o)
        return None if is_over else _seen_again(current, o)
    if o.kind == "asset.purchased" or o.valid_from is not None:
        return None
    # A register that still names the debtor afterwards brings nothing back: it contradicts.
    return replace(current, denied_by=(*current.denied_by, o.id))


def _begun(asset: str, kind: str, o: Observation) -> Holding:
    exact = o.valid_from or (act_day(o) if o.kind == "asset.purchased" else None)
    seen = o.observed_at.date()
    return Holding(asset, kind, DEBTOR, "", exact, o.valid_until, (exact or seen, seen), (o.id,))


def _seen_again(holding: Holding, o: Observation) -> Holding:
    seen = o.observed_at.date()
    return replace(
        holding,
        until=o.valid_until or holding.until,
        seen_on=(min(holding.seen_on[0], seen), max(holding.seen_on[1], seen)),
        shown_by=(*holding.shown_by, o.id),
    )


def _ended(holding: Holding, on: date, ended_by: tuple[str, ...]) -> Holding:
    """The holding with its end, unless an earlier one is stated."""
    if holding.until is not None and holding.until <= on:
        return holding
    return replace(holding, until=on, ended_by=ended_by)


def _before(asset: str, kind: str, o: Observation) -> Holding:
    """Who hands something over, or leaves it, had it until then."""
    eve = _day(o) - timedelta(days=1)
    return Holding(asset, kind, DEBTOR, "", None, _day(o), (eve, eve), (o.id,), (o.id,))


def _taken(transfer: Transfer | None, named_by: Observation) -> Holding | None:
    if transfer is None:
        return None
    return Holding(
        asset=transfer.asset,
        kind=transfer.kind,
        holder=named_by.id,
        relation=transfer.relation,
        since=transfer.on,
        until=None,
        seen_on=(transfer.on, transfer.on),
        shown_by=transfer.shown_by,
        denied_by=transfer.denied_by,
    )


def _denied(holdings: Iterable[Holding], denials: Sequence[Observation]) -> Iterator[Holding]:
    """The holdings with what says on one of their days that the debtor does not hold it."""
    no = [o for o in denials if o.kind in _BEGINS]
    for one in holdings:
        against = tuple(o.id for o in no if one.holder == DEBTOR and one.covers(_day(o)))
        yield replace(one, denied_by=against) if against else one
