"""What persons ask is heeded at once, at every gate, and kept in their words."""

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import text
from sqlalchemy.orm import Session

from fieldops.domain.errors import Conflict, InvalidInput
from fieldops.domain.permissions import Actor
from fieldops.domain.rights.vocabulary import CameBy, RequestKind
from fieldops.domain.rulebook.vocabulary import Channel
from fieldops.models import ContactRequest, Organisation, Party
from fieldops.services import contact_facts, contacts, hold_ending
from fieldops.services.rights import requests
from fieldops.services.rulings import ContactForbidden
from tests.builders.cases import a_party, a_person, an_address
from tests.builders.doors import BOOK, Door
from tests.builders.rights import RIGHTS
from tests.builders.visits import START
from tests.services.rights.conftest import Handler


def _ask(door: Door, kind: RequestKind, party: Party | None = None, **more: Any) -> Any:
    party_id = party.id if party else door.visit.party_id
    values = {"words": "别再打电话了", "came_by": CameBy.DOOR, **more}
    order = requests.RequestOrder(party_id, kind, **values)
    return requests.record(
        door.session, order, book=BOOK, rights=RIGHTS, actor=door.first, now=START
    )


def _withdraw(door: Door, found: ContactRequest, handler: Handler) -> ContactRequest:
    return requests.withdraw(door.session, found.id, "可以再联系", actor=handler.actor, now=START)


def _call(door: Door, actor: Actor, party_id: Any = None) -> Any:
    order = contacts.ContactOrder(party_id or door.visit.party_id, Channel.CALL)
    return contacts.open_contact(door.session, order, book=BOOK, actor=actor, now=START)


def _neighbour(door: Door) -> Party:
    house = door.session.get_one(Organisation, door.case.organisation_id)
    party = a_party(
        door.session, door.case, a_person(door.session, house, name="邻居"), "neighbour"
    )
    an_address(door.session, party)
    return party


def test_a_cease_stops_everything_and_is_kept_in_his_words(
    door: Door, admin: Actor, handler: Handler
) -> None:
    recorded = _ask(door, RequestKind.CEASE)
    assert [visit.id for visit in recorded.cancelled] == [door.visit.id]
    assert isinstance(_call(door, admin), ContactForbidden)
    with pytest.raises(Conflict):
        hold_ending.lift(
            door.session, recorded.request.hold_id, "settled",
            rights=RIGHTS, actor=handler.actor, now=START,
        )  # fmt: skip
    _withdraw(door, recorded.request, handler)
    assert door.case.state == "open"
    assert recorded.request.words == "别再打电话了"
    assert recorded.request.withdrawn_words == "可以再联系"


def test_the_words_are_sealed_at_rest(door: Door, session: Session) -> None:
    _ask(door, RequestKind.WORKPLACE)
    raw = session.execute(text("SELECT words FROM contact_request")).scalar_one()
    assert "别再".encode() not in bytes(raw)


def test_a_refused_channel_leaves_the_others(door: Door, admin: Actor, handler: Handler) -> None:
    recorded = _ask(door, RequestKind.CHANNEL, channel=Channel.CALL)
    assert not recorded.cancelled
    refused = _call(door, admin)
    assert isinstance(refused, ContactForbidden)
    assert refused.ruling.rules == ("GL-WISH-01",)
    assert not isinstance(door.arrive(), ContactForbidden)
    _withdraw(door, recorded.request, handler)
    assert not isinstance(_call(door, admin), ContactForbidden)


def test_hours_to_be_spared_call_off_the_visit_that_falls_in_them(door: Door) -> None:
    recorded = _ask(door, RequestKind.HOURS, windows=[["09:30", "10:30"]])
    assert [visit.id for visit in recorded.cancelled] == [door.visit.id]
    assert door.visit.remarks[0]["rules"] == ["GL-WISH-01"]
    refused = door.arrive()
    assert isinstance(refused, ContactForbidden)
    assert refused.ruling.next_legal == START + timedelta(minutes=30)


def test_hours_on_one_channel_leave_the_visit(door: Door, admin: Actor) -> None:
    recorded = _ask(door, RequestKind.HOURS, channel=Channel.CALL, windows=[["09:30", "10:30"]])
    assert not recorded.cancelled
    assert isinstance(_call(door, admin), ContactForbidden)


def test_place_and_lawyer_reach_the_rulings(door: Door) -> None:
    _ask(door, RequestKind.WORKPLACE)
    _ask(door, RequestKind.ATTORNEY, attorney="王律师 13900000000")
    found = contact_facts.proposal_for_visit(
        door.session, door.visit, START, START + timedelta(minutes=15), [door.agent]
    )
    assert found.debtor.refused_workplace
    assert found.debtor.represented


@pytest.mark.parametrize("kind", [RequestKind.CEASE, RequestKind.CHANNEL])
def test_a_third_person_who_refuses_is_left_alone_for_ever(
    door: Door, admin: Actor, handler: Handler, kind: RequestKind
) -> None:
    neighbour = _neighbour(door)
    channel = Channel.CALL if kind is RequestKind.CHANNEL else None
    recorded = _ask(door, kind, neighbour, channel=channel)
    assert neighbour.opted_out_at == START
    assert door.case.state == "open"
    with pytest.raises(Conflict):
        _withdraw(door, recorded.request, handler)
    refused = _call(door, admin, neighbour.id)
    assert isinstance(refused, ContactForbidden)
    assert "CN-3P-03" in refused.ruling.rules


@pytest.mark.parametrize(
    ("kind", "more", "field"),
    [
        (RequestKind.CHANNEL, {}, "channel"),
        (RequestKind.HOURS, {}, "windows"),
        (RequestKind.HOURS, {"windows": [["25:00", "26:00"]]}, "windows[0][0]"),
        (RequestKind.HOURS, {"windows": [["12:00", "12:00"]]}, "windows[0]"),
        (RequestKind.WORKPLACE, {"windows": [["12:00", "13:00"]]}, "windows"),
        (RequestKind.ATTORNEY, {"attorney": " "}, "attorney"),
        (RequestKind.CEASE, {"words": " "}, "words"),
    ],
)
def test_a_faulty_request_names_its_field(
    door: Door, kind: RequestKind, more: dict[str, Any], field: str
) -> None:
    with pytest.raises(InvalidInput) as refused:
        _ask(door, kind, **more)
    assert [fault.field for fault in refused.value.faults] == [field]
