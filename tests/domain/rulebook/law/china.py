"""China: the hours and caps of contact, and the policies beside them."""

from typing import Any

from tests.domain.rulebook.law.building import Where, each

CN = Where("Asia/Shanghai", ("CN", "CN-SC"))
DAY = "2026-03-02"
CALL: dict[str, Any] = {"channel": "call", "number": "n1"}


def calls(count: int, result: str, **more: Any) -> list[dict[str, Any]]:
    """So many calls from 09:00 on, a minute apart."""
    told = {"number": "n1"} | more
    return [CN.past("call", f"{DAY}T09:{n:02d}", result, **told) for n in range(count)]


def visits(*days: str, result: str = "no_answer", **more: Any) -> list[dict[str, Any]]:
    """Visits at 11:00 on these days."""
    return [CN.past("visit", f"{day}T11:00", result, **more) for day in days]


HOURS = [
    CN.case("cn: a visit ends at ten to the minute", f"{DAY}T21:40"),
    CN.case(
        "cn: a visit ends a minute after ten",
        f"{DAY}T21:41",
        "CN-TIME-01",
        later="2026-03-03T08:00",
    ),
    CN.case("cn: a visit begins at ten", f"{DAY}T22:00", "CN-TIME-01", later="2026-03-03T08:00"),
    CN.case(
        "cn: a visit begins a minute before eight",
        f"{DAY}T07:59",
        "CN-TIME-01",
        later=f"{DAY}T08:00",
    ),
    CN.case("cn: a visit begins at eight", f"{DAY}T08:00"),
    CN.case("cn: a visit over midnight", f"{DAY}T23:50", "CN-TIME-01", later="2026-03-03T08:00"),
    CN.case(
        "cn: a call at eleven at night",
        f"{DAY}T23:00",
        "CN-TIME-01",
        later="2026-03-03T08:00",
        contact=CALL,
    ),
    CN.case(
        "cn: a message at ten to the second",
        f"{DAY}T22:00",
        "CN-TIME-01",
        later="2026-03-03T08:00",
        minutes=None,
        contact={"channel": "sms"},
    ),
    CN.case(
        "cn: a start written in UTC is read on the debtor's clock",
        "2026-03-02T14:30:00+00:00",
        "CN-TIME-01",
        later="2026-03-03T08:00",
    ),
    CN.case(
        "cn: a guarantor sleeps at night too",
        f"{DAY}T22:30",
        "CN-TIME-01",
        later="2026-03-03T08:00",
        party={"id": "g1", "role": "guarantor"},
    ),
    CN.case(
        "cn: a debtor who agreed to the hour is called in it",
        f"{DAY}T22:10",
        contact=CALL,
        consents=[{"who": "p1", "channel": "call", "window": ["22:00", "23:00"]}],
    ),
    CN.case(
        "cn: an agreement to one hour does not cover the next",
        f"{DAY}T22:50",
        "CN-TIME-01",
        later="2026-03-03T08:00",
        contact=CALL,
        consents=[
            {
                "who": "p1",
                "channel": "call",
                "window": ["22:00", "23:00"],
                "revoked": "2026-03-02T23:00:00+08:00",
            }
        ],
    ),
    CN.case(
        "cn: an agreement opens the evening from its own hour",
        f"{DAY}T22:10",
        "CN-TIME-01",
        later=f"{DAY}T22:30",
        contact=CALL,
        consents=[{"who": "p1", "channel": "call", "window": ["22:30", "23:00"]}],
    ),
    CN.case(
        "cn: an agreement that names no hour is to every hour",
        f"{DAY}T22:10",
        contact=CALL,
        consents=[{"who": "p1", "channel": "call"}],
    ),
    CN.case(
        "cn: an agreement to calls is none to visits",
        f"{DAY}T22:10",
        "CN-TIME-01",
        later="2026-03-03T08:00",
        consents=[{"who": "p1", "channel": "call", "window": ["22:00", "23:00"]}],
    ),
    CN.case(
        "cn: an agreement that was withdrawn is none",
        f"{DAY}T22:10",
        "CN-TIME-01",
        later="2026-03-03T08:00",
        contact=CALL,
        consents=[
            {
                "who": "p1",
                "channel": "call",
                "window": ["22:00", "23:00"],
                "revoked": f"{DAY}T12:00:00+08:00",
            }
        ],
    ),
    CN.case(
        "cn: somebody else's agreement is none",
        f"{DAY}T22:10",
        "CN-TIME-01",
        later="2026-03-03T08:00",
        contact=CALL,
        consents=[{"who": "p2", "channel": "call", "window": ["22:00", "23:00"]}],
    ),
    CN.case(
        "cn: an agreement given only tomorrow opens tomorrow's evening",
        f"{DAY}T22:10",
        "CN-TIME-01",
        later="2026-03-03T08:00",
        contact=CALL,
        consents=[
            {
                "who": "p1",
                "channel": "call",
                "window": ["22:00", "23:00"],
                "granted": "2026-03-03T00:00:00+08:00",
            }
        ],
    ),
    CN.case(
        "cn: a visit longer than the lawful day", f"{DAY}T08:00", "CN-TIME-01", minutes=14 * 60 + 1
    ),
    CN.case("cn: a visit as long as the lawful day", f"{DAY}T08:00", minutes=14 * 60),
]
CAPS = [
    CN.case(
        "cn: a third connected call", f"{DAY}T10:00", contact=CALL, history=calls(2, "connected")
    ),
    CN.case(
        "cn: a fourth connected call",
        f"{DAY}T10:00",
        "CN-FREQ-01",
        later="2026-03-03T08:00",
        contact=CALL,
        history=calls(3, "connected"),
    ),
    CN.case(
        "cn: a fourth call about another debt",
        f"{DAY}T10:00",
        "CN-FREQ-01",
        later="2026-03-03T08:00",
        contact=CALL,
        history=calls(3, "connected", debt="d2"),
    ),
    CN.case(
        "cn: the calls of yesterday do not count",
        "2026-03-03T10:00",
        contact=CALL,
        history=calls(3, "connected"),
    ),
    CN.case(
        "cn: a call after midnight counts for the new day",
        f"{DAY}T10:00",
        contact=CALL,
        history=[*calls(2, "connected"), CN.past("call", "2026-03-01T23:59", "connected")],
    ),
    CN.case(
        "cn: three talks with somebody else",
        f"{DAY}T10:00",
        contact=CALL,
        history=calls(3, "connected", party="g1"),
    ),
    CN.case(
        "cn: a message after three talks is no call",
        f"{DAY}T10:00",
        contact={"channel": "sms"},
        minutes=None,
        history=calls(3, "connected"),
    ),
    CN.case(
        "cn: a sixth dial of a number that does not answer",
        f"{DAY}T10:00",
        contact=CALL,
        history=calls(5, "no_answer"),
    ),
    CN.case(
        "cn: a seventh dial of a number that does not answer",
        f"{DAY}T10:00",
        "CN-FREQ-02",
        later="2026-03-03T08:00",
        contact=CALL,
        history=[*calls(3, "no_answer"), *calls(3, "not_connected")],
    ),
    CN.case(
        "cn: the seventh dial goes to another number",
        f"{DAY}T10:00",
        contact=CALL | {"number": "n2"},
        history=calls(6, "no_answer"),
    ),
    CN.case(
        "cn: both caps on calls are full",
        f"{DAY}T10:00",
        "CN-FREQ-01",
        "CN-FREQ-02",
        later="2026-03-03T08:00",
        contact=CALL,
        history=[*calls(3, "connected"), *calls(6, "no_answer")],
    ),
    CN.case(
        "cn: policies off, visits are not capped", f"{DAY}T10:00", history=visits(DAY, DAY, DAY)
    ),
    CN.case(
        "cn: one visit a day by policy",
        f"{DAY}T15:00",
        "CN-FREQ-03",
        later="2026-03-03T08:30",
        policies=True,
        history=visits(DAY),
    ),
    CN.case(
        "cn: a visit about another debt counts",
        f"{DAY}T15:00",
        "CN-FREQ-03",
        later="2026-03-03T08:30",
        policies=True,
        history=visits(DAY, debt="d9"),
    ),
    CN.case(
        "cn: met a minute less than seven days ago",
        "2026-03-09T10:59",
        "CN-FREQ-03",
        later="2026-03-09T11:00",
        policies=True,
        history=visits(DAY, result="met"),
    ),
    CN.case(
        "cn: met seven days ago",
        "2026-03-09T11:00",
        policies=True,
        history=visits(DAY, result="met"),
    ),
    CN.case(
        "cn: three visits in thirty days",
        "2026-03-30T10:00",
        "CN-FREQ-03",
        later="2026-04-01T11:00",
        policies=True,
        history=visits(DAY, "2026-03-09", "2026-03-16"),
    ),
    CN.case(
        "cn: the first of three visits is thirty days ago, but in the noon rest",
        "2026-03-31T10:00",
        "CN-FREQ-03",
        later="2026-04-01T14:00",
        policies=True,
        minutes=61,
        history=visits(DAY, "2026-03-09", "2026-03-16"),
    ),
]
POLICY_HOURS = [
    CN.case("cn: half past eight by policy", f"{DAY}T08:30", policies=True),
    CN.case(
        "cn: a minute before half past eight",
        f"{DAY}T08:29",
        "CN-TIME-P",
        later=f"{DAY}T08:30",
        policies=True,
    ),
    CN.case("cn: a visit ends at noon", f"{DAY}T11:40", policies=True),
    CN.case(
        "cn: a visit runs into noon",
        f"{DAY}T11:41",
        "CN-TIME-P",
        later=f"{DAY}T14:00",
        policies=True,
    ),
    CN.case("cn: a visit ends at half past eight in the evening", f"{DAY}T20:10", policies=True),
    CN.case(
        "cn: a minute beyond half past eight in the evening",
        f"{DAY}T20:11",
        "CN-TIME-P",
        later="2026-03-03T08:30",
        policies=True,
    ),
    CN.case(
        "cn: at night law and policy forbid",
        f"{DAY}T22:30",
        "CN-TIME-01",
        "CN-TIME-P",
        later="2026-03-03T08:30",
        policies=True,
    ),
    CN.case(
        "cn: a visit to work keeps the law's hours alone",
        f"{DAY}T20:30",
        policies=True,
        place={"kind": "work"},
    ),
    CN.case(
        "cn: on a public holiday nobody is visited at home",
        "2026-10-01T10:00",
        "CN-TIME-P",
        later="2026-10-08T08:30",
        policies=True,
    ),
    CN.case("cn: a holiday is no matter of law", "2026-10-01T10:00"),
    CN.case(
        "cn: New Year's Eve of 2027",
        "2027-02-05T10:00",
        "CN-TIME-P",
        later="2027-02-09T08:30",
        policies=True,
    ),
]
CASES = each([*HOURS, *CAPS, *POLICY_HOURS])
