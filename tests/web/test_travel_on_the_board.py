"""The board says where a plan's travel times are from, in the reader's language."""

from collections.abc import Callable
from typing import Any

from sqlalchemy.orm import Session

from fieldops.domain.travel.engine import AWAY, Shortfall
from fieldops.models import Plan
from fieldops.services.planning.pace import Pace
from fieldops.services.planning.travel import Laid
from fieldops.services.planning.travel_told import travel_figures
from routing.problem import Problem
from tests.builders.worlds import World
from tests.web.conftest import Reader


def board(session: Session, world: World, reader: Reader, laid: Laid) -> str:
    plan = session.get_one(Plan, world.plan.id)
    plan.figures = {**plan.figures, "travel": travel_figures(laid, Pace())}
    session.commit()
    return str(reader.get(f"/board?day={plan.day}&plan={plan.id}").text)


def test_the_engine_is_named(
    session: Session, world: World, reads: Callable[[str], Reader]
) -> None:
    laid = Laid(Problem((), ()), "matrix", "osrm", pairs=1_600, asked=1_600)
    page: Any = board(session, world, reads("dispatcher"), laid)
    assert "1,600" in page
    assert "osrm" in page
    assert "notice warn" not in page


def test_what_fell_back_on_estimates_is_a_warning(
    session: Session, world: World, reads: Callable[[str], Reader]
) -> None:
    laid = Laid(Problem((), ()), "geodesic", "osrm", pairs=4, shortfalls=[Shortfall(AWAY, 4)])
    page = board(session, world, reads("dispatcher"), laid)
    assert "notice warn" in page
    assert "the engine did not answer" in page or "引擎没有应答" in page
