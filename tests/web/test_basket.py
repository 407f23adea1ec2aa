"""The basket and the covering of photos as pages: kept, refused with the field, judged."""

from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from fieldops.domain.permissions import Actor
from fieldops.models import CaseBasket, Item, Organisation, Pack, Visit
from fieldops.services import redactions
from fieldops.web import basket_views
from tests.builders.disclosure import a_copy
from tests.builders.evidence import a_photo, a_sound, an_item
from tests.builders.worlds import World
from tests.conftest import Person
from tests.web.conftest import Reader

Reads = Callable[[str], Reader]


@pytest.fixture
def visit(world: World) -> Visit:
    return world.visits[0]


@pytest.fixture
def uploader(visit: Visit, organisation: Organisation, signed_in: Callable[..., Person]) -> Actor:
    return signed_in("agent", organisation, agent_id=visit.agent_id).actor


@pytest.fixture
def items(session: Session, visit: Visit, uploader: Actor) -> list[Item]:
    return [an_item(session, visit, actor=uploader, data=a_photo(colour=(90 * n, 9, 9)))
            for n in range(2)]  # fmt: skip


def form(items: list[Item], **changes: Any) -> dict[str, Any]:
    told: dict[str, Any] = {"version": "0", "item": [str(item.id) for item in items]}
    for place, item in enumerate(items, 1):
        told |= {f"place.{item.id}": str(place), f"decision.{item.id}": "submitted"}
    return {**told, **changes}


def url(items: list[Item]) -> str:
    return f"/cases/{items[0].case_id}/basket"


@pytest.mark.parametrize(
    ("language", "words"),
    [("en", ["Object of proof", "No object of proof is stated", "Exhibit 1", "For whom"]),
     ("zh-CN", ["证明目的", "未填写证明目的", "提供给", "债务人查阅请求"])],
)  # fmt: skip
def test_the_page_tells_what_the_pack_would_lack(
    reads: Reads, items: list[Item], language: str, words: list[str]
) -> None:
    reader = reads("counsel")
    reader.client.set_cookie("fieldops_language", language)
    text = reader.get(url(items)).text
    assert all(word in text for word in words)


def test_many_gaps_of_one_kind_are_counted_beyond_the_first(
    reads: Reads, items: list[Item], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(basket_views, "_SHOWN_GAPS", 1)
    assert "and 1 more" in reads("counsel").get(url(items)).text


def test_another_recipient_has_other_gaps(reads: Reads, items: list[Item]) -> None:
    text = reads("counsel").get(f"{url(items)}?profile=debtor-access-request").text
    assert "No item at all would be in the pack" in text
    assert "no reviewed redacted copy" in text


def test_a_case_without_evidence_says_so(reads: Reads, world: World) -> None:
    answer = reads("counsel").get(f"/cases/{world.case.id}/basket")
    assert (answer.status_code, "No evidence yet" in answer.text) == (200, True)


def test_the_order_of_places_is_kept_and_what_is_left_out_has_its_reason(
    reads: Reads, session: Session, items: list[Item]
) -> None:
    first, second = items
    told = form(items, **{
        f"place.{first.id}": "9", f"decision.{first.id}": "third-person",
        f"note.{first.id}": "邻居", f"proves.{second.id}": "大门紧闭",
    })  # fmt: skip
    answer = reads("counsel").post(url(items), **told)
    assert answer.status_code == 302, answer.text
    row = session.scalars(select(CaseBasket)).one()
    session.refresh(row)
    one, two = row.contents["lines"]
    assert (one["item"], one["exhibit"], one["proves"]) == (str(second.id), "Exhibit 1", "大门紧闭")
    assert (two["reason"], two["note"], two["exhibit"]) == ("third-person", "邻居", "")


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"version": "7"}, "It has changed since you read it"),
        ({"version": ""}, "Version"),
        ({"place": "x"}, "Place"),
        ({"exhibit": "x" * 41}, "Exhibit"),
        ({"decision": "lost"}, "Reason"),
    ],
)
def test_a_basket_that_cannot_be_kept_says_why_and_keeps_nothing(
    reads: Reads, session: Session, items: list[Item], changes: dict[str, str], words: str
) -> None:
    named = {
        key if key == "version" else f"{key}.{items[0].id}": value for key, value in changes.items()
    }
    named[f"proves.{items[1].id}"] = "大门紧闭"
    answer = reads("counsel").post(url(items), **form(items, **named))
    assert answer.status_code in (412, 422)
    assert 'role="alert"' in answer.text
    assert words in answer.text
    assert "大门紧闭" in answer.text  # What was typed is not lost.
    assert session.scalars(select(CaseBasket)).all() == []


def test_why_a_basket_or_pack_cannot_be_is_told_in_chinese(reads: Reads, items: list[Item]) -> None:
    reader = reads("counsel")
    reader.client.set_cookie("fieldops_language", "zh-CN")
    twice = {f"exhibit.{item.id}": "甲1" for item in items}
    told = reader.post(url(items), **form(items, **twice)).text
    assert "甲1 重复出现" in told
    assert "请为每件证据单独编号" in told
    assert "您所读为第 7 版,现为第 0 版" in reader.post(url(items), **form(items, version="7")).text
    told = reader.post(
        f"/cases/{items[0].case_id}/packs", purpose="查阅", profile="debtor-access-request"
    ).text
    assert "证据包内将没有任何证据" in told
    assert "请提交该披露方案可提供的证据" in told


def test_a_pack_is_asked_for_on_the_page_for_a_recipient(
    reads: Reads, session: Session, items: list[Item]
) -> None:
    reader, address = reads("counsel"), f"/cases/{items[0].case_id}/packs"
    refused = reader.post(address, purpose="查阅", profile="debtor-access-request")
    assert (refused.status_code, "No pack can be made" in refused.text) == (422, True)
    assert reader.post(address, purpose="x", profile="nobody").status_code == 422
    assert reader.post(address, purpose="", profile="court").status_code == 422
    assert reader.post(address, purpose="诉讼", profile="court").status_code == 302
    assert session.scalars(select(Pack.profile)).all() == ["court"]
    assert "Court" in reader.get(address).text


def test_a_copy_is_judged_on_the_page_after_it_was_seen(
    reads: Reads, session: Session, items: list[Item], uploader: Actor
) -> None:
    copy = a_copy(session, items[0], actor=uploader, reviewed=False)
    reader, review = reads("counsel"), f"/redactions/{copy.id}/review"
    assert "to be reviewed" in reader.get(f"/items/{items[0].id}/redact").text
    unseen = reader.post(review, use="yes")
    assert (unseen.status_code, "Look at the copy" in unseen.text) == (409, True)
    assert reader.get(f"/api/v1/redactions/{copy.id}/content").status_code == 200
    assert reader.post(review, use="yes").status_code == 302
    session.expire_all()
    assert copy.state == redactions.REVIEWED
    assert reader.post(review, discard="yes").status_code == 302
    session.expire_all()
    assert copy.state == redactions.DISCARDED


def test_what_cannot_be_drawn_on_says_what_to_do(
    reads: Reads, session: Session, visit: Visit, uploader: Actor
) -> None:
    item = an_item(session, visit, actor=uploader, data=a_sound(1))
    assert "Withhold it whole" in reads("counsel").get(f"/items/{item.id}/redact").text
