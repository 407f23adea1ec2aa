"""The timeline's page: looks that are logged, views that are kept, flags judged in place."""

import re
from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest
from sqlalchemy.orm import Session

from fieldops.domain.permissions import Actor
from fieldops.jobs import publishing
from fieldops.models import (
    AccessRecord,
    Contact,
    Flag,
    Item,
    LegalEvent,
    Organisation,
    Pack,
    Payment,
    Promise,
    Visit,
)
from fieldops.services import custody, timeline
from fieldops.wiring import wiring
from tests.builders.evidence import a_sound, an_item
from tests.builders.records import stated_by_another
from tests.builders.statements import heard
from tests.builders.worlds import World
from tests.conftest import NOW, Person
from tests.web.conftest import Reader

Reads = Callable[[str], Reader]


@pytest.fixture
def visit(world: World) -> Visit:
    return world.visits[0]


@pytest.fixture
def uploader(visit: Visit, organisation: Organisation, signed_in: Callable[..., Person]) -> Actor:
    return signed_in("agent", organisation, agent_id=visit.agent_id).actor


@pytest.fixture
def item(session: Session, visit: Visit, uploader: Actor) -> Item:
    return an_item(session, visit, actor=uploader, told={"lat": "30.6601", "lon": "104.06", "datum": "WGS84", "accuracy": "12"})  # fmt: skip  # noqa: E501  # One fix.


def _log(session: Session, item: Item) -> list[tuple[str, object]]:
    entries = [custody.entry_of(row) for row in custody.entries_of(session, item.case_id)]
    return [(one.action, one.detail.get("what")) for one in entries]


def test_opening_an_item_shows_where_it_comes_from_and_is_a_look(
    session: Session, item: Item, reads: Reads
) -> None:
    publishing.publish(wiring(), inline=True)
    text = reads("counsel").get(f"/cases/{item.case_id}/timeline?open=item/{item.id}&prove=1").text
    for told in (
        item.sha256,
        "WGS84",
        "± 12 m",
        "Test camera",
        "Proved",
        f"/items/{item.id}/thumb",
    ):
        assert told in text
    assert _log(session, item) == [("received", None), ("read", "record")]
    assert session.query(AccessRecord).filter_by(subject=f"timeline:{item.case_id}").count() == 1


@pytest.mark.parametrize("role", ["dispatcher", "admin"])
def test_who_may_open_no_evidence_leaves_no_look(
    session: Session, item: Item, reads: Reads, role: str
) -> None:
    url = f"/cases/{item.case_id}/timeline"
    assert reads(role).get(f"{url}?open=item/{item.id}").status_code == 404
    assert str(item.id) not in reads(role).get(url).text
    assert _log(session, item) == [("received", None)]


def test_a_larger_picture_and_a_sound_are_looks_of_their_own(
    session: Session, item: Item, visit: Visit, uploader: Actor, reads: Reads
) -> None:
    counsel = reads("counsel")
    sound = an_item(session, visit, actor=uploader, data=a_sound(1))
    assert counsel.get(f"/items/{item.id}/picture").mimetype == "image/jpeg"
    heard = counsel.get(f"/items/{sound.id}/played")
    assert heard.mimetype == "audio/wav"
    assert heard.headers["Content-Security-Policy"].startswith("sandbox")
    assert counsel.get(f"/items/{item.id}/played").status_code == 404
    assert _log(session, item)[2:] == [("read", "picture"), ("read", "sound")]


def test_every_kind_of_event_can_be_opened(
    session: Session, item: Item, world: World, reads: Reads
) -> None:
    _more_of_it(session, world)
    stated_by_another(session, world.visits[0])
    counsel, found = reads("counsel"), set()
    counsel.post(f"/flags/{world.flag.id}/review", verdict="confirmed", reason="seen", back="x")
    counsel.get(f"/items/{item.id}/thumbnail")
    every = "&".join(f"kind={kind}" for kind in timeline.KINDS)
    for case_id in (item.case_id, world.visits[1].case_id, world.hold.case_id):
        url = f"/cases/{case_id}/timeline"
        links = re.findall(r"open=([\w-]+/[\w-]+)", counsel.get(f"{url}?{every}").text)
        for one in dict.fromkeys(links):
            assert counsel.get(f"{url}?open={one}").status_code == 200, one
            found.add(one.split("/")[0])
    assert found == {*timeline.KINDS} - {"custody"}


def test_what_another_house_states_is_shown_as_its_word(
    session: Session, world: World, reads: Reads
) -> None:
    counsel, url = reads("counsel"), f"/cases/{world.visits[0].case_id}"
    assert "stated_visit" not in counsel.get(f"{url}/timeline").text
    assert 'id="stated"' not in counsel.get(url).text
    stated_by_another(session, world.visits[0])
    session.commit()
    assert "Stated by 乙机构" in counsel.get(url).text
    assert "stated_visit" in counsel.get(f"{url}/timeline").text


