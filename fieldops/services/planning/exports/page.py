"""A plan as one page that needs no network: a drawn map, a table a route, and what is unserved."""

from datetime import datetime
from html import escape
from typing import Any

from fieldops.domain.planning.stored import percent_of
from fieldops.services.planning.exports.drawing import colour_of, svg
from fieldops.services.planning.exports.sheet import Sheet, SheetRoute, SheetStop

WORDS = {
    "zh": {
        "lang": "zh-CN",
        "title": "外访计划",
        "routes": "路线",
        "served": "安排",
        "unserved": "未安排",
        "kilometres": "公里",
        "hours": "工时",
        "naive": "对比人工就近排法",
        "crew": "外访员",
        "leaves": "出发",
        "returns": "返回",
        "case": "案件",
        "time": "时间",
        "reasons": "原因",
        "priority": "优先级",
        "other": "English",
        "break": "休息",
        "none": "无",
        "chance": "应门概率",
        "outcomes": "次结果",
        "objective": "目标依次为：必访 {0}/{1}，其余外访价值 {2}%，"
        "路程 {3} 公里，出动外访员 {4}/{5}",
    },
    "en": {
        "lang": "en",
        "title": "Visit plan",
        "routes": "routes",
        "served": "served",
        "unserved": "Unserved",
        "kilometres": "km",
        "hours": "hours",
        "naive": "nearest-first plan made by hand",
        "crew": "Crew",
        "leaves": "leaves",
        "returns": "returns",
        "case": "Case",
        "time": "Time",
        "reasons": "Reasons",
        "priority": "Priority",
        "other": "中文",
        "break": "break",
        "none": "none",
        "chance": "Answer",
        "outcomes": "outcomes",
        "objective": "In this order: {0} of {1} must-visits served, {2} % of the value of all "
        "others, {3} km of travel, {4} of {5} agents in use",
    },
}

CODES = {
    "no-lawful-window": ("无合法时段", "no lawful time"),
    "contact-forbidden": ("规则禁止", "forbidden by the rules"),
    "doubtful-place": ("位置不确定", "place uncertain"),
    "not-located": ("尚未定位", "not located yet"),
    "too-soon": ("距上次外访时间太短", "tried too short a time ago"),
    "not-same-day": ("与当日另一外访不可同日", "another visit of that day rules it out"),
    "max-work": ("班次工作量已满", "the shift has its full work"),
    "one-visit-a-debtor": ("同一人只访一次", "same person visited elsewhere"),
    "visit-planned": ("已有外访安排", "a visit is planned already"),
    "no-crew": ("无两人组", "no crew of two"),
    "no-shift": ("无班次", "no shift"),
    "no-skill": ("缺少技能", "no such skill"),
    "shift-full": ("班次已满", "shifts are full"),
    "max-stops": ("站点数已满", "most stops reached"),
    "too-far": ("过远", "too far"),
    "outbid": ("绕行代价过高", "detour costs more than it is worth"),
}

_STYLE = """
:root{color-scheme:light}*{box-sizing:border-box}
body{font:15px/1.5 system-ui,"PingFang SC","Microsoft YaHei","WenQuanYi Micro Hei",sans-serif;
margin:0 auto;max-width:1100px;padding:24px;color:#1c2733;background:#fff}
h1{font-size:26px;margin:0 0 4px}h2{font-size:17px;margin:28px 0 6px}
p{margin:2px 0;color:#44525f}svg{width:100%;height:auto;border:1px solid #d5dce3;border-radius:8px}
table{border-collapse:collapse;width:100%}th,td{text-align:left;padding:4px 10px 4px 0;
border-bottom:1px solid #e3e8ed;vertical-align:top}th{color:#44525f;font-weight:600}
td.n{font-variant-numeric:tabular-nums;white-space:nowrap}
.dot{display:inline-block;width:12px;height:12px;border-radius:50%;margin-right:8px}
section.route{break-inside:avoid}.en{display:none}
#en:target .en{display:block}#en:target .zh{display:none}
a{color:#0b5cad}@media print{body{padding:0;font-size:12px}nav{display:none}}
"""


def written(sheet: Sheet) -> str:
    """The page in Chinese, with the English one a click away, as HTML text."""
    title = f"{WORDS['zh']['title']} {sheet.day}"
    return (
        f'<!doctype html><html lang="zh-CN"><head><meta charset="utf-8">'
        f'<meta name="viewport" content="width=device-width,initial-scale=1">'
        f"<title>{title}</title><style>{_STYLE}</style></head>"
        f'<body><div id="en">{_side(sheet, "zh")}{_side(sheet, "en")}</div></body></html>'
    )


