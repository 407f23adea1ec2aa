"""The page of a case says what was found about each item, and links what it was compared with."""

import re
from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy.orm import Session

from fieldops.domain.permissions import Actor
from fieldops.jobs import publishing
from fieldops.models import Agent, Item, Organisation, Visit
from fieldops.services import custody
from fieldops.web import case_queries
from fieldops.wiring import wiring
from tests.builders.cases import a_case
from tests.builders.evidence import a_photo, a_scene, an_item
from tests.builders.visits import a_visit
from tests.builders.worlds import World
from tests.conftest import Person
from tests.web.conftest import Reader

Page = Callable[..., str]
Reads = Callable[[str], Reader]


@pytest.fixture
def visit(world: World) -> Visit:
    return world.visits[0]


@pytest.fixture
def page(reads: Callable[[str], Reader]) -> Page:
    def read(item: Item, language: str = "en") -> str:
        reader = reads("counsel")
        reader.client.set_cookie("fieldops_language", language)
        return str(reader.get(f"/cases/{item.case_id}").text)

    return read


@pytest.fixture
def uploader(visit: Visit, organisation: Organisation, signed_in: Callable[..., Person]) -> Actor:
    return signed_in("agent", organisation, agent_id=visit.agent_id).actor


def _handed_in(session: Session, visit: Visit, actor: Actor, **how: Any) -> Item:
    item = an_item(session, visit, actor=actor, **how)
    publishing.publish(wiring(), inline=True)
    return item


@pytest.mark.parametrize(
    ("language", "words"),
    [("en", "It was taken in the app"), ("zh-CN", "现场采集，非相册选取")],
)
def test_a_doubt_is_said_in_the_readers_language(
    session: Session, visit: Visit, uploader: Actor, page: Page, language: str, words: str
) -> None:
    assert words in page(
        _handed_in(session, visit, uploader, told={"capture": "gallery"}), language
    )


@pytest.mark.parametrize(
    ("language", "badge", "why"),
    [
        ("en", "Quarantined: do not open", "are not opened here"),
        ("zh-CN", "已隔离：请勿打开", "此处不打开 application/"),
    ],
)
def test_a_quarantined_item_is_told_with_its_reason(
    session: Session, visit: Visit, uploader: Actor, page: Page, language: str, badge: str, why: str
) -> None:
    text = page(_handed_in(session, visit, uploader, data=b"MZ" + bytes(300)), language)
    assert badge in text
    assert why in text


def test_the_same_photo_elsewhere_is_linked(
    session: Session, visit: Visit, uploader: Actor, organisation: Organisation, page: Page
) -> None:
    data = a_photo(scene=a_scene(1))
    agent = session.get_one(Agent, visit.agent_id)
    case = a_case(session, organisation)
    other = a_visit(session, organisation, case=case, agent=agent)
    first = _handed_in(session, visit, uploader, data=data)
    second = _handed_in(session, other, uploader, data=data)
    assert f"/items/{first.id}/case" in page(second)


def test_a_link_to_an_item_leads_to_its_case(
    session: Session, visit: Visit, uploader: Actor, reads: Callable[[str], Reader]
) -> None:
    item = _handed_in(session, visit, uploader)
    answer = reads("counsel").get(f"/items/{item.id}/case")
    where = f"/cases/{item.case_id}?item={item.id}#item-{item.id}"
    assert answer.headers["Location"] == where


def test_the_items_of_a_case_come_over_pages_and_from_the_one_that_is_asked_for(
    session: Session, visit: Visit, uploader: Actor, reads: Reads, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(case_queries, "_ITEMS", 2)
    items = [_handed_in(session, visit, uploader) for _ in range(5)][::-1]
    reader, url = reads("counsel"), f"/cases/{visit.case_id}"
    shown = []
    while url:
        page = reader.get(url).text
        shown.append(re.findall(r'id="item-([^"]+)"', page))
        found = re.search(r'rel="next" href="([^"]+)"', page)
        url = found[1] if found else ""
    assert shown == [[str(one.id) for one in items[at : at + 2]] for at in (0, 2, 4)]
    asked = reader.get(f"/cases/{visit.case_id}?item={items[3].id}").text
    assert re.findall(r'id="item-([^"]+)"', asked) == [str(one.id) for one in items[3:]]


def test_a_small_picture_is_shown_and_logged(
    session: Session, visit: Visit, uploader: Actor, reads: Callable[[str], Reader]
) -> None:
    item = _handed_in(session, visit, uploader)
    answer = reads("counsel").get(f"/items/{item.id}/thumbnail")
    assert answer.mimetype == "image/jpeg"
    entry = custody.entry_of(custody.entries_of(session, item.case_id)[-1])
    assert (entry.action, entry.detail) == ("read", {"what": "thumbnail"})
