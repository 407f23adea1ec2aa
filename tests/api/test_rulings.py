"""Asking the rulebook over HTTP, and reading the rulings that were kept."""

from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy.orm import Session

from fieldops.models import Organisation
from tests.builders.cases import an_agent
from tests.conftest import Person

SignIn = Callable[..., Person]
URL = "/api/v1/rulings"


def _contact(**values: Any) -> dict[str, Any]:
    contact = {
        "channel": "visit",
        "place": {"kind": "home", "timezone": "Asia/Shanghai", "jurisdictions": ["CN", "CN-SC"]},
        "start": "2026-03-02T10:00:00+08:00",
        "end": "2026-03-02T10:30:00+08:00",
        "agents": [{"id": "a1"}, {"id": "a2"}],
    }
    return {"contact": contact | values}


def _late() -> dict[str, Any]:
    return _contact(start="2026-03-02T21:40:00+08:00", end="2026-03-02T22:10:00+08:00")


def test_a_lawful_contact_is_allowed(signed_in: SignIn, organisation: Organisation) -> None:
    answer = signed_in("dispatcher", organisation).post(URL, json=_contact())
    assert answer.status_code == 200
    assert answer.json["allowed"] is True
    assert answer.json["rule_pack"].startswith("cn-")


def test_a_visit_that_ends_after_ten_is_refused_with_the_next_lawful_time(
    signed_in: SignIn, organisation: Organisation
) -> None:
    answer = signed_in("dispatcher", organisation).post(URL, json=_late() | {"policies": False})
    assert answer.json["allowed"] is False
    (violation,) = answer.json["violations"]
    assert violation["rule"] == "CN-TIME-01"
    assert violation["overridable_by"] == ["agreement", "consent"]
    assert answer.json["next_legal"] == "2026-03-03T08:00:00+08:00"


def test_a_case_asks_over_http_what_it_asks_in_a_file(
    signed_in: SignIn, organisation: Organisation
) -> None:
    noon = _contact(start="2026-03-02T12:30:00+08:00", end="2026-03-02T12:50:00+08:00")
    word = {
        "id": "o1", "rule": "CN-TIME-P", "office": "case_worker", "debtor": "debtor",
        "party": "debtor", "debt": "debt", "channel": "visit",
        "from": "2026-03-02T12:00:00+08:00", "until": "2026-03-02T14:00:00+08:00",
    }  # fmt: skip
    who = signed_in("dispatcher", organisation)
    asked = noon | {"history": None, "holds": None, "debt": None}
    assert [one["rule"] for one in who.post(URL, json=asked).json["violations"]] == ["CN-TIME-P"]
    assert who.post(URL, json=asked | {"overrides": [word]}).json["allowed"] is True


def test_a_question_is_kept_with_its_answer(signed_in: SignIn, organisation: Organisation) -> None:
    signed_in("dispatcher", organisation).post(URL, json=_late())
    (kept,) = signed_in("auditor", organisation).get(URL).json["items"]
    assert kept["gate"] == "asked"
    assert kept["allowed"] is False
    assert "CN-TIME-01" in {one["rule"] for one in kept["violations"]}
    assert len(kept["inputs_hash"]) == 64


def test_kept_rulings_come_page_by_page(signed_in: SignIn, organisation: Organisation) -> None:
    dispatcher, auditor = (signed_in(role, organisation) for role in ("dispatcher", "auditor"))
    for _ in range(3):
        dispatcher.post(URL, json=_contact())
    first = auditor.get(f"{URL}?limit=2")
    second = auditor.get(f"{URL}?limit=2&after={first.json['next']}")
    assert 'rel="next"' in first.headers["Link"]
    assert len({one["id"] for one in first.json["items"] + second.json["items"]}) == 3
    assert second.json["next"] is None


def test_only_refusals_can_be_asked_for(signed_in: SignIn, organisation: Organisation) -> None:
    dispatcher = signed_in("dispatcher", organisation)
    dispatcher.post(URL, json=_contact())
    dispatcher.post(URL, json=_late())
    found = signed_in("auditor", organisation).get(f"{URL}?allowed=false").json["items"]
    assert [one["allowed"] for one in found] == [False]


