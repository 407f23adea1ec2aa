"""A plan: who goes where and when, what stays unserved and why; and its JSON both ways."""

from __future__ import annotations

from dataclasses import dataclass

from routing import fields
from routing.fields import Fields

MAX_ROUTES = 20_000
MAX_LEGS = 50_000
MAX_COST = 10**15


@dataclass(frozen=True, slots=True)
class Leg:
    """The way to one stop (metres, seconds of travel) and the visit there."""

    stop: str
    arrive: int
    wait: int
    start: int
    finish: int
    metres: int
    seconds: int


@dataclass(frozen=True, slots=True)
class PlacedBreak:
    """A rest from `start` to `finish` at a stop, or (`at` None) where the route starts."""

    start: int
    finish: int
    at: str | None = None


@dataclass(frozen=True, slots=True)
class Route:
    """One shift's day, or that of two shifts travelling together (`crew`, its own one first).

    `returns` is the time of return, or of the last finish where the shift may end anywhere.
    `metres` and `seconds` count travel, the way back included; a break may lie outside
    depart..returns, when it is taken before setting out or after coming back.
    """

    shift: str
    depart: int
    returns: int
    legs: tuple[Leg, ...]
    breaks: tuple[PlacedBreak, ...] = ()
    crew: tuple[str, ...] | None = None
    metres: int = 0
    seconds: int = 0

    @property
    def shifts(self) -> tuple[str, ...]:
        """Every shift that works on this route."""
        return self.crew or (self.shift,)


@dataclass(frozen=True, slots=True)
class Reason:
    """Why a stop is unserved: a stable code, plain English, and the smallest change that helps."""

    code: str
    detail: str
    would_fit_if: str | None = None


@dataclass(frozen=True, slots=True)
class Unserved:
    """A stop that no route serves."""

    stop: str
    reasons: tuple[Reason, ...] = ()


@dataclass(frozen=True, slots=True)
class Plan:
    """Routes and unserved stops. `metres` and `seconds` are travel; waiting is not in them."""

    cost: int
    metres: int
    seconds: int
    routes: tuple[Route, ...]
    unserved: tuple[Unserved, ...] = ()
    budget_s: float | None = None
    wall_s: float = 0.0
    seed: int = 1
    engine: str = ""


def plan_to_json(plan: Plan) -> dict[str, object]:
    """The plan as `read_plan` takes it."""
    return {
        "cost": plan.cost,
        "metres": plan.metres,
        "seconds": plan.seconds,
        "budget_s": plan.budget_s,
        "wall_s": plan.wall_s,
        "seed": plan.seed,
        "engine": plan.engine,
        "routes": [_route_to_json(route) for route in plan.routes],
        "unserved": [
            {"stop": one.stop, "reasons": [_reason_to_json(reason) for reason in one.reasons]}
            for one in plan.unserved
        ],
    }


def _reason_to_json(reason: Reason) -> dict[str, object]:
    return {
        "code": reason.code,
        "detail": reason.detail,
        "would_fit_if": reason.would_fit_if,
    }


def _route_to_json(route: Route) -> dict[str, object]:
    written: dict[str, object] = {"shift": route.shift}
    if route.crew is not None:
        written["crew"] = list(route.crew)
    written |= {
        "depart": route.depart,
        "return": route.returns,
        "metres": route.metres,
        "seconds": route.seconds,
        "legs": [
            {
                "stop": leg.stop,
                "arrive": leg.arrive,
                "wait": leg.wait,
                "start": leg.start,
                "finish": leg.finish,
                "metres": leg.metres,
                "seconds": leg.seconds,
            }
            for leg in route.legs
        ],
        "breaks": [
            {"start": one.start, "finish": one.finish, "at": one.at} for one in route.breaks
        ],
    }
    return written


_count = fields.whole(0, MAX_COST)
_clock = fields.whole(-fields.MAX_SECONDS, 2 * fields.MAX_SECONDS)


def read_plan(value: object) -> Plan:
    """A decoded JSON value as a Plan; ProblemError names the first value that is wrong.

    Only the form is judged here; whether the plan keeps the problem's rules is `check`'s task.
    """
    of = Fields(value, "$")
    plan = Plan(
        cost=of.need("cost", _count),
        metres=of.need("metres", _count),
        seconds=of.need("seconds", _count),
        routes=of.need("routes", lambda one, path: fields.each(one, path, MAX_ROUTES, _read_route)),
        unserved=of.get(
            "unserved", lambda one, path: fields.each(one, path, MAX_LEGS, _read_unserved), ()
        ),
        budget_s=of.get("budget_s", fields.number(0, 1e9), None),
        wall_s=of.get("wall_s", fields.number(0, 1e9), 0.0),
        seed=of.get("seed", fields.whole(0, 2**63), 1),
        engine=of.get("engine", _engine, ""),
    )
    of.close()
    return plan


def _engine(value: object, path: str) -> str:
    return fields.text(value, path) if value else ""


def _read_route(value: object, path: str) -> Route:
    of = Fields(value, path)
    route = Route(
        shift=of.need("shift", fields.text),
        depart=of.need("depart", _clock),
        returns=of.need("return", _clock),
        legs=of.need("legs", lambda one, where: fields.each(one, where, MAX_LEGS, _read_leg)),
        breaks=of.get("breaks", lambda one, where: fields.each(one, where, 100, _read_break), ()),
        crew=of.get("crew", lambda one, where: fields.each(one, where, 2, fields.text), None),
        metres=of.get("metres", _count, 0),
        seconds=of.get("seconds", _count, 0),
    )
    of.close()
    return route


def _read_leg(value: object, path: str) -> Leg:
    of = Fields(value, path)
    leg = Leg(
        of.need("stop", fields.text),
        of.need("arrive", _clock),
        of.need("wait", _clock),
        of.need("start", _clock),
        of.need("finish", _clock),
        of.need("metres", _count),
        of.need("seconds", _count),
    )
    of.close()
    return leg


def _read_break(value: object, path: str) -> PlacedBreak:
    of = Fields(value, path)
    rest = PlacedBreak(
        of.need("start", _clock), of.need("finish", _clock), of.get("at", fields.text, None)
    )
    of.close()
    return rest


def _read_unserved(value: object, path: str) -> Unserved:
    of = Fields(value, path)
    read = Unserved(
        of.need("stop", fields.text),
        of.get("reasons", lambda one, where: fields.each(one, where, 50, _read_reason), ()),
    )
    of.close()
    return read


def _read_reason(value: object, path: str) -> Reason:
    of = Fields(value, path)
    reason = Reason(
        of.need("code", fields.text),
        of.get("detail", _words, ""),
        of.get("would_fit_if", _words, None),
    )
    of.close()
    return reason


def _words(value: object, path: str) -> str:
    return value if isinstance(value, str) else fields.text(value, path)
