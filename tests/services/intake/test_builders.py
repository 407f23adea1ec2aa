"""The builders that other tests stand on give complete rows."""

from datetime import date

from sqlalchemy.orm import Session

from fieldops.models import Organisation
from tests.builders.cases import a_case, a_shift, an_agent


def test_a_case_comes_with_a_party_at_a_located_address(
    session: Session, organisation: Organisation
) -> None:
    case = a_case(session, organisation, name="王五", role="guarantor")
    assert case.parties[0].person.name == "王五"
    assert case.addresses[0].party is case.parties[0]
    assert case.addresses[0].grade == "door"


def test_a_shift_holds_the_usual_day_and_a_window_for_the_break(
    session: Session, organisation: Organisation
) -> None:
    shift = a_shift(session, an_agent(session, organisation), date(2026, 11, 25))
    assert shift.starts_at.isoformat() == "2026-11-25T09:00:00+08:00"
    assert shift.breaks[0]["from"] == "2026-11-25T11:30:00+08:00"