def _side(sheet: Sheet, language: str) -> str:
    words = WORDS[language]
    days = f" (+{sheet.days - 1})" if sheet.days > 1 else ""
    link = "#en" if language == "zh" else "#"
    routes = "".join(_route(sheet, route, words) for route in sheet.routes)
    return (
        f'<div class="{language}" lang="{words["lang"]}">'
        f'<nav><a href="{link}">{words["other"]}</a></nav>'
        f"<h1>{words['title']} {sheet.day}{days}</h1>{_summary(sheet, words)}"
        f"{svg(sheet, words['title'])}{routes}{_unserved(sheet, language)}</div>"
    )


def _summary(sheet: Sheet, words: dict[str, str]) -> str:
    own, naive = sheet.figures, sheet.figures.get("naive", {})
    line = (
        f"{own.get('routes', 0)} {words['routes']} · {own.get('served', 0)} {words['served']} · "
        f"{own.get('unserved', 0)} {words['unserved']} · "
        f"{own.get('kilometres', 0)} {words['kilometres']} · "
        f"{own.get('hours', 0)} {words['hours']}"
    )
    beside = (
        f"{words['naive']}: {naive.get('served', 0)} {words['served']}, "
        f"{naive.get('kilometres', 0)} {words['kilometres']}"
    )
    return f"<p>{escape(line)}</p>{_objective(own, words)}<p>{escape(beside)}</p>"


def _objective(figures: dict[str, Any], words: dict[str, str]) -> str:
    """What the plan was made for, in its order and in figures."""
    aim = figures.get("objective")
    if aim is None:
        return ""
    musts, agents = aim["musts"], aim["agents"]
    told = words["objective"].format(
        musts["served"],
        musts["possible"],
        percent_of(aim["value"]),
        figures.get("kilometres", 0),
        agents["served"],
        agents["possible"],
    )
    return f"<p>{escape(told)}</p>"


def _route(sheet: Sheet, route: SheetRoute, words: dict[str, str]) -> str:
    times = " · ".join(
        (
            f"{route.day}",
            f"{words['leaves']} {_clock(sheet, route.departs_at)}",
            f"{words['returns']} {_clock(sheet, route.returns_at)}",
            f"{route.metres / 1000:.1f} {words['kilometres']}",
            *(f"{words['break']} {rest['start'][11:16]}" for rest in route.breaks),
        )
    )
    rows = "".join(
        f'<tr><td class="n">{stop.sequence}</td><td class="n">{_span(sheet, stop)}</td>'
        f'<td>{escape(stop.case_number)}</td><td class="n">{stop.priority}</td>'
        f'<td class="n">{(stop.metres or 0) / 1000:.1f}</td><td>{_chance(stop, words)}</td></tr>'
        for stop in route.stops
    )
    return (
        f'<section class="route"><h2><span class="dot" style="background:'
        f'{colour_of(route.number)}"></span>{words["crew"]} {escape(" + ".join(route.crew))}</h2>'
        f"<p>{escape(times)}</p><table><thead><tr><th>#</th><th>{words['time']}</th>"
        f"<th>{words['case']}</th><th>{words['priority']}</th><th>{words['kilometres']}</th>"
        f"<th>{words['chance']}</th></tr>"
        f"</thead><tbody>{rows}</tbody></table></section>"
    )


def _chance(stop: SheetStop, words: dict[str, str]) -> str:
    found = stop.chance
    if found is None:
        return ""
    return f"{100 * found['chance']:.0f} % ({found['outcomes']} {words['outcomes']})"


def _unserved(sheet: Sheet, language: str) -> str:
    words = WORDS[language]
    if not sheet.unserved:
        return f"<h2>{words['unserved']}</h2><p>{words['none']}</p>"
    rows = "".join(
        f'<tr><td>{escape(stop.case_number)}</td><td class="n">{stop.priority}</td>'
        f"<td>{_reasons(stop, language)}</td></tr>"
        for stop in sheet.unserved
    )
    return (
        f"<h2>{words['unserved']} ({len(sheet.unserved)})</h2><table><thead><tr>"
        f"<th>{words['case']}</th><th>{words['priority']}</th><th>{words['reasons']}</th>"
        f"</tr></thead><tbody>{rows}</tbody></table>"
    )


def _reasons(stop: SheetStop, language: str) -> str:
    return escape("; ".join(_reason(one, language) for one in stop.reasons))


def _reason(reason: dict[str, object], language: str) -> str:
    code = str(reason["code"])
    told = CODES.get(code, (code, code))[0 if language == "zh" else 1]
    rules = reason.get("rules")
    listed = ", ".join(str(rule) for rule in rules) if isinstance(rules, list) else ""
    return f"{told} ({listed})" if listed else told


def _span(sheet: Sheet, stop: SheetStop) -> str:
    return f"{_clock(sheet, stop.starts_at)} - {_clock(sheet, stop.finishes_at)}"


def _clock(sheet: Sheet, at: datetime | None) -> str:
    return "" if at is None else at.astimezone(sheet.zone).strftime("%H:%M")
