"""Where an item comes from: its steps of custody with their proofs, its crew, and its rulings."""

from collections.abc import Callable
from uuid import uuid4

import pytest
from sqlalchemy.orm import Session

from fieldops.domain.errors import NotFound
from fieldops.domain.permissions import Actor
from fieldops.jobs import publishing
from fieldops.models import CustodyEntry, Item, Organisation, Visit
from fieldops.services import evidence, organisations, provenance
from fieldops.wiring import wiring
from tests.builders.cases import NOW, an_agent
from tests.builders.doors import a_door
from tests.builders.evidence import an_item
from tests.conftest import Person


@pytest.fixture
def item(session: Session, visit: Visit, uploader: Actor) -> Item:
    """A photo whose receipt is under a signed and stamped head."""
    made = an_item(session, visit, actor=uploader)
    publishing.publish(wiring(), inline=True)
    return made


def test_a_step_says_who_acted_and_which_head_covers_it(
    session: Session, item: Item, uploader: Actor
) -> None:
    evidence.view(session, item.id, actor=uploader, at=NOW)
    steps, looks = provenance.custody_steps(session, item.id, proving=False, actor=uploader)
    (step,) = steps
    assert (step.entry.action, step.by, step.proved) == ("received", "Test person", None)
    assert step.size is not None
    assert step.size > step.row.position
    assert step.stamped_at is not None
    assert looks == 1


def test_each_step_is_proved_under_the_newest_head(
    session: Session, item: Item, uploader: Actor
) -> None:
    steps, _ = provenance.custody_steps(session, item.id, proving=True, actor=uploader)
    assert [one.proved for one in steps] == [True]


def test_a_step_that_was_changed_is_not_proved(
    session: Session, item: Item, uploader: Actor
) -> None:
    row = session.query(CustodyEntry).one()
    row.body = bytes(row.body).replace(b"agent:", b"Agent:")
    session.flush()
    steps, _ = provenance.custody_steps(session, item.id, proving=True, actor=uploader)
    assert [one.proved for one in steps] == [False]


def test_what_no_head_covers_yet_is_told_so(
    session: Session, visit: Visit, uploader: Actor
) -> None:
    made = an_item(session, visit, actor=uploader)
    (step,), _ = provenance.custody_steps(session, made.id, proving=True, actor=uploader)
    assert (step.size, step.signed_at, step.stamped_at, step.proved) == (None, None, None, None)


def test_another_houses_item_and_visit_are_not_found(
    session: Session, item: Item, signed_in: Callable[..., Person]
) -> None:
    other = organisations.found(session, "Another agency", now=NOW)
    stranger = signed_in("counsel", other).actor
    with pytest.raises(NotFound):
        provenance.custody_steps(session, item.id, proving=False, actor=stranger)
    with pytest.raises(NotFound):
        provenance.at_the_door(session, item.visit_id, actor=stranger)
    with pytest.raises(NotFound):
        provenance.at_the_door(session, uuid4(), actor=stranger)


def test_a_visit_shows_its_crew_who_arrived_and_what_let_it_through(
    session: Session, organisation: Organisation, admin: Actor
) -> None:
    an_agent(session, organisation, code="Z9")
    door = a_door(session, organisation)
    door.both_arrive()
    found = provenance.at_the_door(session, door.visit.id, actor=admin)
    assert [one.id for one in found.crew] == [door.agent.id, door.partner.id]
    assert len(found.arrivals) == 2
    assert {(one.gate, one.allowed) for one in found.rulings} == {("door", True)}
