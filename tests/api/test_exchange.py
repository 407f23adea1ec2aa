"""The trace record out and in over HTTP."""

from collections.abc import Callable
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from fieldops.models import AccessRecord, Organisation
from fieldops.services import organisations
from tests.builders.cases import a_case
from tests.conftest import NOW, Person


def test_compliance_takes_the_record_out_and_that_is_kept(
    session: Session, organisation: Organisation, signed_in: Callable[..., Person]
) -> None:
    case = a_case(session, organisation)
    compliance = signed_in("compliance", organisation)
    answer = compliance.get("/api/v1/trace/export")
    assert answer.status_code == 200
    assert answer.headers["Content-Type"].startswith("application/x-ndjson")
    assert str(case.id) in answer.text
    answer.close()
    kept = session.scalars(select(AccessRecord.subject)).all()
    assert "trace-export" in kept


def test_a_house_that_works_takes_a_record_and_a_wrong_line_is_named(
    session: Session, organisation: Organisation, signed_in: Callable[..., Person]
) -> None:
    a_case(session, organisation)
    assert _sent(signed_in("compliance", organisation), b"").status_code == 201
    empty = organisations.found(session, "Second house", now=NOW)
    newcomer = signed_in("compliance", empty)
    wrong = _sent(newcomer, b'{"id": "a"}\n')
    assert wrong.status_code == 422
    assert wrong.json["errors"][0]["field"] == "line 1"
    other = b'{"id": "a", "schema": "Person", "properties": {}}\n'
    taken = _sent(newcomer, other)
    assert (taken.status_code, taken.json) == (
        201,
        {"rows": {}, "known": 0, "set_aside": 1, "differing": [], "differing_in_all": 0},
    )


def _sent(person: Person, body: bytes) -> Any:
    return person.post("/api/v1/trace/import", data=body, content_type="application/x-ndjson")
