"""Consents: taken down with their paper, heeded by the rulebook, and over with a word."""

from datetime import datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest
from sqlalchemy import select

from fieldops.domain.errors import Forbidden, InvalidInput, NotFound
from fieldops.domain.permissions import Actor, Role
from fieldops.domain.rulebook.vocabulary import Channel
from fieldops.models import Consent, Contact, Party
from fieldops.services import contacts
from fieldops.services.rights import consents
from fieldops.services.rulings import ContactForbidden
from tests.builders.doors import BOOK, Door
from tests.builders.visits import START

# Half past ten at night in Chengdu, when nobody is called without his consent.
NIGHT = START.replace(hour=14, minute=30)


def _party(door: Door) -> Party:
    query = select(Party).where(Party.case_id == door.case.id, Party.role == "debtor")
    return door.session.scalars(query).one()


def _agreed(door: Door, actor: Actor, **changed: Any) -> Consent:
    values: dict[str, Any] = {
        "party_id": _party(door).id,
        "channel": Channel.CALL,
        "evidence": "message of 24 November",
        "window": ("22:00", "23:00"),
        **changed,
    }
    return consents.record(door.session, consents.ConsentOrder(**values), actor=actor, now=START)


def _called(door: Door, actor: Actor, at: datetime) -> Contact | ContactForbidden:
    order = contacts.ContactOrder(_party(door).id, Channel.CALL, number="13800138000")
    return contacts.open_contact(door.session, order, book=BOOK, actor=actor, now=at)


def test_a_call_at_night_needs_a_consent_and_is_forbidden_again_without_it(
    door: Door, admin: Actor
) -> None:
    assert isinstance(_called(door, admin, NIGHT), ContactForbidden)
    consent = _agreed(door, admin)
    assert isinstance(_called(door, admin, NIGHT), Contact)
    consents.revoke(door.session, consent.id, actor=admin, now=NIGHT)
    again = _called(door, admin, NIGHT + timedelta(minutes=1))
    assert isinstance(again, ContactForbidden)


def test_a_consent_ends_by_its_day(door: Door, admin: Actor) -> None:
    _agreed(door, admin, expires_at=NIGHT)
    assert isinstance(_called(door, admin, NIGHT), ContactForbidden)


def test_the_same_consent_is_taken_down_once_and_revoked_once(door: Door, admin: Actor) -> None:
    consent = _agreed(door, admin)
    assert _agreed(door, admin).id == consent.id
    for later in (1, 2):
        consents.revoke(door.session, consent.id, actor=admin, now=START + timedelta(hours=later))
    assert consent.revoked_at == START + timedelta(hours=1)
    assert [one.id for one in consents.of_case(door.session, door.case)] == [consent.id]


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"evidence": " "}, "evidence"),
        ({"evidence": "x" * 201}, "evidence"),
        ({"window": ("22:00",)}, "window"),
        ({"window": ("23:00", "22:00")}, "window"),
        ({"window": ("late", "later")}, "window"),
        ({"expires_at": START}, "expires_at"),
    ],
)
def test_a_faulty_consent_names_its_field(
    door: Door, admin: Actor, changed: dict[str, Any], field: str
) -> None:
    with pytest.raises(InvalidInput) as wrong:
        _agreed(door, admin, **changed)
    assert [fault.field for fault in wrong.value.faults] == [field]


def test_an_auditor_takes_none_down_and_a_stranger_finds_no_party(door: Door) -> None:
    auditor = Actor(door.case.organisation_id, Role.AUDITOR)
    with pytest.raises(Forbidden):
        _agreed(door, auditor)
    with pytest.raises(NotFound):
        _agreed(door, Actor(uuid4(), Role.COMPLIANCE))
