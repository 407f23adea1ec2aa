"""Tracks over HTTP: connected by the agent, pinged by his tracker, kept on duty alone."""

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from fieldops.domain.retention import rules_from_toml
from fieldops.models import Hold, Shift, TrackPoint
from fieldops.services.phones import tracking
from fieldops.settings import config_dir
from tests.builders.cases import a_shift
from tests.builders.doors import Door
from tests.builders.journals import JournalPhone
from tests.conftest import NOW, Person

TRACKS = "/api/v1/tracks"


@pytest.fixture
def shift(session: Session, door: Door) -> Shift:
    """The agent is on duty now."""
    found = a_shift(session, door.agent, NOW.date())
    session.commit()
    return found


def _url(phone: JournalPhone, what: str) -> str:
    return f"/api/v1/devices/{phone.device.id}/{what}"


@pytest.fixture
def secret(enrolled: JournalPhone, shift: Shift) -> str:
    """What the agent's tracker is set to."""
    answer = enrolled.call("post", _url(enrolled, "tracker"))
    assert answer.status_code == 201
    assert answer.json["address"].endswith(TRACKS)
    return str(answer.json["identifier"])


def _ping(phone: JournalPhone, secret: str, **told: Any) -> Any:
    seconds = int((NOW + told.pop("after", timedelta())).timestamp())
    query = {"id": secret, "lat": 30.66, "lon": 104.06, "timestamp": seconds, **told}
    return phone.person.client.get(TRACKS, query_string=query)


def _points(session: Session) -> list[TrackPoint]:
    return list(session.scalars(select(TrackPoint).order_by(TrackPoint.at)))


def test_a_ping_on_duty_is_kept_and_the_office_sees_the_phone(
    session: Session, enrolled: JournalPhone, secret: str, office: Person
) -> None:
    assert _ping(enrolled, secret, batt=55).status_code == 200
    assert [one.at for one in _points(session)] == [NOW]
    told = office.get("/api/v1/devices").json["items"][0]
    assert told["battery_percent"] == 55
    assert told["tracker_since"]


def test_the_newer_client_sends_json(session: Session, enrolled: JournalPhone, secret: str) -> None:
    coords = {"latitude": 30.66, "longitude": 104.06, "accuracy": 9}
    body = {"device_id": secret, "location": {"timestamp": NOW.isoformat(), "coords": coords}}
    assert enrolled.person.client.post(TRACKS, json=body).status_code == 200
    assert [one.accuracy_metres for one in _points(session)] == [9]


@pytest.mark.parametrize(
    "told",
    [
        {"after": timedelta(hours=13)},  # After the shift, and ahead of now.
        {"after": -timedelta(hours=12)},  # Before it.
        {"after": -timedelta(days=8)},  # Too long ago.
        {"accuracy": 5_000},  # Too vague.
    ],
    ids=["after", "before", "long-ago", "vague"],
)
def test_what_may_not_be_kept_is_answered_and_let_go(
    session: Session, enrolled: JournalPhone, secret: str, told: dict[str, Any]
) -> None:
    # A tracker sends again, for ever, what is not answered with 200.
    assert _ping(enrolled, secret, **told).status_code == 200
    assert not _points(session)


def test_an_absent_agent_is_not_followed(
    session: Session, enrolled: JournalPhone, secret: str, shift: Shift
) -> None:
    shift.absent_reason = "病假"
    session.commit()
    _ping(enrolled, secret)
    assert not _points(session)


def test_positions_are_thinned_and_their_way_is_reckoned(
    session: Session, enrolled: JournalPhone, secret: str, office: Person
) -> None:
    for seconds, lat in ((0, 30.66), (5, 30.6601), (60, 30.67), (60, 30.67)):
        _ping(enrolled, secret, after=timedelta(seconds=seconds - 120), lat=lat)
    assert len(_points(session)) == 2
    for person in (office, enrolled.person):
        [line] = person.get("/api/v1/mileage").json["items"]
        assert 1_100 <= line["metres"] <= 1_120


