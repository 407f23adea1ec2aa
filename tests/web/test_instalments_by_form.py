"""Instalments are promised on the page of a visit, without any script."""

from collections.abc import Callable
from datetime import date
from decimal import Decimal

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from fieldops.domain.instalments import Rhythm, spread
from fieldops.models import Arrangement, Promise, Visit
from tests.builders.worlds import World
from tests.web.conftest import Reader
from tests.web.test_acts import FIX

Reads = Callable[[str], Reader]
FORM = {
    "outcome": "promise", "promise.amount": "350.50", "promise.due_on": "2026-12-31",
    "promise.count": "3", "promise.every": "month",
}  # fmt: skip


@pytest.fixture
def at_the_door(reads: Reads, session: Session, world: World) -> Callable[..., int]:
    """An agent who has arrived sends the form of his visit: the status of the answer."""
    reader, visit = reads("agent"), world.visits[0]
    reader.post(f"/visits/{visit.id}/arrive", **FIX)

    def send(**more: str) -> int:
        session.expire_all()
        version = session.get_one(Visit, visit.id).version
        form = {**FORM, **more, "version": str(version)}
        return int(reader.post(f"/visits/{visit.id}/outcome", **form).status_code)

    return send


def test_several_equal_sums_are_one_arrangement_over_the_ends_of_months(
    at_the_door: Callable[..., int], session: Session
) -> None:
    assert at_the_door() == 302
    row = session.scalars(select(Arrangement)).one()
    assert (str(row.amount), row.count) == ("1051.50", 3)
    days = session.scalars(select(Promise.due_on).order_by(Promise.number))
    assert [one.isoformat() for one in days] == ["2026-12-31", "2027-01-31", "2027-02-28"]


def test_one_sum_stays_a_plain_promise(at_the_door: Callable[..., int], session: Session) -> None:
    assert at_the_door(**{"promise.count": ""}) == 302
    assert session.scalars(select(Arrangement)).one_or_none() is None
    assert session.scalars(select(Promise)).one().due_on == date(2026, 12, 31)


@pytest.mark.parametrize(
    "wrong",
    [
        # No number; none at all; more than anybody may take down; a rhythm of none.
        {"promise.count": "three"},
        {"promise.count": "0"},
        {"promise.count": "121"},
        {"promise.every": "moon"},
        {"promise.amount": "much"},
        {"promise.due_on": ""},
    ],
)
def test_a_form_that_makes_no_instalments_comes_back(
    at_the_door: Callable[..., int], wrong: dict[str, str]
) -> None:
    assert at_the_door(**wrong) == 422


@pytest.mark.parametrize(("every", "then"), [("week", "2027-01-04"), ("fortnight", "2027-01-11")])
def test_weeks_are_counted_in_days(every: str, then: str) -> None:
    lines = spread(Decimal(9), date(2026, 12, 28), 2, Rhythm(every))
    assert lines[1].due_on.isoformat() == then
