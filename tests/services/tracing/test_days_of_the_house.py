"""Days are those of the house: what is seen at six in Chengdu is not of the day before."""

from datetime import datetime

from fieldops.domain.permissions import Actor
from fieldops.services import tracing
from tests.builders.alerts import an_event
from tests.builders.doors import Door
from tests.builders.observations import a_disposal
from tests.builders.visits import START


def test_an_act_on_the_morning_of_the_suit_is_an_act_after_it(door: Door, admin: Actor) -> None:
    an_event(door, admin, kind="suit_served", at=datetime.fromisoformat("2026-11-20T00:00+08:00"))
    early = datetime.fromisoformat("2026-11-20T06:00+08:00")
    a_disposal(door, admin, kind="asset.long_lease", data={}, observed_at=early)
    flags = tracing.believe_and_flag(door.session, door.visit.debtor_id, now=START).flags
    assert "AT-POSTSUIT" in {flag.code for flag in flags}