@pytest.mark.parametrize("secret_of", ["", "nothing", "x" * 5_000])
def test_a_secret_of_nobodys_is_refused(
    enrolled: JournalPhone, shift: Shift, secret_of: str
) -> None:
    assert _ping(enrolled, secret_of).status_code == 401


def test_the_secret_ends_with_its_phone_and_when_the_agent_says_so(
    session: Session, enrolled: JournalPhone, secret: str, office: Person
) -> None:
    assert enrolled.call("delete", _url(enrolled, "tracker")).status_code == 204
    assert _ping(enrolled, secret).status_code == 401
    again = enrolled.call("post", _url(enrolled, "tracker")).json["identifier"]
    assert again != secret
    office.post(_url(enrolled, "revoke"), json={"reason": "lost"})
    assert _ping(enrolled, again).status_code == 401


def test_a_word_that_cannot_be_read_names_its_parameter(
    enrolled: JournalPhone, secret: str
) -> None:
    answer = _ping(enrolled, secret, lat="north")
    assert answer.status_code == 422
    assert answer.json["errors"][0]["field"] == "lat"


def _gpx(*minutes: int) -> bytes:
    points = "".join(
        f'<trkpt lat="{30.66 + n / 100}" lon="104.06"><time>'
        f"{(NOW + timedelta(minutes=minute)).isoformat()}</time></trkpt>"
        for n, minute in enumerate(minutes)
    )
    return f"<gpx><trk><trkseg>{points}</trkseg></trk></gpx>".encode()


def test_a_track_handed_in_after_the_day_is_taken_once(
    session: Session, enrolled: JournalPhone, shift: Shift
) -> None:
    file = _gpx(-30, -20, -10, 60 * 13)
    first = enrolled.call("post", _url(enrolled, "tracks"), data=file).json
    assert (first["kept"], first["out_of_time"] + first["off_duty"]) == (3, 1)
    again = enrolled.call("post", _url(enrolled, "tracks"), data=file).json
    assert (again["kept"], again["known"]) == (0, 3)
    assert len(_points(session)) == 3


def test_another_agents_phone_takes_no_track(
    enrolled: JournalPhone, enrolled_second: JournalPhone, shift: Shift
) -> None:
    answer = enrolled_second.call("post", _url(enrolled, "tracks"), data=_gpx(-10))
    assert answer.status_code == 404
    assert enrolled_second.call("post", _url(enrolled, "tracker")).status_code == 404


def test_where_an_agent_was_at_a_door_under_a_legal_hold_stays_until_that_ends(
    session: Session, door: Door, enrolled: JournalPhone, secret: str
) -> None:
    for minutes in (-10, -5):
        _ping(enrolled, secret, after=timedelta(minutes=minutes))
    visit, house = door.visit, door.case.organisation_id
    visit.arrived_at, visit.left_at = (NOW - timedelta(minutes=one) for one in (11, 9))
    hold = Hold(
        organisation_id=house, kind="legal", scope="debt", case_id=visit.case_id,
        starts_at=NOW, reason="suit", placed_at=NOW,
    )  # fmt: skip
    session.add(hold)
    session.commit()
    rules = rules_from_toml((config_dir() / "retention" / "house.toml").read_text("utf-8"), "house")
    at = NOW + timedelta(days=15)
    assert tracking.forget(session, house, rules, at=at) == 1
    hold.lifted_at = at
    session.commit()
    assert tracking.forget(session, house, rules, at=at) == 1


def test_places_go_with_their_period_and_the_kilometres_stay(
    session: Session, enrolled: JournalPhone, secret: str, office: Person
) -> None:
    for minutes, lat in ((-10, 30.66), (-5, 30.67)):
        _ping(enrolled, secret, after=timedelta(minutes=minutes), lat=lat)
    rules = rules_from_toml((config_dir() / "retention" / "house.toml").read_text("utf-8"), "house")
    house = enrolled.device.organisation_id
    assert tracking.forget(session, house, rules, at=NOW + timedelta(days=13)) == 0
    assert tracking.forget(session, house, rules, at=NOW + timedelta(days=15)) == 2
    assert not _points(session)
    assert office.get("/api/v1/mileage").json["items"][0]["metres"] > 1_000
