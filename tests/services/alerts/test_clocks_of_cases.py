"""Events that counsel records start, renew and end the clocks of flags and cases."""

from datetime import timedelta

import pytest
from sqlalchemy import delete, select, text, update
from sqlalchemy.exc import IntegrityError, InternalError
from sqlalchemy.orm import Session

from fieldops import clock
from fieldops.domain.errors import Conflict, Forbidden, InvalidInput, NotFound
from fieldops.domain.permissions import Actor, Role
from fieldops.models import Deadline, Flag, LegalEvent, Observation, Organisation
from fieldops.services import deadlines, legal_events, observations, organisations
from tests.builders import rounds
from tests.builders.alerts import a_listing, an_event, clocks, flags
from tests.builders.doors import Door
from tests.builders.observations import CAR, a_disposal
from tests.builders.visits import START

DAY = timedelta(days=1)


def _names(session: Session) -> dict[str, str]:
    rows = session.scalars(select(Deadline).order_by(Deadline.ends_at))
    return {row.name: f"{row.ends_at:%Y-%m-%d}" for row in rows if row.flag_id is None}


def test_a_flag_counts_its_days_where_the_house_is(door: Door, admin: Actor) -> None:
    late = START.replace(hour=17)  # One in the morning of the next day in Chengdu.
    a_disposal(door, admin, now=late)
    year = clocks(flags(door, late)["AT-RELATIVE"])["revocation-1y"]
    assert (year["starts"], year["ends"]) == ("2026-11-25", "2027-11-25")


def test_filing_for_revocation_ends_the_year_and_says_so(door: Door, admin: Actor) -> None:
    a_disposal(door, admin)
    flag = flags(door)["AT-RELATIVE"]
    an_event(door, admin, "revocation_filed", START + DAY, CAR)
    year = clocks(flag)["revocation-1y"]
    assert (year["state"], year["ended_by"]) == ("ended", "revocation_filed")
    assert flag.earliest_deadline is None


def test_filing_about_another_thing_ends_nothing(door: Door, admin: Actor) -> None:
    a_disposal(door, admin)
    flag = flags(door)["AT-RELATIVE"]
    an_event(door, admin, "revocation_filed", START + DAY, "another car")
    assert clocks(flag)["revocation-1y"]["state"] == "running"


def test_an_application_ends_the_houses_hours_and_starts_the_courts(
    door: Door, admin: Actor
) -> None:
    flag = a_listing(door, admin)
    assert clocks(flag)["urgent-ruling-48h"]["state"] == "waiting"
    assert flag.earliest_deadline == START + 2 * DAY
    an_event(door, admin, "preservation_applied", START + DAY)
    found = clocks(flag)
    assert found["urgent-step-48h"]["ended_by"] == "preservation_applied"
    assert found["urgent-ruling-48h"]["state"] == "running"
    assert flag.earliest_deadline == START + 3 * DAY


def test_a_withdrawn_event_moves_no_clock(door: Door, admin: Actor) -> None:
    a_disposal(door, admin)
    flag = flags(door)["AT-RELATIVE"]
    event = an_event(door, admin, "revocation_filed", START, CAR)
    legal_events.withdraw(door.session, event.id, "another case", actor=admin, now=START)
    assert clocks(flag)["revocation-1y"]["state"] == "running"
    with pytest.raises(Conflict):
        legal_events.withdraw(door.session, event.id, "typed twice", actor=admin, now=START)


def test_a_flag_that_is_not_raised_any_more_can_still_be_ended(door: Door, admin: Actor) -> None:
    row = a_disposal(door, admin)
    flag = flags(door)["AT-RELATIVE"]
    observations.withdraw(door.session, row.id, "wrong car", actor=admin, now=START)
    flags(door)
    assert clocks(flag)["revocation-5y"]["ends"] == "2031-10-01"
    an_event(door, admin, "revocation_filed", START, CAR)
    assert clocks(flag)["revocation-5y"]["state"] == "ended"


def test_a_seizure_runs_for_its_thing_until_it_is_renewed_or_lifted(
    door: Door, admin: Actor
) -> None:
    an_event(door, admin, "seizure_deposit", START - 300 * DAY, "account 1")
    assert _names(door.session)["renew-deposit"] == "2027-01-20"
    an_event(door, admin, "seizure_renewed", START, "account 1")
    assert _names(door.session)["freeze-deposit-1y"] == "2027-11-23"
    an_event(door, admin, "seizure_lifted", START, "account 1")
    assert _names(door.session) == {}


def test_a_demand_interrupts_limitation(door: Door, admin: Actor) -> None:
    an_event(door, admin, "claim_due", START - 900 * DAY)
    before = _names(door.session)["limitation-3y"]
    an_event(door, admin, "demand", START)
    assert (before, _names(door.session)["limitation-3y"]) == ("2027-06-06", "2029-11-23")


