"""The United States: hours, attorneys, requests to cease, disputes and the caps on calls."""

from typing import Any

from tests.domain.rulebook.law.building import Where, each

NY = Where("America/New_York", ("US", "US-NY"))
LA = Where("America/Los_Angeles", ("US", "US-CA"))
DAY = "2026-03-02"
CALL: dict[str, Any] = {"channel": "call", "number": "n1"}
SPOUSE: dict[str, Any] = {"id": "s1", "role": "spouse"}


def calls(*days: str, result: str = "not_connected", **more: Any) -> list[dict[str, Any]]:
    """A call at 10:00 on each of these days."""
    return [NY.past("call", f"{day}T10:00", result, **more) for day in days]


WEEK = ("2026-03-02", "2026-03-03", "2026-03-04", "2026-03-05", "2026-03-06", "2026-03-07")
HOURS = [
    NY.case("us: a call at eight", f"{DAY}T08:00", contact=CALL),
    NY.case(
        "us: a call a minute before eight",
        f"{DAY}T07:59",
        "US-TIME-01",
        later=f"{DAY}T08:00",
        contact=CALL,
    ),
    NY.case("us: a call that ends at nine", f"{DAY}T20:40", contact=CALL),
    NY.case(
        "us: a call that ends a minute after nine",
        f"{DAY}T20:41",
        "US-TIME-01",
        later="2026-03-03T08:00",
        contact=CALL,
    ),
    LA.case(
        "us: eight in New York is five in Los Angeles",
        "2026-03-02T08:00:00-05:00",
        "US-TIME-01",
        later=f"{DAY}T08:00",
        contact=CALL,
    ),
    NY.case(
        "us: an uncertain address waits for the last of its zones",
        f"{DAY}T08:30",
        "US-TIME-01",
        later=f"{DAY}T11:00",
        contact=CALL,
        place={"timezone": ["America/New_York", "America/Los_Angeles"]},
    ),
    NY.case(
        "us: the evening of the earliest zone, the morning of the latest",
        f"{DAY}T20:50",
        "US-TIME-01",
        later="2026-03-03T11:00",
        contact=CALL,
        place={"timezone": ["America/New_York", "America/Los_Angeles"]},
    ),
    NY.case(
        "us: the night that the clocks go forward",
        "2026-03-07T22:00",
        "US-TIME-01",
        later="2026-03-08T08:00",
        contact=CALL,
    ),
    NY.case(
        "us: the night that the clocks go back",
        "2026-10-31T22:00",
        "US-TIME-01",
        later="2026-11-01T08:00",
        contact=CALL,
    ),
    NY.case(
        "us: over the lost hour",
        "2026-03-08T01:30",
        "US-TIME-01",
        later="2026-03-08T08:00",
        minutes=60,
        contact=CALL,
    ),
    NY.case(
        "us: a time the consumer called inconvenient",
        f"{DAY}T12:30",
        "US-TIME-01",
        later=f"{DAY}T14:00",
        policies=True,
        contact=CALL,
        debtor={"wishes": [{"channel": "call", "forbid": ["12:00", "14:00"]}]},
    ),
    NY.case(
        "us: a call that ends where the inconvenient time begins",
        f"{DAY}T11:40",
        contact=CALL,
        debtor={"wishes": [{"channel": "call", "forbid": ["12:00", "14:00"]}]},
    ),
    NY.case(
        "us: a wish about calls says nothing of letters",
        f"{DAY}T12:30",
        minutes=None,
        contact={"channel": "letter"},
        debtor={"wishes": [{"channel": "call", "forbid": ["12:00", "14:00"]}]},
    ),
    NY.case(
        "us: a medium refused altogether",
        f"{DAY}T12:30",
        "US-MEDIA-01",
        policies=True,
        contact=CALL,
        debtor={"wishes": [{"channel": "call"}]},
    ),
    NY.case(
        "us: consent to the late hour",
        f"{DAY}T21:10",
        contact=CALL,
        consents=[{"who": "p1", "channel": "call", "window": ["21:00", "22:00"]}],
    ),
    NY.case(
        "us: consent to the hour does not undo a wish",
        f"{DAY}T21:10",
        "US-TIME-01",
        later="2026-03-03T08:00",
        contact=CALL,
        consents=[{"who": "p1", "channel": "call", "window": ["21:00", "22:00"]}],
        debtor={"wishes": [{"channel": "call", "forbid": ["21:00", "23:00"]}]},
    ),
]
STANDING = [
    NY.case("us: no crew is asked for", f"{DAY}T10:00", contact={"agents": []}),
    NY.case(
        "us: work where the employer forbids it",
        f"{DAY}T10:00",
        "US-PLACE-01",
        contact=CALL,
        place={"kind": "work"},
        debtor={"refused_workplace": True},
    ),
    NY.case(
        "us: work where nothing is known of the employer",
        f"{DAY}T10:00",
        contact=CALL,
        place={"kind": "work"},
    ),
    NY.case(
        "us: home although the employer forbids work",
        f"{DAY}T10:00",
        contact=CALL,
        debtor={"refused_workplace": True},
    ),
    NY.case(
        "us: represented", f"{DAY}T10:00", "US-ATTY-01", contact=CALL, debtor={"represented": True}
    ),
    NY.case(
        "us: the spouse of one represented",
        f"{DAY}T10:00",
        "US-ATTY-01",
        contact=CALL,
        party=SPOUSE,
        debtor={"represented": True},
    ),
    NY.case(
        "us: represented, at night",
        f"{DAY}T22:00",
        "US-ATTY-01",
        "US-TIME-01",
        contact=CALL,
        debtor={"represented": True},
    ),
    NY.case(
        "us: represented, and agreed to a late hour only",
        f"{DAY}T21:10",
        "US-ATTY-01",
        contact=CALL,
        debtor={"represented": True},
        consents=[{"who": "p1", "channel": "call", "window": ["21:00", "22:00"]}],
    ),
    NY.case(
        "us: told to cease",
        f"{DAY}T10:00",
        "US-CEASE-01",
        policies=True,
        contact=CALL,
        holds=[NY.hold("cease")],
    ),
    NY.case(
        "us: told to cease binds the spouse's telephone too",
        f"{DAY}T10:00",
        "US-CEASE-01",
        contact=CALL,
        party=SPOUSE,
        holds=[NY.hold("cease")],
    ),
    NY.case(
        "us: disputed by a hold",
        f"{DAY}T10:00",
        "US-DISP-01",
        policies=True,
        contact=CALL,
        holds=[NY.hold("dispute")],
    ),
    NY.case(
        "us: disputed by the debt's mark",
        f"{DAY}T10:00",
        "US-DISP-01",
        policies=True,
        contact=CALL,
        debt={"disputed": True},
    ),
    NY.case(
        "us: a dispute that is answered tomorrow night",
        f"{DAY}T10:00",
        "US-DISP-01",
        later="2026-03-04T08:00",
        contact=CALL,
        holds=[NY.hold("dispute", "2026-03-03T23:00", scope="debt")],
    ),
    NY.case(
        "us: bankrupt by a hold",
        f"{DAY}T10:00",
        "US-BK-01",
        policies=True,
        contact=CALL,
        holds=[NY.hold("bankruptcy")],
    ),
    NY.case(
        "us: bankrupt by the debt's mark",
        f"{DAY}T10:00",
        "US-BK-01",
        policies=True,
        contact=CALL,
        debt={"bankruptcy": True},
    ),
    NY.case(
        "us: everything at once",
        f"{DAY}T22:00",
        "US-ATTY-01",
        "US-BK-01",
        "US-CEASE-01",
        "US-DISP-01",
        "US-PLACE-01",
        "US-TIME-01",
        contact=CALL,
        place={"kind": "work"},
        debt={"disputed": True, "bankruptcy": True},
        debtor={"represented": True, "refused_workplace": True},
        holds=[NY.hold("cease")],
    ),
]
CALLS = [
    NY.case(
        "us: a seventh call in seven days", "2026-03-08T10:00", contact=CALL, history=calls(*WEEK)
    ),
    NY.case(
        "us: an eighth call in seven days",
        "2026-03-08T12:00",
        "US-FREQ-01",
        later="2026-03-09T08:00",
        contact=CALL,
        history=calls(*WEEK, "2026-03-08"),
    ),
    NY.case(
        "us: seven calls on one day rest for the other six",
        f"{DAY}T12:00",
        "US-FREQ-01",
        later="2026-03-09T08:00",
        contact=CALL,
        history=calls(*[DAY] * 7),
    ),
    NY.case(
        "us: seven calls about another debt",
        f"{DAY}T12:00",
        contact=CALL,
        history=calls(*[DAY] * 7, debt="d2"),
    ),
    NY.case(
        "us: the day after a conversation",
        "2026-03-03T10:00",
        "US-FREQ-01",
        later="2026-03-09T08:00",
        contact=CALL,
        history=calls(DAY, result="connected"),
    ),
    NY.case(
        "us: the seventh day of a conversation, which is itself the first",
        "2026-03-08T10:00",
        "US-FREQ-01",
        later="2026-03-09T08:00",
        contact=CALL,
        history=calls(DAY, result="connected"),
    ),
    NY.case(
        "us: the eighth day",
        "2026-03-09T08:00",
        contact=CALL,
        history=calls(DAY, result="connected"),
    ),
    NY.case(
        "us: a conversation about another debt",
        "2026-03-03T10:00",
        contact=CALL,
        history=calls(DAY, result="connected", debt="d2"),
    ),
    NY.case(
        "us: after a conversation a letter may go",
        "2026-03-03T10:00",
        minutes=None,
        contact={"channel": "letter"},
        history=calls(DAY, result="connected"),
    ),
    NY.case("us: a visit is no call", "2026-03-03T10:00", history=calls(DAY, result="connected")),
    NY.case(
        "us: a meeting at the door is no telephone conversation",
        "2026-03-03T10:00",
        contact=CALL,
        history=[NY.past("visit", f"{DAY}T10:00", "met")],
    ),
]
CASES = each([*HOURS, *STANDING, *CALLS])
