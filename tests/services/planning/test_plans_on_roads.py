"""A plan on a road engine over HTTP, end to end: solved, kept, read again, told, forgotten."""

from collections.abc import Iterator
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from fieldops import settings
from fieldops.app import create_app
from fieldops.domain.permissions import Actor
from fieldops.gateways.roads import RoadOptions, build_engine
from fieldops.jobs import publishing
from fieldops.models import Organisation, Plan, PlanTravel, Stop, TravelRow
from fieldops.services.planning import redrawing, requesting
from fieldops.settings import SettingsError
from routing.problem import Matrix
from tests.builders.cases import NOW
from tests.builders.planning import a_requested_plan, a_team, some_cases
from tests.gateways.roads.servers import DETOUR, Behaviour, serving


@pytest.fixture
def server() -> Behaviour:
    """What the road server does."""
    return Behaviour()


@pytest.fixture
def roads(app: Flask, server: Behaviour) -> Iterator[Flask]:
    """The application with that server as its road engine."""
    parts = app.extensions["fieldops"]
    with serving(server) as url:
        parts.__dict__["roads"] = engine = build_engine(
            RoadOptions(engine="osrm", url=url), sleep=lambda _: None
        )
        yield app
        engine._asked._server.client.close()  # type: ignore[union-attr]  # To end the sockets.
    parts.__dict__["roads"] = None


def solved(app: Flask, session: Session, admin: Actor) -> Plan:
    asked = a_requested_plan(session, admin)
    session.commit()
    publishing.publish(app.extensions["fieldops"], inline=True)
    return session.get_one(Plan, asked.id, populate_existing=True)


@pytest.fixture
def plan(roads: Flask, session: Session, organisation: Organisation, admin: Actor) -> Plan:
    """A plan solved on the engine's roads."""
    a_team(session, organisation)
    some_cases(session, organisation, 7)
    return solved(roads, session, admin)


def test_a_plan_drives_the_engines_roads(plan: Plan, session: Session) -> None:
    told = plan.figures["travel"]
    assert (told["kind"], told["engine"], told["fell_back"]) == ("matrix", "osrm", [])
    assert told["asked"] == told["pairs"]
    assert told["detour"] == pytest.approx(DETOUR, rel=0.01)
    stops = session.scalars(select(Stop).where(Stop.plan_id == plan.id)).all()
    assert {stop.route_id is None for stop in stops} == {False}


def test_the_stored_plan_is_read_back_with_its_roads(plan: Plan, session: Session) -> None:
    drawn = redrawing.drawn(session, plan)
    travel = drawn.problem.travel
    assert isinstance(travel, Matrix)
    for route in drawn.plan.routes:
        for before, after in zip(route.legs, route.legs[1:], strict=False):
            i, j = travel.order.index(before.stop), travel.order.index(after.stop)
            assert travel.metres[i][j] == after.metres
    assert "seconds" not in plan.problem["travel"]


def test_the_next_plan_asks_nothing_that_is_remembered(
    plan: Plan, roads: Flask, session: Session, admin: Actor, server: Behaviour
) -> None:
    asked = len(server.asked)
    assert asked > 0
    again = solved(roads, session, admin)
    told = again.figures["travel"]
    assert (told["asked"], told["cached"]) == (0, told["pairs"])
    assert len(server.asked) == asked
    assert session.scalars(select(TravelRow.id)).first() is not None


def test_an_engine_that_fails_leaves_a_plan_that_says_so(
    roads: Flask, session: Session, organisation: Organisation, admin: Actor, server: Behaviour
) -> None:
    server.scripted.extend([(503, "text/html", b"")] * 50)
    a_team(session, organisation)
    some_cases(session, organisation, 3)
    plan = solved(roads, session, admin)
    told = plan.figures["travel"]
    assert (plan.state, told["kind"]) == ("proposed", "geodesic")
    assert told["fell_back"][0]["reason"] == "engine-away"
    assert session.scalars(select(PlanTravel)).all() == []


def test_a_plan_thrown_away_leaves_no_table(plan: Plan, session: Session, admin: Actor) -> None:
    assert session.scalars(select(PlanTravel.plan_id)).all() == [plan.id]
    requesting.discard_plan(session, plan.id, version=None, actor=admin, now=NOW)
    assert session.scalars(select(PlanTravel)).all() == []


def test_the_page_and_the_interface_say_where_travel_times_are_from(
    plan: Plan, organisation: Organisation, signed_in: Any
) -> None:
    person = signed_in("dispatcher", organisation)
    told = person.get(f"/api/v1/plans/{plan.id}").json["figures"]["travel"]
    assert "Travel times from osrm" in told["told"]["en"][0]
    assert "行程时间来自 osrm" in told["told"]["zh-CN"][0]


@pytest.mark.parametrize(
    "wrong",
    [{"roads_engine": "teleport"}, {"roads_engine": "osrm", "roads_url": "nowhere"}],
    ids=["unknown engine", "no address"],
)
def test_a_wrong_setting_ends_the_start(wrong: dict[str, str], tmp_path: Any) -> None:
    loaded = settings.load({}, data_dir=tmp_path, **wrong)
    with pytest.raises(SettingsError, match="roads_"):
        create_app(loaded)