def test_a_suit_that_counsel_records_makes_a_later_disposal_graver(
    door: Door, admin: Actor
) -> None:
    a_disposal(door, admin)
    assert "AT-POSTSUIT" not in flags(door)
    an_event(door, admin, "suit_served", START.replace(month=9))
    assert flags(door)["AT-POSTSUIT"].severity == "critical"


def test_the_same_event_told_twice_is_one(door: Door, admin: Actor) -> None:
    rows = {an_event(door, admin, "judgment", START).id for _ in range(2)}
    assert len(rows) == 1


@pytest.mark.parametrize(
    ("kind", "after", "subject", "field"),
    [
        ("thunder", 0, "", "kind"),  # no event that the law knows
        ("demand", 3, "", "at"),  # has not happened
        ("demand", -20_000, "", "at"),  # before anybody here was in business
        ("seizure_deposit", 0, "", "subject"),  # of which account?
        ("seizure_deposit", 0, "x" * 201, "subject"),  # longer than its column
        ("demand", 0, "a\x00b", "subject"),  # what no database takes
    ],
)
def test_an_event_that_cannot_be_taken_names_its_field(
    door: Door, admin: Actor, kind: str, after: int, subject: str, field: str
) -> None:
    with pytest.raises(InvalidInput) as wrong:
        an_event(door, admin, kind, START + after * DAY, subject, now=START)
    assert [fault.field for fault in wrong.value.faults] == [field]


def test_only_counsel_records_events_and_only_of_cases_of_the_house(
    door: Door, admin: Actor
) -> None:
    with pytest.raises(Forbidden):
        an_event(door, Actor(admin.organisation_id, Role.ADMIN), "demand", START)
    other = organisations.found(door.session, "Another agency", now=START)
    with pytest.raises(NotFound):
        an_event(door, Actor(other.id, Role.COUNSEL), "demand", START)
    assert door.session.scalars(select(LegalEvent)).all() == []


def test_american_law_runs_for_an_american_house(
    door: Door, admin: Actor, organisation: Organisation
) -> None:
    organisation.jurisdictions = ["CN", "US-CA"]
    a_disposal(door, admin)
    found = clocks(flags(door)["AT-RELATIVE"])
    assert found["uvta-4y"]["ends"] == "2030-10-01"
    assert found["revocation-5y"]["ends"] == "2031-10-01"


def test_known_at_is_the_first_record_even_if_that_was_withdrawn_before_any_flag(
    door: Door, admin: Actor
) -> None:
    first = a_disposal(door, admin)
    later = START + 30 * DAY
    observations.withdraw(door.session, first.id, "typed wrongly", actor=admin, now=later)
    a_disposal(door, admin, now=later)
    assert flags(door, later)["AT-RELATIVE"].known_at == START


def test_a_flag_of_a_corrected_price_is_known_since_the_first_word_of_the_sale(
    door: Door, admin: Actor
) -> None:
    a_disposal(door, admin, data={"disposed_on": "2026-10-01"})
    assert set(flags(door)) == {"AT-NOVALUE"}
    later = START + 30 * DAY
    a_disposal(door, admin, now=later, observed_at=START)
    assert flags(door, later)["AT-UNDERVALUE-REL"].known_at == START


@pytest.mark.parametrize(
    ("model", "column", "told"),
    [(Flag, "known_at", "stamped once"), (Observation, "recorded_at", "never changed")],
)
def test_the_database_itself_refuses_to_move_what_was_stamped(
    door: Door, admin: Actor, model: type[Flag | Observation], column: str, told: str
) -> None:
    a_disposal(door, admin)
    flags(door)
    moved = update(model).values({column: START + DAY}).execution_options(synchronize_session=False)
    refused = pytest.raises((IntegrityError, InternalError), match=told)
    with refused, door.session.begin_nested():
        door.session.execute(moved)
    door.session.execute(text("SELECT 1"))


def test_a_flag_of_an_older_version_is_given_its_clocks(
    door: Door, admin: Actor, monkeypatch: pytest.MonkeyPatch
) -> None:
    flag = a_listing(door, admin)
    door.session.execute(delete(Deadline))
    door.session.commit()
    monkeypatch.setattr(clock, "wall_time", lambda: START)
    rounds.go("clocks-from-before")
    kept = door.session.scalars(select(Deadline.name).where(Deadline.flag_id == flag.id)).all()
    assert kept == ["urgent-step-48h"]


def test_a_day_that_has_begun_is_not_over(door: Door, admin: Actor) -> None:
    flag = a_listing(door, admin)
    ends = START + 2 * DAY
    deadlines.set_earliest(door.session, [flag], at=ends + DAY / 2)
    assert flag.earliest_deadline == ends
