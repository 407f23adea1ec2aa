"""What a plan's figures say of its travel times: where they are from and how sure they are, as
figures and as sentences in both languages."""

from typing import Any, Final

from fieldops.domain.travel.engine import (
    AWAY,
    LATE,
    OFF_ROAD,
    REFUSED,
    UNREACHABLE,
    UNREADABLE,
    Shortfall,
)
from fieldops.domain.travel.fitting import PRIOR_LEGS, Assumed, Fitted
from fieldops.services.planning.pace import Learned, Pace
from fieldops.services.planning.travel import Laid

REASONS: Final = {
    AWAY: ("the engine did not answer", "引擎没有应答"),
    REFUSED: ("the engine refused the question", "引擎拒绝了请求"),
    UNREADABLE: ("the engine's answer could not be read", "引擎的应答无法读取"),
    LATE: ("the time for asking was up", "询问时间已用完"),
    OFF_ROAD: ("a place lies near no road", "地点附近没有道路"),
    UNREACHABLE: ("no road leads there", "没有可通行的道路"),
}


def travel_figures(laid: Laid, pace: Pace) -> dict[str, Any]:
    """The figures of travel: engine, pairs asked and remembered, what fell back on estimates and
    why, speed and detour, and what driven legs have to do with it."""
    rates = laid.rates
    fell_back = _fell_back(laid.shortfalls)
    figures: dict[str, Any] = {
        "kind": laid.kind,
        "engine": laid.engine,
        "pairs": laid.pairs,
        "asked": laid.asked,
        "cached": laid.cached,
        "sampled": laid.sampled,
        "fell_back": fell_back,
        "speed_kmh": round(rates.speed_kmh if rates else pace.speed_kmh, 2),
        "detour": round(rates.detour if rates else pace.detour, 3),
        "engine_factor": laid.factor,
        "territories": laid.territories,
        "pace": _pace_figures(pace),
        "traffic": _traffic_figures(pace),
    }
    return {**figures, "told": {"en": _english(figures), "zh-CN": _chinese(figures)}}


def _fell_back(shortfalls: list[Shortfall]) -> list[dict[str, Any]]:
    found: dict[str, dict[str, Any]] = {}
    for one in shortfalls:
        row = found.setdefault(one.reason, {"reason": one.reason, "pairs": 0, "detail": ""})
        row["pairs"] += one.pairs
        row["detail"] = row["detail"] or one.detail
    return [found[reason] for reason in sorted(found)]


def _pace_figures(pace: Pace) -> dict[str, Any]:
    learned = pace.learned or Learned(
        Assumed(pace.speed_kmh, pace.detour), Fitted(pace.speed_kmh, pace.detour, 0, 0.0)
    )
    return {
        "legs": learned.fitted.legs,
        "share": round(learned.fitted.share, 3),
        "separable": learned.fitted.is_separable,
        "prior": {
            "speed_kmh": learned.assumed.speed_kmh,
            "detour": learned.assumed.detour,
            "legs": int(PRIOR_LEGS),
        },
        "cities": {
            city or "?": {
                "speed_kmh": round(one.speed_kmh, 1),
                "detour": round(one.detour, 3),
                "legs": one.legs,
                "share": round(one.share, 3),
            }
            for city, one in learned.cities.items()
        },
        "dropped": dict(learned.dropped),
    }


def _traffic_figures(pace: Pace) -> dict[str, Any]:
    learned = pace.learned
    return {
        "days": "weekend" if learned and learned.is_weekend else "working-day",
        "applied": [list(one) for one in pace.traffic],
        "bands": [
            {"from": one.since, "to": one.until, "factor": one.factor, "legs": one.legs}
            for one in (learned.bands if learned else ())
        ],
    }


def _english(of: dict[str, Any]) -> list[str]:
    speed = f"{of['speed_kmh']:g} km/h, roads {of['detour']:g} times the straight line"
    if of["kind"] == "matrix":
        said = [f"Travel times from {of['engine']} for {of['pairs']:,} pairs of places."]
    elif of["kind"] == "sampled":
        fitted = f"fitted to {of['sampled']:,} pairs from {of['engine']}"
        said = [f"Too many places to ask for all: estimated ({speed}), {fitted}."]
    elif of["engine"]:
        said = [f"Estimated travel times ({speed}): {of['engine']} gave no answer."]
    else:
        said = [f"Estimated travel times ({speed}); no road engine is set."]
    for one in of["fell_back"]:
        said.append(f"Estimated instead for {one['pairs']:,} pairs: {REASONS[one['reason']][0]}.")
    if of["engine_factor"] != 1.0:
        said.append(f"The engine's times are multiplied by {of['engine_factor']:g}.")
    return [*said, _legs_in_english(of["pace"])]


def _legs_in_english(pace: dict[str, Any]) -> str:
    prior = pace["prior"]
    assumed = f"{prior['speed_kmh']:g} km/h and {prior['detour']:g}"
    if not pace["legs"]:
        return f"No driven legs yet; assumed: {assumed}."
    return (
        f"Rests on {pace['legs']:,} driven legs ({pace['share']:.0%}) and on what is assumed "
        f"({assumed}, worth {prior['legs']} legs)."
        + (
            ""
            if pace["separable"]
            else " Speed and detour are not told apart, only their quotient."
        )
    )


def _chinese(of: dict[str, Any]) -> list[str]:
    speed = f"{of['speed_kmh']:g} 公里/小时，路程为直线的 {of['detour']:g} 倍"
    if of["kind"] == "matrix":
        said = [f"{of['pairs']:,} 对地点的行程时间来自 {of['engine']}。"]
    elif of["kind"] == "sampled":
        fitted = f"按 {of['engine']} 的 {of['sampled']:,} 对抽样拟合"
        said = [f"地点太多，未逐对询问：{fitted}估算（{speed}）。"]
    elif of["engine"]:
        said = [f"行程时间为估算（{speed}）：{of['engine']} 没有给出结果。"]
    else:
        said = [f"行程时间为估算（{speed}）；未设置道路引擎。"]
    for one in of["fell_back"]:
        said.append(f"{one['pairs']:,} 对改用估算：{REASONS[one['reason']][1]}。")
    if of["engine_factor"] != 1.0:
        said.append(f"引擎的时间乘以 {of['engine_factor']:g}。")
    return [*said, _legs_in_chinese(of["pace"])]


def _legs_in_chinese(pace: dict[str, Any]) -> str:
    prior = pace["prior"]
    assumed = f"{prior['speed_kmh']:g} 公里/小时、{prior['detour']:g} 倍"
    if not pace["legs"]:
        return f"尚无实际行程；按假定值：{assumed}。"
    return (
        f"依据 {pace['legs']:,} 段实际行程（占 {pace['share']:.0%}）和假定值"
        f"（{assumed}，相当于 {prior['legs']} 段）。"
        + ("" if pace["separable"] else "速度与绕行倍数无法分开，只知其商。")
    )
