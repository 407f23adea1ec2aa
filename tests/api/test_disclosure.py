"""Baskets, gaps and redacted copies over HTTP, as counsel meets them."""

import io
from typing import Any

import pytest
from PIL import Image
from sqlalchemy.orm import Session

from fieldops.jobs import publishing
from fieldops.models import Item, Visit
from fieldops.wiring import wiring
from tests.api.test_packs import needs_font
from tests.builders.disclosure import FACE
from tests.builders.evidence import a_photo, a_sound, an_item
from tests.conftest import Person

MASK = {"regions": [FACE], "reason": "PIPL art. 6"}


def basket(item: Item) -> str:
    return f"/api/v1/cases/{item.case_id}/basket"


def kept(counsel: Person, item: Item, version: int, *lines: dict[str, Any], **more: Any) -> Any:
    return counsel.put(
        basket(item), json={"lines": list(lines), **more}, headers={"If-Match": f'"{version}"'}
    )


def test_the_profiles_are_listed_with_their_grounds(counsel: Person) -> None:
    found = counsel.get("/api/v1/disclosure/profiles").json
    assert {one["name"]: one["ground"] for one in found}["debtor-access-request"] == "PIPL art. 45"
    assert found[0]["terms"]["copies"] == "replace"


def test_a_basket_that_nobody_kept_submits_everything(counsel: Person, item: Item) -> None:
    answer = counsel.get(basket(item))
    assert answer.headers["ETag"] == '"0"'
    assert answer.json["lines"] == [
        {"item": str(item.id), "exhibit": "Exhibit 1", "proves": "", "reason": None, "note": ""}
    ]


def test_a_basket_is_kept_from_the_version_that_was_read(counsel: Person, item: Item) -> None:
    line = {"item": str(item.id), "exhibit": "证据甲", "proves": "大门紧闭"}
    answer = kept(counsel, item, 0, line, court="示例法院")
    assert (answer.status_code, answer.headers["ETag"]) == (200, '"1"')
    assert counsel.get(basket(item)).json["lines"][0]["exhibit"] == "证据甲"
    assert kept(counsel, item, 0, line).status_code == 412
    assert counsel.put(basket(item), json={"lines": [line]}).status_code == 428
    assert kept(counsel, item, 1, line).json["version"] == 2


@pytest.mark.parametrize(
    "lines",
    [
        [],
        [{"item": "x"}],
        [{"item": "01a20b51-0000-7000-8000-000000000001"}],
        [{"item": None}],
        [{"exhibit": "证据1"}],
        [{"item": "mine", "reason": "lost"}],
        [{"item": "mine", "exhibit": "x" * 41}],
        [{"item": "mine"}, {"item": "mine"}],
        [{"item": "mine", "reason": "duplicate"}],
        [{"item": "mine", "note": "a\u0000b"}],
    ],
)
def test_a_basket_that_cannot_be_kept_names_the_field(
    counsel: Person, item: Item, lines: list[dict[str, Any]]
) -> None:
    told = [{**line, "item": str(item.id)} if line.get("item") == "mine" else line
            for line in lines]  # fmt: skip
    answer = kept(counsel, item, 0, *told)
    assert (answer.status_code, answer.mimetype) == (422, "application/problem+json")
    assert answer.json["errors"]
    assert counsel.get(basket(item)).json["version"] == 0


def test_gaps_are_told_for_a_recipient(counsel: Person, item: Item) -> None:
    url = f"{basket(item)}/gaps"
    found = {gap["code"]: gap for gap in counsel.get(url).json}
    assert found["no-object-of-proof"]["item"] == str(item.id)
    assert found["no-object-of-proof"]["text_zh"] == "未填写证明目的"
    debtor = counsel.get(f"{url}?profile=debtor-access-request").json
    assert (debtor[0]["code"], debtor[0]["is_blocking"]) == ("nothing-shown", True)
    assert counsel.get(f"{url}?profile=nobody").status_code == 422


def test_an_impossible_pack_names_field_and_cure(counsel: Person, item: Item) -> None:
    body = {"case_id": str(item.case_id), "purpose": "查阅", "profile": "debtor-access-request"}
    answer = counsel.post("/api/v1/packs", json=body)
    assert (answer.status_code, answer.json["type"].endswith("pack-impossible")) == (422, True)
    (error,) = answer.json["errors"]
    assert error["field"] == "profile"
    assert "review a copy" in error["cure"]
    assert counsel.post("/api/v1/packs", json={**body, "profile": "nobody"}).status_code == 422


