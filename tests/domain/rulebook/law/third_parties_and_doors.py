"""The United States: third parties; Massachusetts: home visits."""

from typing import Any

from tests.domain.rulebook.law.building import Where, each

NY = Where("America/New_York", ("US", "US-NY"))
MA = Where("America/New_York", ("US", "US-MA"))
DAY = "2026-03-02"
CALL: dict[str, Any] = {"channel": "call", "number": "n1"}
LOCATE: dict[str, Any] = {"channel": "call", "number": "n1", "purpose": "locate"}
NEIGHBOUR: dict[str, Any] = {"id": "x1", "role": "neighbour"}
SPOUSE: dict[str, Any] = {"id": "s1", "role": "spouse"}
THIRD = [
    NY.case("us: a spouse is a consumer", f"{DAY}T10:00", contact=CALL, party=SPOUSE),
    NY.case(
        "us: a guarantor owes",
        f"{DAY}T10:00",
        contact=CALL,
        party={"id": "g1", "role": "guarantor"},
    ),
    *(
        NY.case(
            f"us: the debt is not spoken of to a {role}",
            f"{DAY}T10:00",
            "US-3P-02",
            contact=CALL,
            party={"id": "x1", "role": role},
        )
        for role in ("relative", "neighbour", "property_manager", "employer", "other")
    ),
    NY.case(
        "us: unless the debtor agreed",
        f"{DAY}T10:00",
        contact=CALL,
        party=NEIGHBOUR,
        consents=[{"who": "p1", "channel": "call"}],
    ),
    NY.case(
        "us: the neighbour's own word is not the debtor's",
        f"{DAY}T10:00",
        "US-3P-02",
        contact=CALL,
        party=NEIGHBOUR,
        consents=[{"who": "x1", "channel": "call"}],
    ),
    NY.case(
        "us: a neighbour is asked once, the debtor in reach or not",
        f"{DAY}T10:00",
        contact=LOCATE,
        party=NEIGHBOUR,
    ),
    NY.case(
        "us: a neighbour is not asked twice, for ever",
        f"{DAY}T10:00",
        "US-3P-01",
        contact=LOCATE,
        party=NEIGHBOUR,
        history=[NY.past("call", "2025-01-15T10:00", "connected", "x1")],
    ),
    NY.case(
        "us: a neighbour met at his door is not called",
        f"{DAY}T10:00",
        "US-3P-01",
        contact=LOCATE,
        party=NEIGHBOUR,
        history=[NY.past("visit", "2026-01-15T10:00", "met", "x1")],
    ),
    NY.case(
        "us: a neighbour who did not answer was not reached",
        f"{DAY}T10:00",
        contact=LOCATE,
        party=NEIGHBOUR,
        history=[NY.past("call", "2026-02-15T10:00", "no_answer", "x1")],
    ),
    NY.case(
        "us: another neighbour was asked",
        f"{DAY}T10:00",
        contact=LOCATE,
        party=NEIGHBOUR,
        history=[NY.past("call", "2026-02-15T10:00", "connected", "x2")],
    ),
    NY.case(
        "us: nobody is asked where an attorney is known",
        f"{DAY}T10:00",
        "US-3P-01",
        contact=LOCATE,
        party=NEIGHBOUR,
        debtor={"represented": True},
    ),
    NY.case(
        "us: a neighbour who asked not to be called",
        f"{DAY}T10:00",
        "US-MEDIA-01",
        policies=True,
        contact=LOCATE,
        party=NEIGHBOUR | {"opted_out": True},
    ),
]
DOORS = [
    MA.case("ma: a first visit", f"{DAY}T10:00"),
    MA.case(
        "ma: met a minute less than thirty days ago",
        "2026-04-01T10:59",
        "US-MA-VISIT-01",
        later="2026-04-01T11:00",
        history=[MA.past("visit", f"{DAY}T10:00", "met")],
    ),
    MA.case(
        "ma: thirty days are thirty times 24 hours, also where an hour is lost",
        "2026-04-01T11:00",
        history=[MA.past("visit", f"{DAY}T10:00", "met")],
    ),
    MA.case(
        "ma: nobody was there, which does not count",
        "2026-03-03T10:00",
        history=[MA.past("visit", f"{DAY}T10:00", "no_answer")],
    ),
    MA.case(
        "ma: met about another debt",
        "2026-03-03T10:00",
        history=[MA.past("visit", f"{DAY}T10:00", "met", debt="d2")],
    ),
    MA.case(
        "ma: agreed to in writing",
        "2026-03-03T10:00",
        history=[MA.past("visit", f"{DAY}T10:00", "met")],
        consents=[{"who": "p1", "channel": "visit"}],
    ),
    MA.case(
        "ma: agreed in writing to a visit at named hours",
        f"{DAY}T10:00",
        history=[MA.past("visit", "2026-02-20T10:00", "met")],
        consents=[{"who": "p1", "channel": "visit", "window": ["09:00", "12:00"]}],
    ),
    MA.case(
        "ma: a visit beyond the hours that were agreed to",
        f"{DAY}T12:10",
        "US-MA-VISIT-01",
        later="2026-03-03T09:00",
        history=[MA.past("visit", "2026-02-20T10:00", "met")],
        consents=[{"who": "p1", "channel": "visit", "window": ["09:00", "12:00"]}],
    ),
    MA.case(
        "ma: agreed to, and withdrawn",
        "2026-03-03T10:00",
        "US-MA-VISIT-01",
        later="2026-04-01T11:00",
        history=[MA.past("visit", f"{DAY}T10:00", "met")],
        consents=[{"who": "p1", "channel": "visit", "revoked": "2026-03-02T12:00:00-05:00"}],
    ),
    MA.case(
        "ma: at night federal and state law forbid",
        f"{DAY}T21:30",
        "US-MA-VISIT-01",
        "US-TIME-01",
        later="2026-03-03T08:00",
    ),
    MA.case("ma: a visit to work", f"{DAY}T10:00", "US-MA-VISIT-02", place={"kind": "work"}),
    MA.case(
        "ma: a visit to work that the consumer asked for",
        f"{DAY}T10:00",
        place={"kind": "work"},
        consents=[{"who": "p1", "channel": "visit"}],
    ),
    MA.case(
        "ma: work, where the employer forbids it",
        f"{DAY}T10:00",
        "US-MA-VISIT-02",
        "US-PLACE-01",
        place={"kind": "work"},
        debtor={"refused_workplace": True},
    ),
    MA.case("ma: a call to work is no visit", f"{DAY}T10:00", contact=CALL, place={"kind": "work"}),
    NY.case(
        "ma: New York has no such cap",
        "2026-03-03T10:00",
        history=[NY.past("visit", f"{DAY}T10:00", "met")],
    ),
    MA.case(
        "ma: the state alone named falls under the federation too",
        f"{DAY}T21:30",
        "US-MA-VISIT-01",
        "US-TIME-01",
        later="2026-03-03T08:00",
        place={"jurisdictions": ["US-MA"]},
    ),
]
CASES = each([*THIRD, *DOORS])
