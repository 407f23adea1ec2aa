"""India: the circular on calls, certificates, and the draft of 2026 were it switched on."""

from typing import Any

from tests.domain.rulebook.law.building import Where, each

IN = Where("Asia/Kolkata", ("IN",))
DAY = "2026-03-02"
JULY = "2026-07-06"
CALL: dict[str, Any] = {"channel": "call", "number": "n1"}
ASKED: dict[str, Any] = CALL | {"purpose": "locate"}
RELATIVE: dict[str, Any] = {"party": {"id": "x1", "role": "relative"}}
INDIA = [
    IN.case("in: a call at eight", f"{DAY}T08:00", contact=CALL),
    IN.case(
        "in: a call a minute before eight",
        f"{DAY}T07:59",
        "IN-TIME-01",
        later=f"{DAY}T08:00",
        contact=CALL,
    ),
    IN.case("in: a call ends at seven", f"{DAY}T18:40", contact=CALL),
    IN.case(
        "in: a call ends a minute after seven",
        f"{DAY}T18:41",
        "IN-TIME-01",
        later="2026-03-03T08:00",
        contact=CALL,
    ),
    IN.case("in: the circular speaks of calls, not of visits", f"{DAY}T20:00"),
    IN.case(
        "in: microfinance has directions of its own",
        f"{DAY}T20:00",
        contact=CALL,
        creditor={"jurisdictions": ["IN"], "kind": "microloan"},
    ),
    IN.case(
        "in: a bank's call",
        f"{DAY}T20:00",
        "IN-TIME-01",
        later="2026-03-03T08:00",
        contact=CALL,
        creditor={"jurisdictions": ["IN"], "kind": "bank"},
    ),
    IN.case(
        "in: an agent without a certificate",
        f"{DAY}T10:00",
        "IN-STAFF-01",
        contact={"agents": [{"id": "a1", "certified": False}]},
    ),
    IN.case(
        "in: an agent whom the police did not verify",
        f"{DAY}T10:00",
        "IN-STAFF-01",
        contact=CALL | {"agents": [{"id": "a1", "background_ok": False}]},
    ),
    IN.case("in: the family is called to locate", f"{DAY}T10:00", **RELATIVE, contact=ASKED),
    IN.case("in: the circular names no third party", f"{DAY}T10:00", **RELATIVE, contact=CALL),
    IN.case(
        "in: a relative is not asked to pay, by policy",
        f"{DAY}T10:00",
        "GL-3P-01",
        policies=True,
        contact=CALL,
        **RELATIVE,
    ),
    IN.case(
        "in: a guarantor is called",
        f"{DAY}T10:00",
        policies=True,
        contact=CALL,
        party={"id": "g", "role": "guarantor"},
    ),
    IN.case(
        "in: a grievance before the draft is by policy",
        f"{DAY}T10:00",
        "GL-COMP-01",
        policies=True,
        holds=[IN.hold("complaint")],
    ),
    IN.case("in: a grievance before the draft", f"{DAY}T10:00", holds=[IN.hold("complaint")]),
    IN.case(
        "in: bereaved before the draft is by policy",
        f"{DAY}T10:00",
        "GL-VULN-01",
        policies=True,
        holds=[IN.hold("bereavement")],
    ),
]
DRAFT = [
    IN.case("draft: an evening visit on the eve of its day", "2026-06-30T20:00"),
    IN.case(
        "draft: an evening visit on its day",
        "2026-07-01T20:00",
        "IN-D26-01",
        later="2026-07-02T08:00",
    ),
    IN.case("draft: a visit ends at seven", f"{JULY}T18:40"),
    IN.case(
        "draft: a visit ends a minute after seven",
        f"{JULY}T18:41",
        "IN-D26-01",
        later="2026-07-07T08:00",
    ),
    IN.case(
        "draft: a call at night breaks circular and draft",
        f"{JULY}T18:41",
        "IN-D26-01",
        "IN-TIME-01",
        later="2026-07-07T08:00",
        contact=CALL,
    ),
    IN.case("draft: a relative", f"{JULY}T10:00", "IN-D26-01", **RELATIVE),
    IN.case(
        "draft: a relative called to locate",
        f"{JULY}T10:00",
        "IN-D26-01",
        **RELATIVE,
        contact=ASKED,
    ),
    IN.case(
        "draft: an hour that the borrower asked to be spared",
        f"{JULY}T10:00",
        "IN-D26-01",
        later=f"{JULY}T11:00",
        debtor={"wishes": [{"channel": "visit", "forbid": ["09:00", "11:00"]}]},
    ),
    IN.case(
        "draft: bereaved, by draft and policy",
        f"{JULY}T10:00",
        "GL-VULN-01",
        "IN-D26-02",
        policies=True,
        holds=[IN.hold("bereavement")],
    ),
    IN.case(
        "draft: bereaved, a call waits for the end",
        f"{JULY}T10:00",
        "IN-D26-02",
        later="2026-07-10T08:00",
        contact=CALL,
        holds=[IN.hold("bereavement", until="2026-07-10T00:00")],
    ),
    IN.case("draft: in a public place", f"{JULY}T10:00", "IN-D26-03", place={"kind": "public"}),
    IN.case(
        "draft: where the borrower chose",
        f"{JULY}T10:00",
        place={"kind": "public"},
        consents=[{"who": "p1", "channel": "visit", "window": ["09:00", "12:00"]}],
    ),
    IN.case(
        "draft: an open grievance, named by the draft alone",
        f"{JULY}T10:00",
        "IN-D26-05",
        policies=True,
        holds=[IN.hold("complaint")],
    ),
]
CASES = each(INDIA)
DRAFTED = each(DRAFT)
"""What the draft would rule once counsel switches it on, from the day it names for itself."""
