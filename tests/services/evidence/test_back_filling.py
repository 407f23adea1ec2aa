"""What was taken in before an update is given what it lacks, once, and is then like any other."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from fieldops.domain.facts import PrintsOwed
from fieldops.domain.permissions import Actor
from fieldops.gateways import timestamping
from fieldops.jobs import back_filling, publishing, routine
from fieldops.models import (
    Checkpoint,
    CheckpointStamp,
    Item,
    JobRun,
    Organisation,
    OutboxFact,
    PrintBlock,
    Visit,
)
from fieldops.services import custody
from fieldops.wiring import wiring
from tests.builders.cases import a_case, an_agent
from tests.builders.evidence import a_photo, a_scene, a_sound, an_item
from tests.builders.visits import a_visit
from tests.conftest import Person


def _go_round() -> None:
    """The rounds as a worker goes them that has just begun, and knows of nothing that is done."""
    each = (back_filling.fill_stamps, back_filling.fill_prints)
    for fill in each:
        once = routine._in_each(back_filling.UntilNothingLacks(fill))
        routine.Rota([routine.Round(fill.__name__, timedelta(minutes=1), once)]).go(wiring())


def _from_before(session: Session, *items: Item) -> None:
    for item in items:
        item.properties = {k: v for k, v in item.properties.items() if k != "prints"}
    session.execute(delete(PrintBlock))
    session.commit()


def _filled(session: Session) -> None:
    """Go the rounds and do what they ask for, until nothing is asked for."""
    for _ in range(3):
        _go_round()
        publishing.publish(wiring(), inline=True)
    session.expire_all()


@pytest.fixture
def elsewhere(
    session: Session, organisation: Organisation, signed_in: Callable[..., Person]
) -> tuple[Visit, Actor]:
    """Another agent at another case."""
    agent = an_agent(session, organisation, code="A2")
    visit = a_visit(session, organisation, case=a_case(session, organisation), agent=agent)
    return visit, signed_in("agent", organisation, agent_id=agent.id).actor


def test_two_photos_from_before_are_known_for_the_same(
    session: Session, visit: Visit, uploader: Actor, elsewhere: tuple[Visit, Actor]
) -> None:
    first = an_item(session, visit, actor=uploader, data=a_photo(scene=a_scene(1)))
    second = an_item(
        session, elsewhere[0], actor=elsewhere[1], data=a_photo(scene=a_scene(1), quality=60)
    )
    publishing.publish(wiring(), inline=True)
    _from_before(session, first, second)
    _filled(session)
    for item, other in ((first, second), (second, first)):
        session.refresh(item)
        (found,) = [one for one in item.findings if one["check"] == "not-seen-elsewhere"]
        assert [one["item"] for one in found["value"]] == [str(other.id)]


def test_a_photo_is_read_once_for_it_and_the_log_says_so(
    session: Session, visit: Visit, uploader: Actor
) -> None:
    item = an_item(session, visit, actor=uploader, data=a_photo(scene=a_scene(1)))
    _from_before(session, item)
    _filled(session)
    _filled(session)
    entries = [custody.entry_of(row) for row in custody.entries_of(session, visit.case_id)]
    assert [one.detail.get("what") for one in entries][1:] == ["prints"]
    assert len(session.scalars(select(PrintBlock)).one().rows) == 24


@pytest.mark.parametrize("data", [a_photo(), a_sound(1), b"<html>"], ids=["grey", "sound", "odd"])
def test_what_cannot_have_hashes_is_asked_for_at_most_once(
    session: Session, visit: Visit, uploader: Actor, data: bytes
) -> None:
    item = an_item(session, visit, actor=uploader, data=data)
    _from_before(session, item)
    _filled(session)
    _filled(session)
    query = select(func.count()).where(OutboxFact.name == PrintsOwed.name)
    assert (session.scalar(query) or 0) <= 1
    assert session.scalars(select(PrintBlock)).all() == []


def test_a_photo_whose_bytes_are_gone_holds_nothing_up(
    session: Session, visit: Visit, uploader: Actor
) -> None:
    item = an_item(session, visit, actor=uploader, data=a_photo(scene=a_scene(1)))
    _from_before(session, item)
    for path in wiring().settings.data_dir.glob(f"blobs/*/*/{item.sha256}"):
        path.unlink()
    _filled(session)
    session.refresh(item)
    assert item.properties["prints"] == {}
    (run,) = session.scalars(select(JobRun).where(JobRun.name == back_filling.PRINT))
    assert run.state == "done"


def test_the_next_are_asked_for_when_the_first_are_done(
    session: Session, visit: Visit, uploader: Actor, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("fieldops.services.same_photo._AT_ONCE", 1)
    items = [
        an_item(session, visit, actor=uploader, data=a_photo(scene=a_scene(n))) for n in (1, 2)
    ]
    publishing.publish(wiring(), inline=True)
    _from_before(session, *items)
    query = select(func.count()).where(OutboxFact.name == PrintsOwed.name)
    for _ in range(2):
        _go_round()
        assert session.scalar(query) == 1
    _filled(session)
    assert session.scalar(query) == 2


def _stamped_before(session: Session) -> Checkpoint:
    publishing.publish(wiring(), inline=True)
    session.execute(delete(CheckpointStamp))
    session.commit()
    return session.scalars(select(Checkpoint)).one()


def _rows(session: Session) -> list[Any]:
    query = select(CheckpointStamp).execution_options(populate_existing=True)
    return list(session.scalars(query))


def test_a_stamp_from_before_gets_its_row_once(
    session: Session, visit: Visit, uploader: Actor
) -> None:
    an_item(session, visit, actor=uploader)
    head = _stamped_before(session)
    for _ in range(2):
        _filled(session)
    (row,) = _rows(session)
    assert (row.state, row.authority, row.checkpoint_id) == ("kept", timestamping.LOCAL, head.id)
    assert (row.response, row.stamped_at) == (head.timestamp, head.stamped_at)
    assert row.expires_at == timestamping.ends_at(bytes(head.timestamp or b""))


def test_who_stamped_is_unknown_where_his_certificate_is_not_ours(
    session: Session, visit: Visit, uploader: Actor
) -> None:
    an_item(session, visit, actor=uploader)
    _stamped_before(session).timestamp = b"no stamp at all"
    session.commit()
    _filled(session)
    (row,) = _rows(session)
    assert (row.authority, row.expires_at) == (back_filling.UNKNOWN, None)


def test_a_checkpoint_without_a_stamp_gets_none(
    session: Session, visit: Visit, uploader: Actor
) -> None:
    an_item(session, visit, actor=uploader)
    _stamped_before(session).timestamp = None
    session.commit()
    _filled(session)
    assert _rows(session) == []


def test_an_organisation_in_which_nothing_lacks_is_looked_at_once(
    session: Session, organisation: Organisation
) -> None:
    asked: list[Any] = []

    def fill(session: Session, organisation_id: Any, at: Any) -> int:
        asked.append(organisation_id)
        return 2 - len(asked)

    once = back_filling.UntilNothingLacks(fill)
    for _ in range(4):
        once(session, wiring(), organisation.id, organisation.created_at)
    assert len(asked) == 2
