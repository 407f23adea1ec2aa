"""A formula that comes with the trace record of another house leaves as text in every table."""

import csv
import io
from collections.abc import Callable, Iterator
from datetime import timedelta

import pytest
from openpyxl import load_workbook
from sqlalchemy import select
from sqlalchemy.orm import Session

from fieldops.domain.permissions import Actor, Role
from fieldops.domain.rulebook.vocabulary import Channel
from fieldops.models import Case, Party
from fieldops.services import organisations
from fieldops.services.rights import overriding
from tests.builders.cases import a_case
from tests.builders.doors import BOOK
from tests.builders.records import lines_of_record, take_in
from tests.builders.visits import START
from tests.builders.worlds import World
from tests.web.conftest import Reader

Reads = Callable[[str], Reader]
DAY = START.date()
FORMULAS = ("=1+1", "+1", "-1", "@1", "\t=1")


@pytest.fixture
def taken(session: Session, world: World) -> list[Case]:
    """Cases of another house whose numbers and creditors are formulas, one of each."""
    undone = session.begin_nested()
    elsewhere = organisations.found(session, "Elsewhere", now=START)
    for text in FORMULAS:
        a_case(session, elsewhere, number=text, creditor=text)
    lines = lines_of_record(session, elsewhere)
    undone.rollback()
    session.expire_all()
    take_in(session, world.organisation, lines)
    query = select(Case).where(Case.number.in_(FORMULAS)).order_by(Case.number)
    return list(session.scalars(query))


def _csv(content: bytes) -> list[list[str]]:
    return list(csv.reader(io.StringIO(content.decode("utf-8-sig"))))


def _workbook(content: bytes) -> Iterator[object]:
    for sheet in load_workbook(io.BytesIO(content)):
        for row in sheet.iter_rows():
            assert all(cell.data_type != "f" for cell in row)
            yield from (cell.value for cell in row)


@pytest.mark.usefixtures("taken")
def test_a_creditor_leaves_the_reports_as_text(reads: Reads) -> None:
    reader = reads("admin")
    # One report for each is much; which signs are quoted is tried where cells are written.
    for text in ("=1+1", "\t=1"):
        asked = {"kind": "portfolio", "creditor": text}
        table = reader.client.get("/reports/file.csv", query_string=asked).data
        assert f"'{text}" in [cell for line in _csv(table) for cell in line]
        book = reader.client.get("/reports/file.xlsx", query_string=asked).data
        assert f"'{text}" in list(_workbook(book))


def test_a_number_leaves_the_list_of_overrides_as_text(
    taken: list[Case], session: Session, world: World, reads: Reads
) -> None:
    compliance = world.people["compliance"]
    actor = Actor(world.organisation.id, Role(compliance.role), compliance.id)
    for case in taken:
        party = session.scalars(select(Party.id).where(Party.case_id == case.id)).one()
        order = overriding.OverrideOrder(
            party, "CN-FREQ-03", Channel.VISIT, START, START + timedelta(days=1),
            "the debtor asked us to come again", "his letter",
        )  # fmt: skip
        overriding.place(session, order, book=BOOK, actor=actor, now=START)
    table = reads("compliance").get(f"/overrides/report.csv?since={DAY}&until={DAY}").data
    assert {line[2] for line in _csv(table)[1:]} == {f"'{text}" for text in FORMULAS}
