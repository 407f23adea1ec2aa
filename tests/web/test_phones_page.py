"""The page of phones: a code shown once, a phone ended, an entry settled with its reason."""

import re
from collections.abc import Callable

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from fieldops.domain.permissions import Actor, Role
from fieldops.models import Device, DeviceEntry, Organisation
from tests.builders.journals import a_conflict, a_device
from tests.builders.worlds import World
from tests.web.conftest import Reader


@pytest.fixture
def device(session: Session, world: World, organisation: Organisation) -> Device:
    """An agent's phone with one entry that does not fit."""
    account = world.people["agent"]
    found = a_device(
        session, Actor(organisation.id, Role.AGENT, account.id, account.agent_id, account.name)
    )
    body = {"outcome": "vacant", "note": "Nobody there"}
    entry = a_conflict(found, visit_id=world.visits[0].id, body=body)
    session.add(entry)
    session.commit()
    return found


def test_a_code_is_shown_once_with_its_picture(
    reads: Callable[[str], Reader], world: World
) -> None:
    office = reads("dispatcher")
    answer = office.post("/phones/codes", agent_id=str(world.people["agent"].agent_id))
    assert answer.status_code == 200
    assert answer.headers["Cache-Control"] == "no-store"
    assert 'src="data:image/svg+xml' in answer.text
    code = re.search(r'class="code"[^>]*>(\w{4}) (\w{4})<', answer.text)
    assert code is not None
    assert "".join(code.groups()) not in office.get("/phones").text


def test_a_phone_is_ended_with_a_reason(
    reads: Callable[[str], Reader], device: Device, session: Session
) -> None:
    office = reads("dispatcher")
    assert office.post(f"/phones/{device.id}/revoke", reason=" ").status_code == 422
    assert office.post(f"/phones/{device.id}/revoke", reason="Lost").status_code == 302
    session.refresh(device)
    assert device.revoked_reason == "Lost"


def test_an_entry_is_shown_beside_what_stands_and_settled(
    reads: Callable[[str], Reader], device: Device, session: Session
) -> None:
    office = reads("dispatcher")
    assert "Nobody there" in office.get("/phones").text
    entry = session.scalars(select(DeviceEntry)).one()
    url = f"/phone-entries/{entry.id}/settle"
    assert office.post(url, settlement="maybe", words="x").status_code == 422
    assert office.post(url, settlement="both", words="Two doors").status_code == 302
    session.refresh(entry)
    assert (entry.settlement, entry.settled_words) == ("both", "Two doors")
