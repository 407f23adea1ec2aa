"""Items that are looked at on the page: documents, texts and recordings, each look one line."""

from collections.abc import Callable

import pytest
from sqlalchemy.orm import Session

from evidence.custody.canonical import read_canonical
from fieldops.domain.permissions import Actor
from fieldops.models import CustodyEntry, Item, Organisation, Visit
from tests.builders.evidence import a_sound, an_item, an_uploader
from tests.builders.worlds import World
from tests.gateways.test_documents import a_pdf
from tests.web.conftest import Reader

Reads = Callable[[str], Reader]
SAID = "邻居说已经搬走 <b>"


@pytest.fixture
def uploader(organisation: Organisation, world: World) -> Actor:
    """The agent who hands in."""
    return an_uploader(organisation, world.people["agent"])


@pytest.fixture
def visit(world: World) -> Visit:
    """The visit to which the items belong."""
    return world.visits[0]


def _looks(session: Session, item: Item) -> list[str]:
    rows = session.query(CustodyEntry).filter_by(item_id=item.id, action="read")
    told = [read_canonical(bytes(row.body)) for row in rows.order_by(CustodyEntry.position)]
    return [one["detail"]["what"] for one in told]


def test_a_document_shows_its_first_page(
    session: Session, visit: Visit, uploader: Actor, reads: Reads
) -> None:
    item, counsel = an_item(session, visit, actor=uploader, data=a_pdf()), reads("counsel")
    assert f"/items/{item.id}/thumbnail" in counsel.get(f"/cases/{item.case_id}").text
    assert counsel.get(f"/items/{item.id}/thumbnail").mimetype == "image/jpeg"
    assert _looks(session, item) == ["thumbnail"]


def test_a_text_is_read_where_the_reader_asks_for_it(
    session: Session, visit: Visit, uploader: Actor, reads: Reads
) -> None:
    item = an_item(session, visit, actor=uploader, data=SAID.encode("gb18030"))
    counsel, url = reads("counsel"), f"/cases/{item.case_id}/timeline?open=item/{item.id}"
    assert "邻居说" not in counsel.get(url).text
    assert "邻居说已经搬走 &lt;b&gt;" in counsel.get(f"{url}&read=1").text
    assert _looks(session, item) == ["record", "record", "text"]


def test_a_recording_is_given_in_parts_that_are_one_look(
    session: Session, visit: Visit, uploader: Actor, reads: Reads
) -> None:
    data = a_sound(1)
    item, counsel = an_item(session, visit, actor=uploader, data=data), reads("counsel")
    url, found = f"/items/{item.id}/played", b""
    for low, high in ((0, 99), (100, 4_999), (5_000, "")):
        answer = counsel.client.get(url, headers={"Range": f"bytes={low}-{high}"})
        assert answer.status_code == 206
        assert answer.headers["Content-Range"].startswith(f"bytes {low}-")
        found += answer.data
    assert found == data
    assert _looks(session, item) == ["sound"]


def test_who_begins_in_the_middle_has_looked_as_well(
    session: Session, visit: Visit, uploader: Actor, reads: Reads
) -> None:
    item = an_item(session, visit, actor=uploader, data=a_sound(1))
    url, later = f"/items/{item.id}/played", {"Range": "bytes=100-"}
    assert reads("counsel").client.get(url, headers=later).status_code == 206
    assert reads("auditor").client.get(url, headers=later).status_code == 206
    assert _looks(session, item) == ["sound", "sound"]


def test_a_part_beyond_the_end_is_none(
    session: Session, visit: Visit, uploader: Actor, reads: Reads
) -> None:
    item = an_item(session, visit, actor=uploader, data=a_sound(1))
    asked = {"Range": f"bytes={item.size}-"}
    answer = reads("counsel").client.get(f"/items/{item.id}/played", headers=asked)
    assert (answer.status_code, answer.headers["Content-Range"]) == (416, f"bytes */{item.size}")
    assert _looks(session, item) == []
