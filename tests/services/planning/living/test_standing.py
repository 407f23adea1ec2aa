"""How a running day stands is read without those who wait, and is what the whole day says."""

from datetime import timedelta

from sqlalchemy.orm import Session

from fieldops.domain.permissions import Actor
from fieldops.models import Organisation, Stop
from fieldops.services.planning.living.day import day_of
from tests.builders.cases import NOW, a_case
from tests.builders.living import a_running_day

LATER = NOW + timedelta(minutes=40)


def test_a_day_that_is_looked_at_is_read_without_those_who_wait(
    session: Session, organisation: Organisation, admin: Actor
) -> None:
    plan = a_running_day(session, organisation, admin, crews=1, cases=3)
    waits = a_case(session, organisation).addresses[0]
    session.add(
        Stop(
            organisation_id=plan.organisation_id, plan_id=plan.id, case_id=waits.case_id,
            address_id=waits.id, windows=[], reasons=[],
        )
    )  # fmt: skip
    session.commit()
    whole = day_of(session, plan, now=LATER)
    served = day_of(session, plan, now=LATER, served_alone=True)
    assert set(whole.stops) - set(served.stops) == {str(waits.id)}
    assert (served.positions, served.rolled) == (whole.positions, whole.rolled)
