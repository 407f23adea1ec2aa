"""Compliance answers a person on pages, and opens who is restricted with a reason."""

import re
from collections.abc import Callable

from sqlalchemy.orm import Session

from fieldops.models import DataRequest
from tests.builders.worlds import World
from tests.services.evidence.test_packs import needs_font
from tests.web.conftest import Reader


def _record(reader: Reader, world: World, kind: str) -> str:
    """The address of a request that was recorded and whose identity was checked."""
    form = {"number": world.case.number, "kind": kind, "channel": "letter"}
    made = reader.post("/protection/requests", received_on="2026-11-24", **form)
    assert made.status_code == 302, made.text
    checked = reader.post(f"{made.location}/identity", method="id_document")
    assert checked.status_code == 302
    return str(made.location)


@needs_font
def test_a_copy_is_given_out_as_pdf_and_json(world: World, reads: Callable[[str], Reader]) -> None:
    reader = reads("compliance")
    url = _record(reader, world, "access")
    pdf = reader.post(f"{url}/copy", form="pdf")
    assert (pdf.status_code, pdf.mimetype) == (200, "application/pdf")
    assert reader.post(f"{url}/copy", form="json").json["form"] == "fieldops/person-record/1"
    assert "The copy was given out" in reader.get(url).text


def test_who_is_restricted_is_opened_with_a_reason(
    session: Session, world: World, reads: Callable[[str], Reader]
) -> None:
    case_id, reader = world.case.id, reads("compliance")
    url = _record(reader, world, "restriction")
    assert reader.post(f"{url}/answer", reason="PIPL art. 44").status_code == 302
    session.expunge_all()
    assert reader.get(f"/cases/{case_id}").status_code == 404
    assert "PIPL art. 44" in reader.get("/protection").text
    person_id = session.query(DataRequest).one().person_id
    record = f"/protection/persons/{person_id}/record"
    assert reader.post(record, reason="complaint").status_code == 422
    assert "张三" in reader.post(record, reason="complaint", words="file 7").text


def test_counsel_keeps_who_rests_from_being_erased(
    session: Session, world: World, reads: Callable[[str], Reader]
) -> None:
    reader, counsel = reads("compliance"), reads("counsel")
    url = _record(reader, world, "restriction")
    assert reader.post(f"{url}/answer", reason="PIPL art. 44").status_code == 302
    hold = f"/protection/persons/{session.query(DataRequest).one().person_id}/legal-hold"
    assert counsel.post(hold, reason="").status_code == 422
    assert counsel.post(hold, reason="the suit", evidence="case 7").status_code == 302
    page = counsel.get("/protection").text
    assert "case 7" in page
    lift = re.search(r"/protection/legal-holds/[0-9a-f-]+/lift", page)
    assert lift
    assert lift[0] not in reader.get("/protection").text
    assert counsel.post(lift[0], reason="over").status_code == 302
    assert "case 7" not in counsel.get("/protection").text
    assert "legal hold" in reader.get(f"/protection/readings?number={world.case.number}").text


def test_a_masked_value_is_shown_once_on_the_case(
    world: World, reads: Callable[[str], Reader]
) -> None:
    reader, person = reads("dispatcher"), world.case.parties[0].person_id
    url = f"/cases/{world.case.id}"
    form = {"person": str(person), "field": "name", "reason": "identify"}
    shown = reader.post(f"{url}/reveal", words="counter", **form).text
    assert "Shown once" in shown
    assert "Shown once" not in reader.get(url).text
    assert reader.post(f"{url}/reveal", words="", **form).status_code == 422
