"""Every hold that stops contact is met at each of the four gates, and told to phones at once."""

from datetime import timedelta
from typing import Any

import pytest

from fieldops.domain.permissions import Actor
from fieldops.domain.rulebook.judging import judge
from fieldops.domain.rulebook.vocabulary import Channel, Gate, HoldKind, HoldScope
from fieldops.models import Organisation
from fieldops.services import contact_facts, contacts, hold_ending, holds
from fieldops.services.planning.living import telling
from fieldops.services.rulings import ContactForbidden
from tests.builders.cases import a_party, a_person
from tests.builders.doors import BOOK, Door
from tests.builders.rights import RIGHTS
from tests.builders.visits import START

STOPPING = [kind for kind in HoldKind if kind is not HoldKind.LEGAL]
LATER = START + timedelta(minutes=5)


def _place(door: Door, actor: Actor, kind: HoldKind, **more: Any) -> holds.Placed:
    order = holds.HoldOrder(kind, more.pop("scope", None), door.case.id, "as told", **more)
    return holds.place(door.session, order, rights=RIGHTS, actor=actor, now=LATER)


def _told(door: Door) -> telling.Told:
    return telling.changes_since(
        door.session, door.first, door.visit.day, since=START, now=LATER + timedelta(seconds=1)
    )


@pytest.mark.parametrize("kind", STOPPING)
@pytest.mark.parametrize("gate", [Gate.PLAN, Gate.COMMIT])
def test_a_visit_is_neither_planned_nor_fixed(
    door: Door, admin: Actor, kind: HoldKind, gate: Gate
) -> None:
    _place(door, admin, kind)
    proposal = contact_facts.proposal_for_visit(
        door.session, door.visit, LATER, LATER + timedelta(minutes=15),
        [door.agent, door.partner], gate=gate,
    )  # fmt: skip
    assert not judge(proposal, BOOK, gate=gate).allowed


@pytest.mark.parametrize("kind", STOPPING)
def test_the_crew_is_refused_at_the_door(door: Door, admin: Actor, kind: HoldKind) -> None:
    _place(door, admin, kind)
    assert isinstance(door.arrive(now=LATER), ContactForbidden)


@pytest.mark.parametrize("kind", STOPPING)
def test_the_close_says_that_it_was_placed_while_the_crew_was_there(
    door: Door, admin: Actor, kind: HoldKind
) -> None:
    door.both_arrive()
    _place(door, admin, kind)
    visit = door.record("met_debtor", now=LATER + timedelta(minutes=5))
    [remark] = [one for one in visit.remarks if one["code"] == "held-meanwhile"]
    assert remark["kinds"] == [kind.value]


def test_a_phone_is_told_of_the_visit_that_was_called_off(door: Door, admin: Actor) -> None:
    placed = _place(door, admin, HoldKind.VULNERABLE)
    told = _told(door)
    assert [(one.visit.id, one.visit.state) for one in told.items] == [(door.visit.id, "cancelled")]
    assert [(one.id, one.visits) for one in told.holds] == [(placed.hold.id, [door.visit.id])]


def test_a_phone_is_told_of_a_hold_while_its_crew_stands_at_the_door(
    door: Door, admin: Actor
) -> None:
    door.both_arrive()
    placed = _place(door, admin, HoldKind.CEASE, scope=HoldScope.DEBT)
    told = _told(door)
    assert [one.id for one in told.holds] == [placed.hold.id]
    # Its version stays as it was, so that the crew can still record what happened.
    assert door.record("refused", now=LATER).state == "recorded"


def test_a_phone_is_told_when_a_hold_is_over(door: Door, admin: Actor) -> None:
    placed = _place(door, admin, HoldKind.LEGAL)
    hold_ending.lift(
        door.session, placed.hold.id, "released", rights=RIGHTS, actor=admin, now=LATER
    )
    assert [one.lifted_at for one in _told(door).holds] == [LATER]


def test_a_phone_is_told_of_nothing_that_does_not_bear_on_its_visits(
    door: Door, admin: Actor, organisation: Organisation
) -> None:
    other = a_party(door.session, door.case, a_person(door.session, organisation), role="neighbour")
    _place(door, admin, HoldKind.CEASE, scope=HoldScope.THIRD_PARTY, person_id=other.person_id)
    assert _told(door).holds == []


def test_relatives_of_one_who_died_are_not_asked_either(
    door: Door, admin: Actor, organisation: Organisation
) -> None:
    relative = a_party(door.session, door.case, a_person(door.session, organisation), "relative")
    _place(door, admin, HoldKind.DECEASED)
    order = contacts.ContactOrder(relative.id, Channel.CALL)
    refused = contacts.open_contact(door.session, order, book=BOOK, actor=admin, now=LATER)
    assert isinstance(refused, ContactForbidden)
    assert "GL-DEC-01" in refused.ruling.rules