def _more_of_it(session: Session, world: World) -> None:
    """A call, a promise, money, a court event and a pack in the case with the item."""
    own: dict[str, Any] = {"organisation_id": world.case.organisation_id, "case_id": world.case.id}
    money = {"visit_id": world.visits[0].id, "amount": Decimal(100), "currency": "CNY"}
    debtor = world.visits[0].debtor_id
    session.add_all(
        [
            Contact(**own, person_id=debtor, debtor_id=debtor, channel="call", purpose="collect",
                    at=NOW, result="no_answer", recorded_at=NOW),
            Promise(**own, **money, due_on=NOW.date(), made_at=NOW),
            Payment(**own, **money, method="cash", receipt_number="R-1", paid_at=NOW),
            LegalEvent(**own, kind="suit_filed", subject="", at=NOW, recorded_at=NOW),
            Pack(**own, account_id=world.people["counsel"].id, state="failed", purpose="x",
                 summary={"ok": False, "reason": "no disk"}, created_at=NOW),
        ]
    )  # fmt: skip
    session.commit()


@pytest.mark.parametrize("wrong", ["open=item/x", "after=x", "person=x&from=y&kind=q", "q=%25"])
def test_an_address_that_says_nothing_sensible_is_no_error(
    world: World, reads: Reads, wrong: str
) -> None:
    assert reads("counsel").get(f"/cases/{world.case.id}/timeline?{wrong}").status_code == 200


def test_words_are_found_in_the_readers_own_language(world: World, reads: Reads) -> None:
    counsel = reads("counsel")
    counsel.client.set_cookie("fieldops_language", "zh-CN")
    url = f"/cases/{world.case.id}/timeline?kind=observation&q="
    known = re.search(r'class="what"><strong>\S+</strong> <span><span>(\S+)', counsel.get(url).text)
    assert known
    assert "open=observation/" in counsel.get(f"{url}{known[1][:2]}").text
    assert "open=observation/" not in counsel.get(f"{url}没有这个词").text


def test_a_view_is_kept_and_removed_on_the_page(world: World, reads: Reads) -> None:
    counsel, url = reads("counsel"), f"/cases/{world.visits[0].case_id}"
    kept = counsel.post(f"{url}/views", name="Open flags", kind="flag", q="moved")
    assert kept.location.endswith("/timeline?kind=flag&q=moved")
    text = counsel.get(f"{url}/timeline").text
    assert "Open flags" in text
    removal = re.search(rf"{url}/views/[\w-]+/remove", text)
    assert removal
    assert reads("auditor").post(removal[0]).status_code == 404
    assert counsel.post(removal[0]).status_code == 302
    assert "Open flags" not in counsel.get(f"{url}/timeline").text
    nameless = counsel.post(f"{url}/views", name="", kind="flag")
    assert (nameless.status_code, "give a short name" in nameless.text) == (422, True)


def test_a_flag_is_judged_on_the_desk_and_a_judgement_without_reason_comes_back_there(
    world: World, reads: Reads
) -> None:
    counsel, url = reads("counsel"), f"/flags/{world.flag.id}/review"
    refused = counsel.post(url, verdict="dismissed", reason=" ", back="desk")
    assert (refused.status_code, 'id="due-later"' in refused.text) == (422, True)
    done = counsel.post(url, verdict="dismissed", reason="wrong door", back="desk")
    text = counsel.get(done.location).text
    assert "dismissed" in text
    assert f'id="flag-{world.flag.id}"' not in text
    assert "wrong door" in counsel.get("/desk?state=dismissed").text


@pytest.mark.parametrize("page", ["/desk", "/cases/{case}/timeline", "/cases/{case}/belief"])
def test_a_page_asks_no_more_often_for_more_rows(
    session: Session, world: World, item: Item, uploader: Actor, reads: Reads, page: str
) -> None:
    counsel = reads("counsel")
    url = page.format(case=item.case_id)

    def count() -> int:
        with heard(session) as asked:
            assert counsel.get(url).status_code == 200
        return len(asked)

    counsel.get(url)
    few = count()
    for visit in world.visits[1:]:
        an_item(session, world.visits[0], actor=uploader)
        _another_flag(session, world, visit)
    assert count() <= few


def _another_flag(session: Session, world: World, visit: Visit) -> None:
    told = {
        column.key: getattr(world.flag, column.key)
        for column in Flag.__table__.columns
        if column.key != "id"
    }
    session.add(Flag(**{**told, "subject": str(visit.address_id)}))
    session.commit()
