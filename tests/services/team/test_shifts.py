"""Shifts are made from the usual day, once, and called off with a reason."""

from datetime import date, datetime
from uuid import uuid4
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy.orm import Session

from fieldops.domain.errors import InvalidInput, NotFound, PreconditionFailed
from fieldops.domain.permissions import Actor
from fieldops.models import Organisation
from fieldops.services import team
from tests.builders.cases import NOW, an_agent

DAY = date(2026, 11, 25)
SHANGHAI = ZoneInfo("Asia/Shanghai")


def test_the_usual_day_becomes_a_shift_in_local_time(
    session: Session, organisation: Organisation, admin: Actor
) -> None:
    an_agent(session, organisation, day_start="08:30", day_end="18:00")
    (shift,) = team.ensure_shifts(session, DAY, actor=admin, now=NOW)
    assert shift.starts_at == datetime(2026, 11, 25, 8, 30, tzinfo=SHANGHAI)
    assert shift.breaks == [
        {
            "from": "2026-11-25T11:30:00+08:00",
            "until": "2026-11-25T13:00:00+08:00",
            "minutes": 45,
        }
    ]


def test_asking_twice_makes_one_shift(
    session: Session, organisation: Organisation, admin: Actor
) -> None:
    an_agent(session, organisation)
    first = team.ensure_shifts(session, DAY, actor=admin, now=NOW)
    assert [s.id for s in team.ensure_shifts(session, DAY, actor=admin, now=NOW)] == [
        s.id for s in first
    ]


def test_an_agent_whose_training_lapsed_has_a_shift(
    session: Session, organisation: Organisation, admin: Actor
) -> None:
    an_agent(session, organisation, trained_until=date(2020, 1, 1))
    assert len(team.ensure_shifts(session, DAY, actor=admin, now=NOW)) == 1


def test_a_retired_agent_has_none(
    session: Session, organisation: Organisation, admin: Actor
) -> None:
    an_agent(session, organisation, retired_at=NOW)
    assert team.ensure_shifts(session, DAY, actor=admin, now=NOW) == []


# Shift, usual break, and the window in which it may begin (None: no break is due).
BREAKS = [
    ("12:30", "20:00", "12:00", None),  # before the shift
    ("12:00", "20:00", "12:00", ("12:00", "13:00")),  # not before the shift begins
    ("08:00", "13:00", "12:00", ("11:30", "12:15")),  # it must end within the shift
    ("08:00", "12:10", "12:00", None),  # no room left for it
    ("09:00", "18:00", None, None),
]


@pytest.mark.parametrize(("start", "end", "usual", "window"), BREAKS)
def test_a_break_begins_and_ends_within_the_shift(
    session: Session,
    organisation: Organisation,
    admin: Actor,
    start: str,
    end: str,
    usual: str | None,
    window: tuple[str, str] | None,
) -> None:
    an_agent(session, organisation, day_start=start, day_end=end, break_start=usual)
    (shift,) = team.ensure_shifts(session, DAY, actor=admin, now=NOW)
    found = [(pause["from"][11:16], pause["until"][11:16]) for pause in shift.breaks]
    assert found == ([window] if window else [])


def test_a_shift_is_called_off_with_a_reason_and_on_again(
    session: Session, organisation: Organisation, admin: Actor
) -> None:
    an_agent(session, organisation)
    (shift,) = team.ensure_shifts(session, DAY, actor=admin, now=NOW)
    team.set_absence(session, shift.id, "病假", expected_version=1, actor=admin)
    assert shift.absent_reason == "病假"
    team.set_absence(session, shift.id, None, expected_version=2, actor=admin)
    assert shift.absent_reason is None


def test_an_absence_decided_on_an_old_version_is_refused(
    session: Session, organisation: Organisation, admin: Actor
) -> None:
    an_agent(session, organisation)
    (shift,) = team.ensure_shifts(session, DAY, actor=admin, now=NOW)
    with pytest.raises(PreconditionFailed):
        team.set_absence(session, shift.id, "病假", expected_version=7, actor=admin)


def test_a_shift_nobody_has_is_not_found(session: Session, admin: Actor) -> None:
    with pytest.raises(NotFound):
        team.set_absence(session, uuid4(), "病假", expected_version=None, actor=admin)


def test_an_absence_without_a_reason_is_refused(
    session: Session, organisation: Organisation, admin: Actor
) -> None:
    an_agent(session, organisation)
    (shift,) = team.ensure_shifts(session, DAY, actor=admin, now=NOW)
    with pytest.raises(InvalidInput):
        team.set_absence(session, shift.id, "  ", expected_version=None, actor=admin)


def test_a_day_years_away_is_refused(session: Session, admin: Actor) -> None:
    with pytest.raises(InvalidInput):
        team.ensure_shifts(session, date(2099, 1, 1), actor=admin, now=NOW)
