"""The United Kingdom and Ireland."""

from typing import Any

from tests.domain.rulebook.law.building import Where, each

UK = Where("Europe/London", ("UK",))
IE = Where("Europe/Dublin", ("IE",))
DAY = "2026-03-02"
CALL: dict[str, Any] = {"channel": "call", "number": "n1"}
LETTER: dict[str, Any] = {"channel": "letter"}
HOME_CONSENT = [{"who": "p1", "channel": "visit"}]
LUNCH = {"wishes": [{"channel": "visit", "forbid": ["12:00", "14:00"]}]}
BRITAIN = [
    UK.case("uk: a visit at eight", f"{DAY}T08:00"),
    UK.case(
        "uk: a visit a minute before eight", f"{DAY}T07:59", "UK-TIME-01", later=f"{DAY}T08:00"
    ),
    UK.case("uk: a visit ends at nine", f"{DAY}T20:40"),
    UK.case(
        "uk: a visit ends a minute after nine",
        f"{DAY}T20:41",
        "UK-TIME-01",
        later="2026-03-03T08:00",
    ),
    UK.case(
        "uk: the night that the clocks go forward",
        "2026-03-28T21:00",
        "UK-TIME-01",
        later="2026-03-29T08:00",
    ),
    UK.case(
        "uk: the night that the clocks go back",
        "2026-10-24T21:00",
        "UK-TIME-01",
        later="2026-10-25T08:00",
    ),
    UK.case(
        "uk: GB is the same place",
        f"{DAY}T07:59",
        "UK-TIME-01",
        later=f"{DAY}T08:00",
        policies=True,
        place={"jurisdictions": ["GB"]},
    ),
    UK.case(
        "uk: a request on when",
        f"{DAY}T12:00",
        "UK-TIME-01",
        later=f"{DAY}T14:00",
        policies=True,
        debtor=LUNCH,
    ),
    UK.case(
        "uk: a request on where",
        f"{DAY}T12:00",
        "UK-TIME-01",
        policies=True,
        contact=CALL,
        place={"kind": "work"},
        debtor={"refused_workplace": True},
    ),
    UK.case(
        "uk: a request on how",
        f"{DAY}T12:00",
        "UK-TIME-01",
        policies=True,
        contact=CALL,
        debtor={"wishes": [{"channel": "call"}]},
    ),
    UK.case(
        "uk: breathing space",
        f"{DAY}T10:00",
        "UK-BS-01",
        policies=True,
        contact=LETTER,
        minutes=None,
        holds=[UK.hold("breathing_space")],
    ),
    UK.case(
        "uk: breathing space of sixty days",
        f"{DAY}T10:00",
        "UK-BS-01",
        later="2026-04-21T08:00",
        holds=[UK.hold("breathing_space", "2026-04-20", **{"from": "2026-02-20"})],
    ),
    UK.case(
        "uk: a call about a disputed debt",
        f"{DAY}T10:00",
        "UK-DISP-01",
        policies=True,
        contact=CALL,
        debt={"disputed": True},
    ),
    UK.case(
        "uk: a visit about a disputed debt",
        f"{DAY}T10:00",
        "UK-DISP-01",
        "UK-VISIT-02",
        policies=True,
        holds=[UK.hold("dispute")],
    ),
    UK.case(
        "uk: the vulnerable, by rule and policy",
        f"{DAY}T10:00",
        "GL-VULN-01",
        "UK-VISIT-02",
        policies=True,
        holds=[UK.hold("vulnerable")],
    ),
    UK.case(
        "uk: the vulnerable, by rule alone",
        f"{DAY}T10:00",
        "UK-VISIT-02",
        holds=[UK.hold("vulnerable")],
    ),
    UK.case(
        "uk: the vulnerable may be written to",
        f"{DAY}T10:00",
        contact=LETTER,
        minutes=None,
        holds=[UK.hold("vulnerable")],
    ),
    UK.case("uk: a visit to work", f"{DAY}T10:00", "UK-VISIT-02", place={"kind": "work"}),
    UK.case(
        "uk: a visit to work that was agreed to",
        f"{DAY}T10:00",
        place={"kind": "work"},
        consents=HOME_CONSENT,
    ),
    UK.case(
        "uk: a visit to hospital",
        f"{DAY}T10:00",
        "GL-VULN-01",
        "UK-VISIT-02",
        policies=True,
        place={"kind": "hospital"},
    ),
    UK.case(
        "uk: a consent makes nobody less vulnerable",
        f"{DAY}T10:00",
        "UK-VISIT-02",
        holds=[UK.hold("vulnerable")],
        consents=HOME_CONSENT,
    ),
    UK.case(
        "uk: a visit that was agreed to may speak of a disputed debt no more than a letter may",
        f"{DAY}T10:00",
        "UK-DISP-01",
        debt={"disputed": True},
        consents=[{"who": "p1", "channel": "visit", "window": ["10:00", "11:00"]}],
    ),
    *(
        UK.case(
            f"uk: no {channel} while capacity is in doubt",
            f"{DAY}T10:00",
            "UK-CAP-01",
            later="2026-03-09T08:00",
            contact={"channel": channel},
            holds=[UK.hold("capacity", until="2026-03-09T00:00")],
        )
        for channel in ("visit", "call", "letter")
    ),
    UK.case(
        "uk: no consent lends capacity",
        f"{DAY}T10:00",
        "UK-CAP-01",
        contact=CALL,
        holds=[UK.hold("capacity")],
        consents=[{"who": "p1", "channel": "call"}],
    ),
    UK.case("uk: notice is a matter for the door", f"{DAY}T10:00"),
]
IRELAND = [
    IE.case("ie: a visit at nine on a weekday", f"{DAY}T09:00"),
    IE.case("ie: a minute before nine", f"{DAY}T08:59", "IE-VISIT-01", later=f"{DAY}T09:00"),
    IE.case("ie: a visit ends at nine in the evening", f"{DAY}T20:40"),
    IE.case(
        "ie: a minute after nine in the evening",
        f"{DAY}T20:41",
        "IE-VISIT-01",
        later="2026-03-03T09:00",
    ),
    IE.case(
        "ie: Saturday evening waits for Monday",
        "2026-03-07T20:50",
        "IE-VISIT-01",
        later="2026-03-09T09:00",
    ),
    IE.case("ie: a Saturday is a weekday", "2026-03-07T10:00"),
    IE.case("ie: a Sunday at noon", "2026-03-08T12:00", "IE-VISIT-01", later="2026-03-09T09:00"),
    IE.case(
        "ie: a Sunday call",
        "2026-03-08T12:00",
        "IE-VISIT-01",
        later="2026-03-09T09:00",
        contact=CALL,
    ),
    IE.case("ie: a Sunday letter", "2026-03-08T12:00", minutes=None, contact=LETTER),
    IE.case("ie: Saint Patrick's Day", "2026-03-17T12:00", "IE-VISIT-01", later="2026-03-18T09:00"),
    IE.case(
        "ie: Easter Monday after Sunday",
        "2026-04-05T12:00",
        "IE-VISIT-01",
        later="2026-04-07T09:00",
    ),
    IE.case(
        "ie: Christmas on a Friday", "2026-12-24T21:00", "IE-VISIT-01", later="2026-12-28T09:00"
    ),
    IE.case(
        "ie: the Sunday that the clocks go forward",
        "2026-03-29T12:00",
        "IE-VISIT-01",
        later="2026-03-30T09:00",
    ),
    IE.case(
        "ie: a Sunday that was agreed to",
        "2026-03-08T12:00",
        consents=[{"who": "p1", "channel": "visit", "window": ["11:00", "13:00"]}],
    ),
    IE.case("ie: the workplace", f"{DAY}T10:00", "IE-VISIT-01", place={"kind": "work"}),
    IE.case(
        "ie: the workplace with consent",
        f"{DAY}T10:00",
        place={"kind": "work"},
        consents=HOME_CONSENT,
    ),
    *(
        IE.case(
            f"ie: the {role} without the debtor's consent",
            f"{DAY}T10:00",
            "IE-VISIT-01",
            party={"id": "x1", "role": role},
        )
        for role in ("employer", "spouse", "relative")
    ),
    IE.case(
        "ie: a relative with the debtor's consent",
        f"{DAY}T10:00",
        party={"id": "x1", "role": "relative"},
        consents=HOME_CONSENT,
    ),
]
CASES = each([*BRITAIN, *IRELAND])
