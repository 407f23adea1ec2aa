"""An audit from the tables alone: what a regulator's expert would count, by his own arithmetic.

It knows nothing of the rulebook or of the services: hours, crews, caps and holds are read from the
law's text and from the rows. What breaks a policy of the house is no breach where the office that
may lift it let this very visit through beforehand, in the time for which it was said.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import text
from sqlalchemy.orm import Session

ZONE = ZoneInfo("Asia/Shanghai")
MET = ("met_debtor", "promise", "payment", "refused")
Row = Mapping[str, Any]
Finding = tuple[Row, str, str]


def breaches(session: Session) -> Counter[str]:
    """How often each limit of Chinese law and of the house's policy was passed."""
    found: Counter[str] = Counter()
    visits = _rows(session, "SELECT * FROM visit WHERE arrived_at IS NOT NULL")
    excused = _excused(session, visits)
    for of_policy in (_at_unwanted_hours(visits), _too_often(visits), _while_held(session, visits)):
        found.update(text for visit, rule, text in of_policy if (visit["id"], rule) not in excused)
    found.update(_at_unlawful_hours(visits))
    found.update(_by_the_wrong_people(session, visits))
    found.update(_overrides(session))
    found.update(_calls(session))
    return found


def _at_unlawful_hours(visits: Iterable[Row]) -> Iterable[str]:
    for visit in visits:
        begin, end = _local(visit["arrived_at"]), _local(visit["left_at"] or visit["arrived_at"])
        opens, closes = _minute(begin), _minute(end)
        if opens < 8 * 60 or closes > 22 * 60:
            yield "a visit at night"


def _at_unwanted_hours(visits: Iterable[Row]) -> Iterable[Finding]:
    for visit in visits:
        begin, end = _local(visit["arrived_at"]), _local(visit["left_at"] or visit["arrived_at"])
        opens, closes = _minute(begin), _minute(end)
        if opens < 8 * 60 + 30 or closes > 20 * 60 + 30:
            yield visit, "CN-TIME-P", "a visit outside the house's hours"
        if opens < 14 * 60 and closes > 12 * 60:
            yield visit, "CN-TIME-P", "a visit at noon"


def _too_often(visits: Iterable[Row]) -> Iterable[Finding]:
    of_debtor: defaultdict[object, list[Row]] = defaultdict(list)
    for visit in visits:
        of_debtor[visit["debtor_id"]].append(visit)
    for those in of_debtor.values():
        those.sort(key=lambda one: _local(one["arrived_at"]))
        for n, visit in enumerate(those):
            at = _local(visit["arrived_at"])
            before = [(_local(one["arrived_at"]), one["outcome"] in MET) for one in those[:n]]
            if any(earlier.date() == at.date() for earlier, _ in before):
                yield visit, "CN-FREQ-03", "two visits in a day"
            if any(met and at - earlier < timedelta(days=7) for earlier, met in before):
                yield visit, "CN-FREQ-03", "a visit within seven days after the debtor was met"
            if sum(at - earlier < timedelta(days=30) for earlier, _ in before) > 2:
                yield visit, "CN-FREQ-03", "a fourth visit in thirty days"


def _by_the_wrong_people(session: Session, visits: Iterable[Row]) -> Iterable[str]:
    agents = {row["id"]: row for row in _rows(session, "SELECT * FROM agent")}
    roles = {row["id"]: row["role"] for row in _rows(session, "SELECT id, role FROM party")}
    came: defaultdict[object, set[object]] = defaultdict(set)
    for row in _rows(session, "SELECT visit_id, agent_id FROM arrival"):
        came[row["visit_id"]].add(row["agent_id"])
    for visit in visits:
        if roles[visit["party_id"]] not in ("debtor", "guarantor"):
            yield "a visit to somebody who owes nothing"
        flaws = str(visit["remarks"])
        if visit["outcome"] and len(came[visit["id"]]) < 2 and "CN-CREW-01" not in flaws:
            yield "a visit by one that nobody was told of"
        for agent_id in came[visit["id"]]:
            until = agents[agent_id]["trained_until"]
            on = _local(visit["arrived_at"]).date()
            if until is None or date.fromisoformat(str(until)) < on:
                yield "a visit by somebody whose training has lapsed"
            if not agents[agent_id]["background_ok"]:
                yield "a visit by somebody with a record"


