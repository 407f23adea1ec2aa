"""Whole files as creditors send them, where they are at hand."""

from pathlib import Path

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from fieldops.domain.permissions import Actor
from fieldops.gateways.spreadsheets import open_rows
from fieldops.models import Case, Import
from fieldops.services import intake
from tests.builders.cases import NOW
from tests.services.intake.files import SHARED

CASES = SHARED / "cases" / "chengdu_cases_3000.csv"
AGENTS = SHARED / "cases" / "chengdu_agents_60.csv"


def _take(session: Session, actor: Actor, file: Path) -> Import:
    return intake.import_either(
        session, open_rows(file), file.name, sha256="0" * 64, actor=actor, now=NOW
    )


@pytest.mark.skipif(not CASES.exists(), reason=f"{CASES.name} is not at hand")
def test_of_three_thousand_lines_nine_are_refused_and_the_rest_taken_once(
    session: Session, admin: Actor
) -> None:
    first = _take(session, admin, CASES)
    assert (first.counts["refused"], first.counts["new"]) == (9, 2991)
    again = _take(session, admin, CASES)
    assert (again.counts["refused"], again.counts["unchanged"]) == (9, 2991)
    assert session.scalar(select(func.count()).select_from(Case)) == 2991


@pytest.mark.skipif(not AGENTS.exists(), reason=f"{AGENTS.name} is not at hand")
def test_an_agent_file_is_known_by_its_headings(session: Session, admin: Actor) -> None:
    record = _take(session, admin, AGENTS)
    assert (record.kind, record.counts["new"], record.counts["refused"]) == ("agents", 60, 0)