@needs_font
def test_counsel_covers_a_face_looks_at_it_and_draws_a_pack_for_the_debtor(
    counsel: Person, item: Item
) -> None:
    shown = counsel.get(f"/api/v1/evidence/{item.id}/preview")
    assert shown.mimetype == "image/jpeg"
    made = counsel.post(f"/api/v1/evidence/{item.id}/redactions", json=MASK)
    assert (made.status_code, made.json["state"]) == (201, "made")
    assert made.json["masks"] == ["face 6,4,33,25 third person"]
    review = f"/api/v1/redactions/{made.json['id']}/review"
    unseen = counsel.post(review, json={"verdict": "reviewed"})
    assert (unseen.status_code, unseen.json["type"].endswith("copy-not-seen")) == (409, True)
    picture = Image.open(io.BytesIO(counsel.get(made.headers["Location"]).data))
    assert (picture.size, picture.convert("L").getpixel((20, 15))) == ((64, 48), 0)
    assert counsel.post(review, json={"verdict": "reviewed"}).json["state"] == "reviewed"
    body = {"case_id": str(item.case_id), "purpose": "查阅", "profile": "debtor-access-request"}
    url = counsel.post("/api/v1/packs", json=body).headers["Location"]
    publishing.publish(wiring(), inline=True)
    pack = counsel.get(url).json
    assert (pack["state"], pack["profile"]) == ("ready", "debtor-access-request")
    assert (pack["summary"]["ok"], pack["summary"]["copies"], pack["summary"]["withheld"]) == (
        True, 1, 1,
    )  # fmt: skip
    looks = [one["entry"]["detail"]["what"] for one in
             counsel.get(f"/api/v1/evidence/{item.id}/custody").json
             if one["action"] == "read"]  # fmt: skip
    assert looks == ["redaction", "redaction", "copy"]


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"regions": [], "reason": "x"},
        {"regions": [{**FACE, "what": "soul"}], "reason": "x"},
        {"regions": [{**FACE, "x": 9999}], "reason": "x"},
        {"regions": [{**FACE, "x": "1e3"}], "reason": "x"},
        {"regions": [{**FACE, "width": 0}], "reason": "x"},
        {"regions": [{**FACE, "reason": ""}], "reason": "x"},
        {"regions": [FACE] * 201, "reason": "x"},
        {"regions": [FACE], "reason": "x" * 101},
    ],
)
def test_regions_that_cannot_be_taken_make_no_copy_and_no_entry(
    counsel: Person, item: Item, body: dict[str, Any]
) -> None:
    assert counsel.post(f"/api/v1/evidence/{item.id}/redactions", json=body).status_code == 422
    assert counsel.get(f"/api/v1/evidence/{item.id}/redactions").json == []
    assert len(counsel.get(f"/api/v1/evidence/{item.id}/custody").json) == 1


@pytest.mark.parametrize("data", [b"<html>", a_sound(1)], ids=["set apart", "no photo"])
def test_what_is_no_photo_is_withheld_whole_and_not_drawn_on(
    session: Session, visit: Visit, agent: Person, counsel: Person, data: bytes
) -> None:
    item = an_item(session, visit, actor=agent.actor, data=data)
    answer = counsel.post(f"/api/v1/evidence/{item.id}/redactions", json=MASK)
    assert (answer.status_code, answer.json["type"].endswith("no-preview")) == (404, True)


def test_a_photo_too_large_to_draw_on_is_refused_with_a_cure(
    counsel: Person, item: Item, monkeypatch: pytest.MonkeyPatch
) -> None:
    from fieldops.gateways import redacting

    monkeypatch.setattr(redacting, "MOST_PIXELS", 100)
    answer = counsel.post(f"/api/v1/evidence/{item.id}/redactions", json=MASK)
    assert (answer.status_code, answer.json["type"].endswith("photo-too-large")) == (422, True)
    assert counsel.get(f"/api/v1/evidence/{item.id}/redactions").json == []


def test_strangers_and_agents_see_neither_basket_nor_copies(
    stranger: Person, agent: Person, counsel: Person, item: Item
) -> None:
    made = counsel.post(f"/api/v1/evidence/{item.id}/redactions", json=MASK)
    urls = [basket(item), f"{basket(item)}/gaps", f"/api/v1/evidence/{item.id}/redactions",
            f"/api/v1/evidence/{item.id}/preview", made.headers["Location"]]  # fmt: skip
    assert [stranger.get(url).status_code for url in urls] == [404] * 5
    assert [agent.get(url).status_code for url in urls] == [403] * 5
    assert kept(stranger, item, 0, {"item": str(item.id)}).status_code == 404
    review = f"/api/v1/redactions/{made.json['id']}/review"
    assert stranger.post(review, json={"verdict": "discarded"}).status_code == 404


def test_a_copy_thrown_away_is_used_no_more(counsel: Person, item: Item) -> None:
    made = counsel.post(f"/api/v1/evidence/{item.id}/redactions", json=MASK)
    review = f"/api/v1/redactions/{made.json['id']}/review"
    assert counsel.post(review, json={"verdict": "discarded"}).json["state"] == "discarded"
    assert counsel.post(review, json={"verdict": "burnt"}).status_code == 422


def test_another_photo_of_the_case_has_copies_of_its_own(
    session: Session, visit: Visit, agent: Person, counsel: Person, item: Item
) -> None:
    other = an_item(session, visit, actor=agent.actor, data=a_photo(colour=(5, 90, 5)))
    counsel.post(f"/api/v1/evidence/{item.id}/redactions", json=MASK)
    assert counsel.get(f"/api/v1/evidence/{other.id}/redactions").json == []
