"""The same photo at another visit is found on both sides, by its bytes and by its picture."""

from typing import Any

import pytest
from PIL import Image
from sqlalchemy import select
from sqlalchemy.orm import Session

from fieldops.domain.permissions import Actor
from fieldops.domain.prints import ROW
from fieldops.jobs import publishing
from fieldops.models import Agent, Item, Organisation, PrintBlock, Visit
from fieldops.services import crosschecking, organisations, same_photo
from fieldops.wiring import wiring
from tests.builders.cases import NOW, a_case
from tests.builders.evidence import a_photo, a_scene, an_item
from tests.builders.visits import a_visit

SCENE = a_scene(1)


@pytest.fixture
def elsewhere(session: Session, visit: Visit, organisation: Organisation) -> Visit:
    """Another visit of the same agent."""
    agent = session.get_one(Agent, visit.agent_id)
    return a_visit(session, organisation, case=a_case(session, organisation), agent=agent)


def _handed_in(
    session: Session, visit: Visit, actor: Actor, image: Image.Image, **how: Any
) -> Item:
    item = an_item(session, visit, actor=actor, data=a_photo(scene=image, **how))
    publishing.publish(wiring(), inline=True)
    session.refresh(item)
    return item


def _seen(item: Item) -> Any:
    return next(one for one in item.findings if one["check"] == "not-seen-elsewhere")


@pytest.mark.parametrize(
    ("changed", "turn"),
    [
        (SCENE.resize((320, 240)), "upright"),
        (SCENE.transpose(Image.Transpose.FLIP_LEFT_RIGHT), "mirrored"),
        (SCENE.transpose(Image.Transpose.ROTATE_90), "turned-90"),
        (SCENE.transpose(Image.Transpose.ROTATE_180), "turned-180"),
        (SCENE.transpose(Image.Transpose.ROTATE_270), "turned-270"),
    ],
)
def test_a_photo_that_was_used_before_names_the_other_item(
    session: Session,
    visit: Visit,
    elsewhere: Visit,
    uploader: Actor,
    changed: Image.Image,
    turn: str,
) -> None:
    first = _handed_in(session, visit, uploader, SCENE)
    second = _handed_in(session, elsewhere, uploader, changed, quality=60)
    found = _seen(second)
    assert found["holds"] is False
    assert [(one["item"], one["turn"]) for one in found["value"]] == [(str(first.id), turn)]
    assert found["threshold"] == {"phash_bits": 8, "dhash_bits": 6}


def test_the_item_that_came_first_is_told_as_well(
    session: Session, visit: Visit, elsewhere: Visit, uploader: Actor
) -> None:
    first = _handed_in(session, visit, uploader, SCENE)
    assert _seen(first)["holds"] is True
    second = _handed_in(session, elsewhere, uploader, SCENE)
    session.refresh(first)
    assert [one["item"] for one in _seen(first)["value"]] == [str(second.id)]
    exact = next(one for one in first.findings if one["check"] == "not-used-elsewhere")
    assert exact["value"] == [str(second.id)]


def test_the_same_door_twice_at_one_visit_is_no_finding(
    session: Session, visit: Visit, uploader: Actor
) -> None:
    _handed_in(session, visit, uploader, SCENE)
    assert _seen(_handed_in(session, visit, uploader, SCENE, quality=50))["holds"] is True


def test_a_plain_photo_is_compared_with_nothing(
    session: Session, visit: Visit, elsewhere: Visit, uploader: Actor
) -> None:
    plain = Image.new("RGB", (640, 480), (9, 9, 9))
    _handed_in(session, visit, uploader, plain)
    assert _seen(_handed_in(session, elsewhere, uploader, plain))["holds"] is None


def test_another_organisations_photos_are_not_seen(
    session: Session, visit: Visit, uploader: Actor
) -> None:
    item = _handed_in(session, visit, uploader, SCENE)
    other = organisations.found(session, "Other agency", now=NOW)
    block = session.scalars(select(PrintBlock)).one()
    rows = block.rows
    session.delete(block)
    session.add(PrintBlock(organisation_id=other.id, number=0, rows=rows))
    session.flush()
    assert same_photo.seen_elsewhere(session, item) == []


def test_a_full_block_is_followed_by_another(
    session: Session, visit: Visit, uploader: Actor, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(same_photo, "BLOCK", 2)
    for seed in range(3):
        an_item(session, visit, actor=uploader, data=a_photo(scene=a_scene(seed)))
    blocks = session.scalars(select(PrintBlock).order_by(PrintBlock.number)).all()
    assert [len(block.rows) // ROW.itemsize for block in blocks] == [2, 1]


def test_comparing_twice_changes_nothing(
    session: Session, visit: Visit, elsewhere: Visit, uploader: Actor
) -> None:
    _handed_in(session, visit, uploader, SCENE)
    second = _handed_in(session, elsewhere, uploader, SCENE)
    before = list(second.findings)
    crosschecking.compare_item(session, second.id, actor=uploader)
    assert second.findings == before