def test_a_contact_without_a_time_zone_is_refused_by_field(
    signed_in: SignIn, organisation: Organisation
) -> None:
    answer = signed_in("dispatcher", organisation).post(
        URL, json=_contact(start="2026-03-02T10:00:00")
    )
    assert answer.status_code == 422
    assert answer.json["errors"][0]["field"] == "contact.start"


def test_an_unknown_key_is_refused(signed_in: SignIn, organisation: Organisation) -> None:
    answer = signed_in("dispatcher", organisation).post(URL, json=_contact(colour="red"))
    assert answer.status_code == 422
    assert answer.json["errors"][0]["field"] == "contact.colour"


@pytest.mark.parametrize(
    ("body", "field"),
    [
        (b"\xff\xfe", None),
        (b"null", None),
        (b"[1]", None),
        (b'{"contact": ' + b"[" * 50_000, None),
        (b'{"contact": NaN}', None),
        (b'{"contact": {"channel": "call", "channel": "sms"}}', "channel"),
        (b'{"contact": {"channel": "call", "start": "2026-03-02"}}', "contact.start"),
        (
            b'{"contact": {"channel": "call", "start": "9999-12-31T23:59:59-23:59"}}',
            "contact.start",
        ),
        (
            b'{"contact": {"channel": "\\ud800", "start": "2026-03-02T10:00:00Z"}}',
            "contact.channel",
        ),
    ],
)
def test_what_means_harm_is_refused_and_told_in_the_readers_language(
    signed_in: SignIn, organisation: Organisation, body: bytes, field: str | None
) -> None:
    dispatcher = signed_in("dispatcher", organisation)
    told = {"Content-Type": "application/json", "Accept-Language": "zh-CN"}
    answer = dispatcher.client.post(URL, data=body, headers={**dispatcher.headers, **told})
    assert 400 <= answer.status_code < 500
    assert answer.content_type.startswith("application/problem+json")
    found: Any = answer.json
    if field is not None:
        (fault,) = found["errors"]
        assert (answer.status_code, fault["field"]) == (422, field)
        assert not (fault["message"] + fault["cure"]).isascii()


def test_a_visit_into_an_unpublished_year_is_answered_with_its_calendar(
    signed_in: SignIn, organisation: Organisation
) -> None:
    year = _contact(start="2028-03-02T10:00:00+08:00", end="2028-03-02T10:30:00+08:00")
    answer = signed_in("dispatcher", organisation).post(URL, json=year)
    (violation,) = answer.json["violations"]
    assert violation["found"]["closed_days_known_to"] == "2027-12-31"


def test_an_agent_may_not_ask(
    session: Session, signed_in: SignIn, organisation: Organisation
) -> None:
    agent = an_agent(session, organisation)
    person = signed_in("agent", organisation, agent_id=agent.id)
    assert person.post(URL, json=_contact()).status_code == 403


def test_a_dispatcher_may_not_read_what_was_kept(
    signed_in: SignIn, organisation: Organisation
) -> None:
    assert signed_in("dispatcher", organisation).get(URL).status_code == 403


def test_a_kept_ruling_is_replayed_by_the_rules_of_then(
    signed_in: SignIn, organisation: Organisation
) -> None:
    signed_in("dispatcher", organisation).post(URL, json=_late() | {"policies": False})
    auditor = signed_in("auditor", organisation)
    (kept,) = auditor.get(URL).json["items"]
    again = auditor.get(f"{URL}/{kept['id']}/replay").json
    assert again["differs"] == []
    assert again["kept"]["id"] == kept["id"]
    assert [one["rule"] for one in again["replayed"]["violations"]] == ["CN-TIME-01"]
    assert again["replayed"]["next_legal"] == "2026-03-03T08:00:00+08:00"


def test_a_dispatcher_may_not_replay(signed_in: SignIn, organisation: Organisation) -> None:
    answer = signed_in("dispatcher", organisation).get(f"{URL}/{organisation.id}/replay")
    assert answer.status_code == 403
