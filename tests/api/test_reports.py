"""Field reports over the interface."""

from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy.orm import Session

from fieldops.models import Organisation
from tests.builders.visits import START
from tests.builders.worlds import a_world

DAY = START.date()


@pytest.fixture
def dispatcher(session: Session, organisation: Organisation, signed_in: Callable[..., Any]) -> Any:
    """A dispatcher of an organisation in which something happened."""
    a_world(session, organisation)
    return signed_in("dispatcher", organisation)


def test_a_day_and_a_week_are_counted(dispatcher: Any) -> None:
    found = dispatcher.get(f"/api/v1/reports/day?day={DAY}").json
    assert (found["kind"], found["first"]) == ("day", str(DAY))
    assert found["visits"]["planned"] == 4
    assert [one["day"] for one in found["days"]] == [str(DAY)]
    assert found["compared"]["saved_kilometres"] == pytest.approx(18.8)
    assert found["costs"]["whole"] is None
    assert found["reviewed"]["steps"] == {"within_1": 0, "within_3": 0, "within_7": 0, "later": 0}
    week = dispatcher.get(f"/api/v1/reports/week?day={DAY}").json
    assert (week["first"], week["last"]) == ("2026-11-23", "2026-11-29")


def test_a_portfolio_names_whose_it_is(dispatcher: Any) -> None:
    found = dispatcher.get("/api/v1/reports/portfolio?creditor=甲银行").json
    assert (found["creditor"], found["compared"]) == ("甲银行", None)
    assert len(found["agents"]) == 2
    refused = dispatcher.get("/api/v1/reports/portfolio")
    assert refused.status_code == 422
    assert refused.json["errors"][0]["field"] == "creditor"


def test_counsel_sees_no_agent_beside_another(
    dispatcher: Any, organisation: Organisation, signed_in: Callable[..., Any]
) -> None:
    counsel = signed_in("counsel", organisation)
    assert counsel.get("/api/v1/reports/day").json["agents"] is None
