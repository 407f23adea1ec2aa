"""Files handed over through the interface."""

import io
import json
from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy.orm import Session

from fieldops.domain.casefile.mapping import HeadingMapping
from fieldops.models import Organisation
from fieldops.services.intake import mappings
from tests.conftest import NOW, Person
from tests.services.intake.files import (
    AGENT_HEADINGS,
    CASE_HEADINGS,
    a_line,
    an_agent_line,
    as_csv,
)


@pytest.fixture
def dispatcher(signed_in: Callable[..., Person], organisation: Organisation) -> Person:
    """Somebody who brings files in."""
    return signed_in("dispatcher", organisation)


def _send(
    person: Person, content: bytes, headers: dict[str, str] | None = None, **form: str
) -> Any:
    data = {"file": (io.BytesIO(content), "cases.csv"), **form}
    return person.post("/api/v1/imports", data=data, headers=headers or {})


def test_a_case_file_is_taken_in_with_its_counts(dispatcher: Person) -> None:
    content = as_csv(CASE_HEADINGS, a_line(), a_line(案件编号="C-2", 地址=""))
    answer = _send(dispatcher, content)
    assert answer.status_code == 201
    assert answer.json["kind"] == "cases"
    assert (answer.json["counts"]["new"], answer.json["counts"]["refused"]) == (1, 1)


def test_the_report_names_the_line_the_field_and_the_cure(dispatcher: Person) -> None:
    made = _send(dispatcher, as_csv(CASE_HEADINGS, a_line(坐标系="WGS85"))).json
    url = f"/api/v1/imports/{made['id']}/lines?verdict=refused"
    (line,) = dispatcher.get(url).json["items"]
    assert (line["line"], line["field"], line["heading"]) == (2, "datum", "坐标系")
    assert line["cure_en"]


def test_the_headings_tell_an_agent_file(dispatcher: Person) -> None:
    assert _send(dispatcher, as_csv(AGENT_HEADINGS, an_agent_line())).json["kind"] == "agents"


def test_a_file_of_the_other_kind_is_refused(dispatcher: Person) -> None:
    answer = _send(dispatcher, as_csv(AGENT_HEADINGS, an_agent_line()), kind="cases")
    assert answer.status_code == 422
    assert answer.json["errors"]


def test_a_dry_run_takes_nothing_in(dispatcher: Person) -> None:
    answer = _send(dispatcher, as_csv(CASE_HEADINGS, a_line()), dry_run="true")
    assert (answer.json["is_dry_run"], answer.json["counts"]["new"]) == (True, 1)
    assert dispatcher.get("/api/v1/cases").json["items"] == []
    assert len(dispatcher.get("/api/v1/imports").json["items"]) == 1


def test_a_mapping_names_headings_of_the_creditors_own(dispatcher: Person) -> None:
    content = as_csv(CASE_HEADINGS, a_line()).replace("地址".encode(), "门牌".encode())
    assert _send(dispatcher, content).status_code == 422
    mapping = json.dumps({"columns": {"门牌": "address"}})
    assert _send(dispatcher, content, mapping=mapping).json["counts"]["new"] == 1


@pytest.mark.parametrize("content", [b"", b"%PDF-1.7", b"PK\x03\x04broken"])
def test_what_is_no_table_is_refused_with_a_cure(dispatcher: Person, content: bytes) -> None:
    answer = _send(dispatcher, content)
    assert answer.status_code == 422
    assert answer.json["errors"][0]["field"] == "file"


def test_a_request_without_a_file_is_refused(dispatcher: Person) -> None:
    answer = dispatcher.post("/api/v1/imports", data={"dry_run": "true"})
    assert answer.status_code == 422
    assert answer.json["errors"][0]["field"] == "file"


def test_the_same_key_takes_the_file_in_once(dispatcher: Person) -> None:
    content = as_csv(CASE_HEADINGS, a_line())
    boundary = "b0undary"
    body = (
        (
            f'--{boundary}\r\nContent-Disposition: form-data; name="file"; filename="c.csv"\r\n\r\n'
        ).encode()
        + content
        + f"\r\n--{boundary}--\r\n".encode()
    )
    options = {
        "data": body,
        "content_type": f"multipart/form-data; boundary={boundary}",
        "headers": {"Idempotency-Key": "import-1"},
    }
    first = dispatcher.post("/api/v1/imports", **options)
    second = dispatcher.post("/api/v1/imports", **options)
    assert (first.status_code, second.status_code) == (201, 201)
    assert first.json["id"] == second.json["id"]


def test_counsel_may_not_bring_files_in(
    signed_in: Callable[..., Person], organisation: Organisation
) -> None:
    counsel = signed_in("counsel", organisation)
    assert _send(counsel, as_csv(CASE_HEADINGS, a_line())).status_code == 403


def test_a_saved_mapping_serves_by_its_name_and_is_deleted(
    session: Session, organisation: Organisation, signed_in: Callable[..., Person]
) -> None:
    dispatcher = signed_in("dispatcher", organisation)
    mapping = HeadingMapping({"合同": "case_number", "客户": "name", "住哪": "address"})
    kept = mappings.keep(
        session, "月度", "cases", ["合同", "客户", "住哪"], mapping, actor=dispatcher.actor, now=NOW
    )
    session.commit()
    assert [one["name"] for one in dispatcher.get("/api/v1/imports/mappings").json["items"]] == [
        "月度"
    ]
    content = "合同,客户,住哪\nS-1,张三,成都市锦江区红星路1号\n".encode()
    form = {"file": (io.BytesIO(content), "a.csv"), "mapping_name": "月度", "dry_run": "true"}
    answer = dispatcher.post("/api/v1/imports", data=form)
    assert answer.json["counts"]["new"] == 1
    form = {"file": (io.BytesIO(content), "a.csv"), "mapping_name": "nobody's"}
    assert dispatcher.post("/api/v1/imports", data=form).status_code == 404
    url = f"/api/v1/imports/mappings/{kept.id}"
    assert dispatcher.client.delete(url, headers=dispatcher.headers).status_code == 204
    assert dispatcher.client.delete(url, headers=dispatcher.headers).status_code == 404
