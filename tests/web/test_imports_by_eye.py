"""Files mapped by eye: the columns are shown, chosen, and remembered for the same header."""

import io
from collections.abc import Callable
from typing import Any

from openpyxl import Workbook
from sqlalchemy import select
from sqlalchemy.orm import Session

from fieldops.models import Case, Import, ImportMapping
from fieldops.services import organisations
from tests.builders.worlds import World, a_world
from tests.conftest import NOW
from tests.web.conftest import Reader

Reads = Callable[[str], Reader]
STRANGE = "某行清单,,\n合同,客户,住哪\nS-1,张三,成都市锦江区红星路1号\n,李四,成都市\n"
CHOSEN = {
    "kind": "cases",
    "heading": ["合同", "客户", "住哪"],
    "column": ["case_number", "name", "address"],
}


def _file(text: str = STRANGE) -> Any:
    return (io.BytesIO(text.encode()), "strange.csv")


def _look(reader: Reader, file: Any, **more: str) -> Any:
    return reader.post("/imports/columns", file=file, **more)


def _the_import(session: Session) -> Import:
    return session.scalars(select(Import).order_by(Import.id.desc()).limit(1)).one()


def test_the_columns_of_a_file_are_shown_and_nothing_is_kept(
    session: Session, world: World, reads: Reads
) -> None:
    answer = _look(reads("dispatcher"), _file("案号,姓名,颜色\nS-1,张三,红\n"))
    assert answer.status_code == 200
    assert '<option value="case_number" selected>' in answer.text
    assert "<li>红</li>" in answer.text
    assert "<html" not in answer.text
    assert session.scalars(select(Import)).all() == []


def test_a_workbook_is_shown_in_the_same_way(world: World, reads: Reads) -> None:
    book, out = Workbook(), io.BytesIO()
    book.active.append(["工号", "姓名", "上班时间", "下班时间"])
    book.active.append(["E1", "张三", "09:00", "18:00"])
    book.save(out)
    answer = _look(reads("admin"), (io.BytesIO(out.getvalue()), "agents.xlsx"))
    assert '<option value="shift_start" selected>' in answer.text


def test_what_is_no_table_is_refused_with_a_reason(world: World, reads: Reads) -> None:
    for file in (_file(""), (io.BytesIO(b"%PDF-1.7"), "a.csv"), (io.BytesIO(b""), "")):
        answer = _look(reads("admin"), file)
        assert answer.status_code == 422
        assert 'role="alert"' in answer.text


def test_a_file_is_taken_in_as_its_columns_were_chosen_and_errors_come_by_line(
    session: Session, world: World, reads: Reads
) -> None:
    answer = reads("dispatcher").post(
        "/imports", file=_file(), **CHOSEN, **{"default.client": "乙银行"}
    )
    assert answer.status_code == 302
    found = _the_import(session)
    assert (found.counts["new"], found.counts["refused"]) == (1, 1)
    case = session.scalars(select(Case).where(Case.number == "S-1")).one()
    assert case.creditor == "乙银行"
    assert session.scalars(select(ImportMapping)).all() == []


def test_a_saved_mapping_is_proposed_for_the_same_header_in_its_own_house_alone(
    session: Session, world: World, reads: Reads
) -> None:
    other = a_world(session, organisations.found(session, "Another agency", now=NOW))
    reader = reads("dispatcher")
    reader.post("/imports", file=_file(), **CHOSEN, save_as=" 月度 ", dry_run="yes")
    shown = _look(reader, _file("住哪,合同,客户\n某路,S-9,王五\n")).text
    assert "月度" in shown
    assert '<option value="address" selected>' in shown
    saved = session.scalars(select(ImportMapping)).one()
    assert saved.organisation_id != other.organisation.id
    saved.organisation_id = other.organisation.id
    session.commit()
    assert "月度" not in _look(reader, _file()).text
    assert reader.post(f"/imports/mappings/{saved.id}/forget").status_code == 404


def test_a_mapping_of_a_name_is_saved_over_and_deleted(
    session: Session, world: World, reads: Reads
) -> None:
    reader = reads("admin")
    for _ in range(2):
        reader.post("/imports", file=_file(), **CHOSEN, save_as="月度", dry_run="yes")
    saved = session.scalars(select(ImportMapping)).one()
    assert "月度" in reader.get("/imports").text
    assert reader.post(f"/imports/mappings/{saved.id}/forget").status_code == 302
    assert session.scalars(select(ImportMapping)).all() == []


def test_choices_that_do_not_fit_are_refused_and_nothing_is_taken(
    session: Session, world: World, reads: Reads
) -> None:
    wrong: list[dict[str, Any]] = [
        # Fewer choices than columns.
        {**CHOSEN, "column": ["case_number"]},
        # No such field.
        {**CHOSEN, "column": ["case_number", "name", "password"]},
        # What must be there is left out.
        {**CHOSEN, "column": ["case_number", "name", ""]},
        # A field twice.
        {**CHOSEN, "column": ["name", "name", "address"]},
        # A name that is too long.
        {**CHOSEN, "save_as": "x" * 81},
    ]
    for form in wrong:
        assert reads("admin").post("/imports", file=_file(), **form).status_code == 422
    session.expire_all()
    assert session.scalars(select(Import)).all() == []


def test_the_lines_of_an_import_page_on_and_can_be_narrowed(
    session: Session, world: World, reads: Reads
) -> None:
    rows = "".join(f"S-{n},,某路{n}号\n" for n in range(130))
    reads("admin").post("/imports", file=_file(f"合同,客户,住哪\n{rows}"), **CHOSEN)
    found = _the_import(session)
    reader = reads("admin")
    first = reader.get(f"/imports/{found.id}?verdict=refused").text
    assert "after=" in first
    assert "S-129" not in first
    assert reader.get(f"/imports/{found.id}?verdict=to_look_at").status_code == 200
