"""Beliefs and flags from what was observed."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select

from fieldops.domain.errors import Forbidden, InvalidInput
from fieldops.domain.lawfulness import Basis, SourceClass
from fieldops.domain.permissions import Actor, Role
from fieldops.models import Alert, Belief, Flag, FlagReview
from fieldops.services import beliefs, flags, observations, observing, tracing
from tests.builders.doors import Door
from tests.builders.observations import a_disposal
from tests.builders.visits import START


def _trace(door: Door, now: datetime = START) -> tracing.Traced:
    return tracing.believe_and_flag(door.session, door.visit.debtor_id, now=now)


def _held(door: Door, now: datetime = START) -> list[beliefs.Held]:
    written = select(Belief).where(Belief.id.in_(_trace(door, now).beliefs))
    return beliefs.held(door.session, door.session.scalars(written))


def test_two_witnesses_for_moving_raise_a_flag_and_an_alert(door: Door, admin: Actor) -> None:
    door.both_arrive()
    said = {"who": "property_manager", "says": "moved_away"}
    door.record("new_occupant", statements=[said])
    observing.observe_visit(door.session, door.visit.id, actor=admin, now=START)
    traced = _trace(door)
    (flag,) = traced.flags
    assert (flag.code, flag.state, flag.subject) == ("RL-MOVED", "open", str(door.visit.address_id))
    assert flag.probability is not None
    assert flag.probability > 0.8
    assert len(flag.grounds) == 2
    alert = door.session.scalars(select(Alert)).one()
    assert (alert.flag_id, alert.role, alert.seen_at) == (flag.id, "counsel", None)


def test_a_beliefs_lines_add_up_to_it(door: Door, admin: Actor) -> None:
    door.both_arrive()
    door.record("vacant")
    observing.observe_visit(door.session, door.visit.id, actor=admin, now=START)
    ((belief, lines),) = [(one.row, one.lines) for one in _held(door)]
    odds = 10 ** (sum(line["decibans"] for line in lines) / 10)
    assert belief.p_moved == pytest.approx(odds / (1 + odds), abs=1e-3)


def test_running_twice_writes_nothing_new(door: Door, admin: Actor) -> None:
    a_disposal(door, admin)
    first, again = _trace(door), _trace(door, START + timedelta(hours=1))
    assert [flag.id for flag in first.flags] == [flag.id for flag in again.flags]
    assert len(door.session.scalars(select(Belief)).all()) == len(first.beliefs)
    assert len(door.session.scalars(select(Alert)).all()) == len(first.flags)
    assert all(flag.updated_at == START for flag in again.flags)


def test_a_disposal_starts_the_year_at_the_first_record_for_good(door: Door, admin: Actor) -> None:
    first = a_disposal(door, admin)
    _trace(door)
    later = START + timedelta(days=30)
    observations.withdraw(door.session, first.id, "typed twice", actor=admin, now=later)
    a_disposal(door, admin, now=later)
    _trace(door, later)
    flag = door.session.scalars(select(Flag).where(Flag.code == "AT-UNDERVALUE-REL")).one()
    assert flag.known_at == START
    year = next(clock for clock in flag.clocks if clock["name"] == "revocation-1y")
    assert year["ends"].startswith("2027-11-24")
    assert flag.earliest_deadline is not None
    assert flag.earliest_deadline.year == 2027


def test_a_flag_that_no_longer_stands_stays_and_says_so(door: Door, admin: Actor) -> None:
    row = a_disposal(door, admin)
    _trace(door)
    observations.withdraw(door.session, row.id, "wrong car", actor=admin, now=START)
    _trace(door)
    kept = door.session.scalars(select(Flag)).all()
    assert kept
    assert all(flag.contradicted == ["not_raised_any_more"] for flag in kept)


def test_what_was_known_at_a_past_date_stays_what_it_was(door: Door, admin: Actor) -> None:
    row = a_disposal(door, admin)
    later = START + timedelta(days=3)
    observations.withdraw(door.session, row.id, "wrong car", actor=admin, now=later)
    person = door.visit.debtor_id
    assert len(tracing.observations_at(door.session, person, START)) == 1
    assert tracing.observations_at(door.session, person, later) == []


def _reviewer(door: Door, signed_in: Any, organisation: Any) -> Actor:
    actor: Actor = signed_in("counsel", organisation).actor
    return actor


def test_a_review_is_kept_with_its_reason_and_later_ones_beside_it(
    door: Door, admin: Actor, signed_in: Any, organisation: Any
) -> None:
    counsel = _reviewer(door, signed_in, organisation)
    a_disposal(door, admin)
    flag = _trace(door).flags[0]
    for verdict in ("dismissed", "dismissed", "confirmed"):
        flags.review_flag(door.session, flag.id, verdict, "the price", actor=counsel, now=START)
    assert flag.state == "confirmed"
    kept = door.session.scalars(select(FlagReview).where(FlagReview.flag_id == flag.id)).all()
    assert sorted(review.verdict for review in kept) == ["confirmed", "dismissed"]
    alert = door.session.scalars(select(Alert).where(Alert.flag_id == flag.id)).one()
    assert alert.seen_by == counsel.account_id


def test_flags_come_with_the_nearest_deadline_first_page_by_page(door: Door, admin: Actor) -> None:
    a_disposal(door, admin)
    a_disposal(door, admin, kind="asset.listed_for_sale", asset="川A99999", data={})
    _trace(door)
    seen: list[Flag] = []
    after = None
    while True:
        rows, after = flags.by_deadline(door.session, admin, after=after, limit=1)
        seen += rows
        if after is None:
            break
    deadlines = [flag.earliest_deadline for flag in seen]
    assert len(seen) == len(door.session.scalars(select(Flag)).all())
    assert seen[0].code == "AT-LISTING"
    assert deadlines == sorted(deadlines, key=lambda at: (at is None, at))


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"kind": "gossip.heard"}, "kind"),
        ({"asset": None}, "asset"),
        ({"data": {"disposed_on": "yesterday"}}, "data.disposed_on"),
        ({"observed_at": START + timedelta(days=1)}, "observed_at"),
        ({"kind": "statement.moved_away", "data": {}}, "address_id"),
        ({"source_class": SourceClass.NEIGHBOUR}, "basis"),
        (
            {"source_class": SourceClass.NEIGHBOUR, "basis": Basis.THIRD_PARTY_VOLUNTARY},
            "contact_id",
        ),
        ({"evidence": ["0" * 64]}, "evidence"),
        ({"grade": {"reliability": "Z", "credibility": 1}}, "grade.reliability"),
    ],
)
def test_an_observation_that_cannot_be_taken_names_its_field(
    door: Door, admin: Actor, changed: dict[str, Any], field: str
) -> None:
    with pytest.raises(InvalidInput) as wrong:
        a_disposal(door, admin, **changed)
    assert field in [fault.field for fault in wrong.value.faults]


def test_an_agent_records_no_observation_by_hand(door: Door) -> None:
    with pytest.raises(Forbidden):
        a_disposal(door, Actor(door.case.organisation_id, Role.AGENT))
