"""Puts what was found out about an unserved stop into reasons, the decisive one first."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np

from routing.draft import Draft
from routing.plan import Reason
from routing.reasons.advice import Advice, Outbid
from routing.reasons.blunt import hopeless, names, pinned
from routing.reasons.study import AT, CODES, ROOM, Codes, Study

GROUPS = {
    "shift-full": "have no time left for it",
    "max-work": "have their full work",
    "load-full": "cannot carry its demand",
    "not-same-day": "work on a day with a stop that it may not share it with",
    "not-with": "visit a stop that it may not be on one route with",
    "max-stops": "have their full number of stops",
    "too-far": "could not serve it even with nothing else to do",
    "no-lawful-window": "do not work during its windows",
    "too-early": "work on a day that is too early for it",
    "no-crew": "have too few people for it",
    "no-skill": "lack its skills",
    "pinned-impossible": "are not the shift that it is pinned to",
}

ROOM_DETAILS = {
    "max-stops": (
        "every shift that could serve it has its full number of stops ({})",
        "one of {} might serve one stop more",
    ),
    "not-with": (
        "every shift that could serve it visits a stop it may not be on one route with",
        "that stop were on another route",
    ),
    "not-same-day": (
        "on every day of a suitable shift a stop is visited that it may not share it with",
        "that stop were visited on another day",
    ),
    "max-work": (
        "every shift that could serve it has its full work ({})",
        "one of {} might work longer",
    ),
    "load-full": ("no suitable shift can carry its demand", "a load were larger"),
}


class Teller:
    """Gives the reasons for stops of one draft."""

    def __init__(self, draft: Draft) -> None:
        self._draft = draft
        self._study = Study(draft)
        self._advice = Advice(self._study)

    def block(self, stops: Sequence[int]) -> dict[int, tuple[Reason, ...]]:
        """The reasons for each of these unserved stops."""
        draft = self._draft
        told: dict[int, list[Reason]] = {}
        for stop in stops:
            blunt = hopeless(draft, stop, draft.problem.stops[stop])
            if blunt:
                told[stop] = [self._with_crew(stop, blunt[0])]
        rest = [stop for stop in stops if stop not in told]
        if rest:
            found = self._study.block(rest)
            decisive = self._decisive(rest, found.codes, found.cost.min(axis=1).tolist())
            outbid = self._outbid(rest, [reason.code for reason in decisive])
            for at, (stop, first) in enumerate(zip(rest, decisive, strict=True)):
                groups = self._groups(found.codes[at], first.code)
                told[stop] = [first, *outbid.get(stop, ()), *groups]
        return {stop: tuple(reasons) for stop, reasons in told.items()}

    def _with_crew(self, stop: int, reason: Reason) -> Reason:
        if reason.code != "no-crew":
            return reason
        pair = self._advice.crew(stop)
        return Reason(reason.code, reason.detail, pair or reason.would_fit_if)

    def _decisive(self, stops: Sequence[int], codes: Codes, costs: Sequence[int]) -> list[Reason]:
        """The first reason of each stop."""
        kinds = [self._kind(stop, codes[at]) for at, stop in enumerate(stops)]
        helped = self._helped(stops, codes, kinds)
        made: list[Reason] = []
        for at, (stop, kind) in enumerate(zip(stops, kinds, strict=True)):
            if kind == "fits":
                made.append(self._too_dear(stop, int(costs[at])))
            elif kind in ROOM:
                made.append(self._no_room(kind, codes[at]))
            elif kind == "pinned-impossible":
                made.append(pinned(self._draft.problem.stops[stop]))
            else:
                made.append(self._no_time(stop, kind, codes[at], helped.get(stop)))
        return made

    def _kind(self, stop: int, codes: Codes) -> str:
        """The code that decides: what keeps it out where least keeps it out."""
        one = self._draft.problem.stops[stop]
        here = {CODES[code] for code in np.unique(codes).tolist()}
        held = one.pinned is not None and one.pinned.sequence is not None
        if held and not here.isdisjoint({"fits", "shift-full", *ROOM}):
            return "pinned-impossible"
        for kind in ("fits", "shift-full", *ROOM):
            if kind in here:
                return kind
        if "too-far" in here:
            return "too-far" if one.pinned is None else "pinned-impossible"
        return "no-lawful-window"

    def _helped(
        self, stops: Sequence[int], codes: Codes, kinds: Sequence[str]
    ) -> dict[int, str | None]:
        """For stops that lack time the smallest change of a shift or a window."""
        helped: dict[int, str | None] = {}
        for kind in ("shift-full", "too-far"):
            rows = [at for at, own in enumerate(kinds) if own == kind]
            if rows:
                asked, fit = [stops[at] for at in rows], codes[rows] == AT[kind]
                helped |= dict(zip(asked, self._advice.later(asked, fit), strict=True))
                rows = [at for at in rows if helped[stops[at]] is None]
                asked, fit = [stops[at] for at in rows], codes[rows] == AT[kind]
                helped |= dict(zip(asked, self._advice.other_window(asked, fit), strict=True))
        return helped

    def _too_dear(self, stop: int, cost: int) -> Reason:
        one = self._draft.problem.stops[stop]
        return Reason(
            "outbid",
            f"the cheapest detour to it costs {cost}, leaving it out {one.value}: "
            f"{cost - one.value} more than it is worth",
            f"its prize were above {cost}",
        )

    def _no_room(self, kind: str, codes: Codes) -> Reason:
        teams = np.flatnonzero(codes == AT[kind]).tolist()
        detail, help_ = ROOM_DETAILS[kind]
        shifts = names(self._draft, teams)
        return Reason(kind, detail.format(shifts), help_.format(shifts))

    def _no_time(self, stop: int, kind: str, codes: Codes, help_: str | None) -> Reason:
        draft = self._draft
        teams = np.flatnonzero(codes == AT[kind]).tolist()
        if kind == "shift-full":
            count = f"any of the {len(teams)} shifts" if len(teams) > 1 else "the only shift"
            return Reason(kind, f"no time is left for it in {count} that could serve it", help_)
        if kind == "too-far":
            way = min(draft.ground.seconds(draft.teams[team].start, stop) for team in teams)
            return Reason(
                kind,
                "even with nothing else to do nobody could serve it: "
                f"the nearest start is {way} s away",
                help_,
            )
        return Reason(
            kind,
            "none of its windows holds its service within the hours of a suitable shift",
            "a suitable shift worked during one of its windows",
        )

    def _outbid(self, stops: Sequence[int], kinds: Sequence[str]) -> dict[int, list[Reason]]:
        """For stops that are crowded out the visit that would have to go, and its price."""
        crowded = [
            stop
            for stop, kind in zip(stops, kinds, strict=True)
            if kind == "shift-full" or kind in ROOM
        ]
        found = self._advice.outbid(crowded) if crowded else []
        return {
            stop: [self._price(stop, one)]
            for stop, one in zip(crowded, found, strict=True)
            if one is not None
        }

    def _price(self, stop: int, one: Outbid) -> Reason:
        stops = self._draft.problem.stops
        old, shift = stops[one.old], names(self._draft, [one.team])
        short = one.price - stops[stop].value
        means = f"loses {short} more than it gains" if short > 0 else f"gains {-short}"
        return Reason(
            "outbid",
            f"to serve it in place of {old.id} (worth {old.value}) on {shift} {means}",
            f"its prize were above {max(one.price, 0)}, or {old.id} were left out of {shift}",
        )

    def _groups(self, codes: Codes, decisive: str) -> Iterator[Reason]:
        """The other things that keep it out, with the shifts that each concerns."""
        for code in np.unique(codes).tolist():
            kind = CODES[code]
            if kind in (decisive, "fits"):
                continue
            teams = np.flatnonzero(codes == code).tolist()
            count = f"{len(teams)} of {len(codes)} shifts"
            yield Reason(kind, f"{count} {GROUPS[kind]} ({names(self._draft, teams)})")
