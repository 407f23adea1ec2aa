"""Australia, and contacts under several laws at once."""

from typing import Any

from tests.domain.rulebook.law.building import Where, each
from tests.domain.rulebook.law.india import IN

AU = Where("Australia/Sydney", ("AU", "AU-NSW"))
UK = Where("Europe/London", ("UK",))
DAY = "2026-03-02"
CALL: dict[str, Any] = {"channel": "call", "number": "n1"}
AUSTRALIA = [
    AU.case("au: a weekday call at half past seven", f"{DAY}T07:30", contact=CALL),
    AU.case(
        "au: a weekday call a minute before",
        f"{DAY}T07:29",
        "AU-TIME-01",
        later=f"{DAY}T07:30",
        contact=CALL,
    ),
    AU.case("au: a weekday call ends at nine", f"{DAY}T20:40", contact=CALL),
    AU.case(
        "au: a weekday call ends a minute after nine",
        f"{DAY}T20:41",
        "AU-TIME-01",
        later="2026-03-03T07:30",
        contact=CALL,
    ),
    AU.case(
        "au: a Saturday call before nine",
        "2026-03-07T08:00",
        "AU-TIME-01",
        later="2026-03-07T09:00",
        contact=CALL,
    ),
    AU.case("au: a Sunday call at nine", "2026-03-08T09:00", contact=CALL),
    AU.case(
        "au: Friday night waits for Saturday's nine",
        "2026-03-06T21:00",
        "AU-TIME-01",
        later="2026-03-07T09:00",
        contact=CALL,
    ),
    AU.case("au: a visit at half past seven", f"{DAY}T07:30", "AU-TIME-01", later=f"{DAY}T09:00"),
    AU.case("au: a visit ends at nine", f"{DAY}T20:40"),
    AU.case("au: a visit at the weekend", "2026-03-07T10:00"),
    AU.case("au: work ends at five", f"{DAY}T16:40", place={"kind": "work"}),
    AU.case(
        "au: work a minute after five",
        f"{DAY}T16:41",
        "AU-TIME-01",
        later="2026-03-03T09:00",
        place={"kind": "work"},
    ),
    AU.case(
        "au: work on a Saturday",
        "2026-03-07T10:00",
        "AU-TIME-01",
        later="2026-03-09T09:00",
        place={"kind": "work"},
    ),
    AU.case(
        "au: a call to work before nine",
        f"{DAY}T08:00",
        "AU-TIME-01",
        later=f"{DAY}T09:00",
        contact=CALL,
        place={"kind": "work"},
    ),
    AU.case(
        "au: Good Friday", "2026-04-03T10:00", "AU-TIME-01", later="2026-04-04T09:00", contact=CALL
    ),
    AU.case(
        "au: Easter Monday after the clocks went back",
        "2026-04-06T10:00",
        "AU-TIME-01",
        later="2026-04-07T07:30",
        contact=CALL,
    ),
    AU.case(
        "au: a third contact in a week",
        "2026-03-05T10:00",
        contact=CALL,
        history=[
            AU.past("call", f"{DAY}T10:00", "connected"),
            AU.past("visit", "2026-03-03T10:00", "met"),
        ],
    ),
    AU.case(
        "au: a fourth contact in a week, whatever its channel",
        "2026-03-05T10:00",
        "AU-FREQ-01",
        later="2026-03-09T10:00",
        contact=CALL,
        history=[
            AU.past("call", f"{DAY}T10:00", "connected"),
            AU.past("visit", "2026-03-03T10:00", "met"),
            AU.past("sms", "2026-03-04T10:00", "delivered"),
        ],
    ),
    AU.case(
        "au: attempts are no contacts",
        "2026-03-05T10:00",
        contact=CALL,
        history=[AU.past("call", f"{DAY}T1{n}:00", "no_answer") for n in range(4)],
    ),
    AU.case(
        "au: contacts about another account",
        "2026-03-05T10:00",
        contact=CALL,
        history=[AU.past("call", f"{DAY}T1{n}:00", "connected", debt="d2") for n in range(3)],
    ),
    AU.case(
        "au: an eleventh contact in a month",
        "2026-03-29T10:00",
        "AU-FREQ-01",
        later="2026-03-31T10:00",
        contact=CALL,
        history=[
            AU.past("call", f"2026-03-{day:02d}T10:00", "connected")
            for day in (1, 4, 7, 10, 12, 14, 17, 19, 21, 26)
        ],
    ),
    AU.case(
        "au: a second meeting in a month",
        "2026-03-31T10:00",
        "AU-FREQ-01",
        later="2026-04-01T10:00",
        history=[AU.past("visit", f"{DAY}T10:00", "met")],
    ),
    AU.case(
        "au: a call after a meeting",
        "2026-03-03T10:00",
        contact=CALL,
        history=[AU.past("visit", f"{DAY}T10:00", "met")],
    ),
]
SEVERAL = [
    IN.case(
        "both: a creditor in China binds a call to India",
        f"{DAY}T07:30",
        "CN-TIME-01",
        "IN-TIME-01",
        later=f"{DAY}T08:00",
        contact=CALL,
        creditor={"jurisdictions": ["CN"]},
    ),
    UK.case(
        "both: a creditor in China asks for two agents in London",
        f"{DAY}T21:10",
        "CN-CREW-01",
        "UK-TIME-01",
        contact={"agents": [{"id": "a1"}]},
        creditor={"jurisdictions": ["CN"]},
    ),
    UK.case(
        "both: Belfast or Dublin, the stricter hour",
        f"{DAY}T08:30",
        "IE-VISIT-01",
        later=f"{DAY}T09:00",
        place={"jurisdictions": ["UK", "IE"], "timezone": ["Europe/London", "Europe/Dublin"]},
    ),
    UK.case(
        "both: Belfast or Dublin on a Sunday night",
        "2026-03-08T22:00",
        "IE-VISIT-01",
        "UK-TIME-01",
        later="2026-03-09T09:00",
        place={"jurisdictions": ["UK", "IE"], "timezone": ["Europe/London", "Europe/Dublin"]},
    ),
    UK.case(
        "both: a land without a pack",
        f"{DAY}T10:00",
        "GL-JUR-01",
        policies=True,
        place={"jurisdictions": ["FR"]},
    ),
]
CASES = each([*AUSTRALIA, *SEVERAL])