def _while_held(session: Session, visits: Iterable[Row]) -> Iterable[Finding]:
    holds = _rows(session, "SELECT * FROM hold WHERE kind <> 'legal'")
    for visit in visits:
        at = _local(visit["arrived_at"])
        for hold in holds:
            whom = "person_id" if hold["scope"] == "person" else "case_id"
            whose = visit["debtor_id"] if hold["scope"] == "person" else visit["case_id"]
            ends = [_local(hold[name]) for name in ("ends_at", "lifted_at") if hold[name]]
            if hold[whom] == whose and _local(hold["starts_at"]) <= at < min(ends, default=_NEVER):
                rule = _HOLD_RULES.get(str(hold["kind"]), "")
                yield visit, rule, f"a visit during a hold ({hold['kind']})"


def _excused(session: Session, visits: Iterable[Row]) -> set[tuple[object, str]]:
    """The rules against which an office let a visit through, before it and for its whole time."""
    of_visit = {visit["id"]: visit for visit in visits}
    found = set()
    for one in _rows(session, "SELECT * FROM rule_override WHERE visit_id IS NOT NULL"):
        visit = of_visit.get(one["visit_id"])
        if visit is None or one["office"] not in _OFFICES.get(str(one["rule"]), ()):
            continue
        begin, end = _local(visit["arrived_at"]), _local(visit["left_at"] or visit["arrived_at"])
        good = max(_local(one["starts_at"]), _local(one["placed_at"]))
        over = min(_local(one[name]) for name in ("ends_at", "revoked_at") if one[name])
        same = (one["case_id"], one["party_id"], one["channel"]) == (
            visit["case_id"], visit["party_id"], "visit",
        )  # fmt: skip
        if same and good <= begin and end <= over:
            found.add((visit["id"], str(one["rule"])))
    return found


def _overrides(session: Session) -> Iterable[str]:
    """Overrides that there must not be at all, whether anybody used them or not."""
    used: Counter[object] = Counter()
    for one in _rows(session, "SELECT * FROM rule_override"):
        if one["office"] not in _OFFICES.get(str(one["rule"]), ()):
            yield "an override by an office that the rule does not name"
        if one["contact_id"] and one["visit_id"]:
            yield "an override used twice"
        if one["visit_id"]:
            used[(one["visit_id"], one["rule"])] += 1
    yield from ("a visit with two overrides of one rule" for count in used.values() if count > 1)


def _calls(session: Session) -> Iterable[str]:
    connected: Counter[object] = Counter()
    dialled: Counter[object] = Counter()
    for row in _rows(session, "SELECT * FROM contact WHERE channel <> 'visit' ORDER BY at"):
        at = _local(row["at"])
        if not 8 * 60 <= _minute(at) < 22 * 60:
            yield "a call or message at night"
        if row["channel"] != "call":
            continue
        counter, key = (
            (connected, (row["debtor_id"], at.date()))
            if row["result"] == "connected"
            else (dialled, (row["number_index"], at.date()))
        )
        counter[key] += 1
    yield from ("a fourth connected call" for count in connected.values() if count > 3)
    yield from ("a seventh unanswered call" for count in dialled.values() if count > 6)


_HOLD_RULES = {
    "vulnerable": "GL-VULN-01",
    "capacity": "GL-VULN-01",
    "hardship": "GL-VULN-01",
    "bereavement": "GL-VULN-01",
    "cease": "GL-CEASE-01",
    "complaint": "GL-COMP-01",
    "dispute": "GL-DISP-01",
}
# By the rules' own text in a house of China: who may lift what. Nobody lifts what is not here.
_OFFICES = dict.fromkeys(
    ("CN-TIME-P", "CN-FREQ-03", "GL-WISH-01", *_HOLD_RULES.values()), ("case_worker",)
) | {
    "GL-BKR-01": ("counsel",),
    "GL-DEC-01": ("counsel",),
    "GL-HOLD-01": ("counsel", "court_order"),
}
_NEVER = datetime.max.replace(tzinfo=UTC)


def _rows(session: Session, query: str) -> list[Row]:
    return list(session.execute(text(query)).mappings().all())


def _local(stored: object) -> datetime:
    found = stored if isinstance(stored, datetime) else datetime.fromisoformat(str(stored))
    return (found if found.tzinfo else found.replace(tzinfo=UTC)).astimezone(ZONE)


def _minute(at: datetime) -> float:
    return at.hour * 60 + at.minute + at.second / 60
