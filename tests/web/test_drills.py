"""The pages of drills: reports side by side, one with its charts, and the mark of a drill."""

from collections.abc import Callable

import pytest
from sqlalchemy.orm import Session

from fieldops.models import Organisation
from fieldops.services import organisations
from fieldops.web import charts
from tests.builders.cases import a_case
from tests.builders.drills import a_report
from tests.builders.worlds import World
from tests.web.conftest import Reader

Reads = Callable[[str], Reader]


def test_the_list_leads_to_each_report(reads: Reads, world: World) -> None:
    text = reads("compliance").get("/drills").text
    assert f'href="/drills/{world.drill.id}"' in text
    assert f"{a_report()['residence']['brier']:.3f}" in text


@pytest.mark.parametrize("tongue", ["en", "zh-CN"])
def test_a_report_shows_its_figures_in_both_languages(
    reads: Reads, world: World, tongue: str
) -> None:
    reader = reads("auditor")
    reader.client.set_cookie("fieldops_language", tongue)
    text = reader.get(f"/drills/{world.drill.id}").text
    assert {"en": "What to mend first", "zh-CN": "应首先改进"}[tongue] in text
    assert text.count("<svg viewBox") >= 3


def test_an_example_is_a_link_only_where_its_case_is(
    reads: Reads, session: Session, world: World, organisation: Organisation
) -> None:
    person = a_report()["mend"][0]["examples"][0]
    page = f"/drills/{world.drill.id}"
    assert f">{person}</a>" not in reads("compliance").get(page).text
    case = a_case(session, organisation, number=f"DRILL-{person}")
    session.commit()
    assert f'<a href="/cases/{case.id}">{person}</a>' in reads("compliance").get(page).text


def test_every_page_of_a_drill_says_so(
    reads: Reads, session: Session, world: World, organisation: Organisation
) -> None:
    assert "every case here is made up" not in reads("counsel").get("/cases").text
    organisation.kind = organisations.DRILL
    session.commit()
    assert "every case here is made up" in reads("counsel").get("/cases").text


def test_perfect_calibration_lies_on_the_diagonal() -> None:
    bins = [{"count": 5, "said": 0.2, "true": 0.2}, {"count": 0, "said": 0.5, "true": 0.0}]
    (dot,) = charts.calibration(bins).dots
    assert dot.x == charts.SIDE - dot.y
    assert dot.r == 12


def test_a_bar_is_as_high_as_its_share() -> None:
    steps = [{"weeks": 4, "moves": 1}, {"weeks": 26, "moves": 4}]
    first, last = charts.delays({"moves": 4, "delays": steps})
    assert (first.percent, last.percent) == (25, 100)
    assert last.height == pytest.approx(4 * first.height)


def test_an_interval_holds_its_figure() -> None:
    row = {"brier": 0.05, "brier_interval": {"low": 0.04, "high": 0.07}}
    (span,) = charts.spans([("a", "ours", row)]).rows
    assert span.low < span.x < span.high
