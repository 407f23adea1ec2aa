"""The timeline of a case: which events it holds, and what it is filtered by."""

from collections.abc import Callable
from datetime import timedelta
from decimal import Decimal
from uuid import UUID, uuid4

import pytest
from sqlalchemy.orm import Session

from fieldops.domain.errors import NotFound
from fieldops.domain.permissions import Actor, Role
from fieldops.models import Organisation, Promise
from fieldops.services import evidence, flags, organisations, timeline
from tests.builders.evidence import an_item
from tests.builders.visits import START
from tests.builders.worlds import World, a_world
from tests.conftest import NOW

Found = Callable[..., set[tuple[str, UUID]]]


@pytest.fixture
def world(session: Session, organisation: Organisation) -> World:
    """A case with a visit, an observation and a flag; an item and a promise come of the visit."""
    made = a_world(session, organisation)
    visit = made.visits[0]
    session.add(
        Promise(
            organisation_id=organisation.id, case_id=visit.case_id, visit_id=visit.id,
            amount=Decimal(500), currency="CNY", due_on=START.date(), made_at=START,
        )
    )  # fmt: skip
    session.flush()
    return made


@pytest.fixture
def counsel(world: World) -> Actor:
    account = world.people["counsel"]
    return Actor(account.organisation_id, Role.COUNSEL, account.id)


@pytest.fixture
def found(session: Session, world: World, counsel: Actor) -> Found:
    """What an asking finds, by kind and id."""

    def ask(actor: Actor = counsel, **asked: object) -> set[tuple[str, UUID]]:
        wanted = timeline.Asked(**asked)  # type: ignore[arg-type]  # Fields by name.
        events, _ = timeline.of_case(session, world.case.id, wanted, limit=100, actor=actor)
        return {(one.kind, one.id) for one in events}

    return ask


def _kinds(found: set[tuple[str, UUID]]) -> set[str]:
    return {kind for kind, _ in found}


def _an_item(session: Session, world: World) -> UUID:
    agent = world.people["agent"]
    actor = Actor(agent.organisation_id, Role.AGENT, agent.id, agent.agent_id)
    return an_item(session, world.visits[0], actor=actor).id


def test_promises_and_looks_stand_beside_visits_and_items(
    session: Session, world: World, counsel: Actor, found: Found
) -> None:
    item_id = _an_item(session, world)
    evidence.view(session, item_id, actor=counsel, at=NOW)
    assert _kinds(found()) == {"visit", "observation", "flag", "item", "promise", "look"}


def test_a_person_is_asked_for_and_what_says_nothing_of_persons_stays_out(
    session: Session, world: World, found: Found
) -> None:
    _an_item(session, world)
    debtor = world.case.parties[0].person_id
    assert _kinds(found(person_id=debtor)) == {"visit", "observation", "flag", "item", "promise"}
    assert not found(person_id=uuid4())


def test_an_address_is_asked_for(session: Session, world: World, found: Found) -> None:
    _an_item(session, world)
    assert _kinds(found(address_id=world.visits[0].address_id)) == {
        "visit", "observation", "flag", "item", "promise",
    }  # fmt: skip
    assert not found(address_id=world.visits[1].address_id)


def test_words_are_found_in_names_codes_and_sealed_notes(
    session: Session, world: World, counsel: Actor, found: Found
) -> None:
    _an_item(session, world)
    flags.review_flag(
        session, world.flag.id, "confirmed", "Seen: the lease", actor=counsel, now=NOW
    )
    for words, codes, kinds in (
        ("DOOR.jpg", (), {"item"}),
        ("new_occ", (), {"observation"}),
        ("somebody else", ("visit.new_occupant",), {"observation"}),
        ("the LEASE", (), {"review"}),
        ("100%", (), set()),
        ("_", (), {"observation"}),
    ):
        assert _kinds(found(words=words, codes=codes)) == kinds, words


def test_filters_hold_together(world: World, found: Found) -> None:
    debtor = world.case.parties[0].person_id
    own = {"person_id": debtor, "kinds": ("visit", "flag")}
    assert _kinds(found(**own, words="planned")) == {"visit"}
    assert not found(**own, since=START + timedelta(days=1))


def test_what_a_role_does_not_reach_is_not_there(world: World, found: Found) -> None:
    account = world.people["dispatcher"]
    dispatcher = Actor(account.organisation_id, Role.DISPATCHER, account.id)
    assert _kinds(found(dispatcher)) == {"visit", "promise"}


def test_one_event_is_opened_by_kind_and_id(session: Session, world: World, counsel: Actor) -> None:
    event = timeline.row_of(session, world.case.id, "flag", world.flag.id, actor=counsel)
    assert (event.kind, event.id, event.at) == ("flag", world.flag.id, world.flag.raised_at)


@pytest.mark.parametrize("kind", ["visit", "look", "nothing"])
def test_what_is_no_event_of_the_case_is_not_found(
    session: Session, world: World, counsel: Actor, kind: str
) -> None:
    with pytest.raises(NotFound):
        timeline.row_of(session, world.case.id, kind, world.visits[1].id, actor=counsel)


def test_another_houses_event_is_not_found(session: Session, world: World, counsel: Actor) -> None:
    other = a_world(session, organisations.found(session, "Another agency", now=NOW))
    with pytest.raises(NotFound):
        timeline.row_of(session, other.case.id, "flag", other.flag.id, actor=counsel)
