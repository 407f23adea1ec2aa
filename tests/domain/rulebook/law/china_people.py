"""China: crews, training, third parties, accounts, orders and other holds."""

from typing import Any

from tests.domain.rulebook.law.building import Where, each

CN = Where("Asia/Shanghai", ("CN", "CN-SC"))
DAY = "2026-03-02"
CALL: dict[str, Any] = {"channel": "call", "number": "n1"}
LOCATE: dict[str, Any] = {"purpose": "locate"}
NEIGHBOUR: dict[str, Any] = {"id": "x1", "role": "neighbour"}
MISSING: dict[str, Any] = {"missing": True}
PEOPLE = [
    CN.case(
        "cn: one agent alone", f"{DAY}T10:00", "CN-CREW-01", contact={"agents": [{"id": "a1"}]}
    ),
    CN.case(
        "cn: one agent named twice",
        f"{DAY}T10:00",
        "CN-CREW-01",
        contact={"agents": [{"id": "a1"}, {"id": "a1"}]},
    ),
    CN.case("cn: nobody is said to go", f"{DAY}T10:00", "CN-CREW-01", contact={"agents": []}),
    CN.case("cn: one agent may call", f"{DAY}T10:00", contact=CALL | {"agents": [{"id": "a1"}]}),
    CN.case(
        "cn: training to the very day",
        f"{DAY}T10:00",
        contact={"agents": [{"id": "a1", "trained_until": DAY}, {"id": "a2"}]},
    ),
    CN.case(
        "cn: training that ended yesterday",
        f"{DAY}T10:00",
        "CN-STAFF-01",
        contact={"agents": [{"id": "a1", "trained_until": "2026-03-01"}, {"id": "a2"}]},
    ),
    CN.case(
        "cn: waiting for the morning outlasts the training",
        f"{DAY}T22:30",
        "CN-TIME-01",
        contact={"agents": [{"id": "a1", "trained_until": DAY}, {"id": "a2"}]},
    ),
    CN.case(
        "cn: a record of violence",
        f"{DAY}T10:00",
        "CN-STAFF-02",
        contact={"agents": [{"id": "a1", "background_ok": False}, {"id": "a2"}]},
    ),
    CN.case(
        "cn: one agent, untrained, at night: all are told",
        f"{DAY}T22:30",
        "CN-CREW-01",
        "CN-STAFF-01",
        "CN-STAFF-02",
        "CN-TIME-01",
        contact={"agents": [{"id": "a1", "trained_until": "2026-01-01", "background_ok": False}]},
    ),
    CN.case(
        "cn: a guarantor is asked to pay", f"{DAY}T10:00", party={"id": "g1", "role": "guarantor"}
    ),
    *(
        CN.case(
            f"cn: a {role} is not asked to pay",
            f"{DAY}T10:00",
            "CN-3P-01",
            party={"id": "x1", "role": role},
            debtor=MISSING,
        )
        for role in ("spouse", "relative", "neighbour", "property_manager", "employer", "other")
    ),
    CN.case(
        "cn: a neighbour while the debtor is in reach",
        f"{DAY}T10:00",
        "CN-3P-02",
        contact=LOCATE,
        party=NEIGHBOUR,
    ),
    CN.case(
        "cn: a neighbour after two failed days",
        f"{DAY}T10:00",
        "CN-3P-02",
        contact=LOCATE,
        party=NEIGHBOUR,
        debtor={"failed_dial_days": 2},
    ),
    CN.case(
        "cn: a neighbour after three failed days",
        f"{DAY}T10:00",
        contact=LOCATE,
        party=NEIGHBOUR,
        debtor={"failed_dial_days": 3},
    ),
    CN.case(
        "cn: a neighbour when the debtor is missing",
        f"{DAY}T10:00",
        contact=LOCATE,
        party=NEIGHBOUR,
        debtor=MISSING,
    ),
    CN.case("cn: the debtor himself is looked for", f"{DAY}T10:00", contact=LOCATE),
    CN.case(
        "cn: a neighbour who refused",
        f"{DAY}T10:00",
        "CN-3P-03",
        contact=LOCATE,
        party=NEIGHBOUR | {"opted_out": True},
        debtor=MISSING,
    ),
    CN.case(
        "cn: a neighbour who refused, the debtor in reach, one agent",
        f"{DAY}T10:00",
        "CN-3P-02",
        "CN-3P-03",
        "CN-CREW-01",
        contact=LOCATE | {"agents": [{"id": "a1"}]},
        party=NEIGHBOUR | {"opted_out": True},
    ),
    CN.case(
        "cn: a private telephone",
        f"{DAY}T10:00",
        "CN-CHAN-01",
        contact=CALL | {"account": "private"},
        creditor={"jurisdictions": ["CN"], "kind": "agency"},
    ),
    CN.case(
        "cn: a private telephone with the lender's word",
        f"{DAY}T10:00",
        contact=CALL | {"account": "private"},
        creditor={"jurisdictions": ["CN"], "kind": "agency"},
        consents=[{"who": "lender", "channel": "call"}],
    ),
    CN.case(
        "cn: a letter put up in public",
        f"{DAY}T10:00",
        "CN-PUB-01",
        minutes=None,
        contact={"channel": "letter"},
        place={"kind": "public"},
    ),
]
HOLDS = [
    CN.case("cn: a police order", f"{DAY}T10:00", "CN-NCO-01", holds=[CN.hold("no_contact_order")]),
    CN.case(
        "cn: a police order until the afternoon",
        f"{DAY}T10:00",
        "CN-NCO-01",
        later=f"{DAY}T15:00",
        holds=[CN.hold("no_contact_order", f"{DAY}T15:00")],
    ),
    CN.case(
        "cn: a police order until late at night",
        f"{DAY}T10:00",
        "CN-NCO-01",
        later="2026-03-03T08:00",
        holds=[CN.hold("no_contact_order", f"{DAY}T21:50")],
    ),
    CN.case(
        "cn: a police order that has ended",
        f"{DAY}T10:00",
        holds=[CN.hold("no_contact_order", f"{DAY}T10:00")],
    ),
    CN.case(
        "cn: a police order of two years and a half",
        f"{DAY}T10:00",
        "CN-NCO-01",
        later="2028-09-01T08:00",
        holds=[CN.hold("no_contact_order", "2028-09-01T00:00")],
    ),
    CN.case(
        "cn: an order for third parties alone spares the debtor nothing",
        f"{DAY}T10:00",
        holds=[CN.hold("no_contact_order", scope="third_party")],
    ),
    CN.case(
        "cn: the vulnerable by policy",
        f"{DAY}T10:00",
        "GL-VULN-01",
        policies=True,
        holds=[CN.hold("vulnerable")],
    ),
    CN.case("cn: the vulnerable, policies off", f"{DAY}T10:00", holds=[CN.hold("vulnerable")]),
    CN.case(
        "cn: a hospital by policy",
        f"{DAY}T10:00",
        "GL-VULN-01",
        policies=True,
        place={"kind": "hospital"},
    ),
    CN.case(
        "cn: hardship until a day lasts to its end, then the morning",
        f"{DAY}T10:00",
        "GL-VULN-01",
        later="2026-03-06T08:30",
        policies=True,
        holds=[CN.hold("hardship", "2026-03-05")],
    ),
    CN.case(
        "cn: a wish not to be sought at work is kept by policy",
        f"{DAY}T10:00",
        "GL-WISH-01",
        policies=True,
        place={"kind": "work"},
        debtor={"refused_workplace": True},
    ),
    CN.case(
        "cn: a legal hold forbids nothing", f"{DAY}T10:00", policies=True, holds=[CN.hold("legal")]
    ),
]
CASES = each([*PEOPLE, *HOLDS])
