"""Shares over HTTP, as counsel makes, watches and revokes them."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from fieldops.domain import sharing
from fieldops.domain.disclosure.profiles import WHOLE, Profile
from fieldops.jobs import routine
from fieldops.models import IdempotencyRecord, Organisation, Pack, PackShare
from fieldops.services import custody, shares
from fieldops.wiring import wiring
from tests.builders.cases import a_case
from tests.builders.shares import Recipient, a_pack, an_order
from tests.conftest import NOW, Person

ORDER = {"recipient": "某区人民法院", "recipient_kind": "court", "purpose": "立案"}


@pytest.fixture
def pack(session: Session, organisation: Organisation, counsel: Person) -> Pack:
    return a_pack(session, a_case(session, organisation), counsel.actor)


def _share(counsel: Person, pack: Pack, **more: Any) -> Any:
    return counsel.post(f"/api/v1/packs/{pack.id}/shares", json={**ORDER, **more})


def test_link_and_passphrase_are_told_once_and_open_the_page(
    app: Flask, session: Session, counsel: Person, pack: Pack
) -> None:
    answer = _share(counsel, pack)
    assert (answer.status_code, answer.headers["Cache-Control"]) == (201, "no-store")
    made = answer.json
    assert made["link"].startswith("http://localhost/s/")
    assert made["share"]["expires_at"] == "2026-12-08T02:00:00+00:00"
    shown = counsel.get(answer.headers["Location"]).json
    assert shown == made["share"]
    assert not {"link", "passphrase", "token_hash", "passphrase_hash"} & set(shown)
    token = made["link"].rsplit("/", 1)[1]
    told = shares.MadeShare(
        session.get_one(PackShare, UUID(shown["id"])), token, made["passphrase"]
    )
    assert Recipient(app.test_client(), told).give().status_code == 303


def _drawn_for(session: Session, pack: Pack, profile: Profile) -> None:
    pack.asked = {"profile": profile.to_json(), "basket": None, "language": "zh"}
    session.commit()


@pytest.mark.parametrize("kind", sharing.RECIPIENTS)
@pytest.mark.parametrize("name", ["court", "debtor-access-request", "outside-counsel", "regulator"])
def test_a_pack_is_shared_with_whom_it_was_drawn_for_alone(
    session: Session, counsel: Person, pack: Pack, name: str, kind: str
) -> None:
    profile = wiring().profiles[name]
    _drawn_for(session, pack, profile)
    answer = _share(counsel, pack, recipient_kind=kind)
    assert answer.status_code == (201 if kind in profile.recipients else 422)


@pytest.mark.parametrize(
    ("language", "words"),
    [("en", "drawn for another recipient (Access request of the debtor)"),
     ("zh-CN", "该证据包系为其他接收方制作(债务人查阅请求)")],
)  # fmt: skip
def test_what_a_pack_was_drawn_for_and_what_to_do_is_said(
    session: Session, counsel: Person, pack: Pack, language: str, words: str
) -> None:
    _drawn_for(session, pack, wiring().profiles["debtor-access-request"])
    answer = counsel.post(f"/api/v1/packs/{pack.id}/shares", json=ORDER,
                          headers={"Accept-Language": language})  # fmt: skip
    (fault,) = answer.json["errors"]
    assert fault["field"] == "recipient_kind"
    assert words in fault["message"]
    assert fault["cure"].endswith("debtor")


def test_a_pack_of_everything_is_shared_with_nobody(
    session: Session, counsel: Person, pack: Pack
) -> None:
    _drawn_for(session, pack, WHOLE)
    (fault,) = _share(counsel, pack).json["errors"]
    assert "draw a pack with a profile" in fault["cure"]
    assert session.scalars(select(PackShare)).all() == []


def test_an_idempotency_key_keeps_no_passphrase(
    session: Session, counsel: Person, pack: Pack
) -> None:
    url = f"/api/v1/packs/{pack.id}/shares"
    counsel.post(url, json=ORDER, headers={"Idempotency-Key": "share-1"})
    assert session.scalars(select(IdempotencyRecord)).all() == []


def test_what_came_of_a_share_is_listed_and_a_revoked_one_stays_revoked(
    counsel: Person, pack: Pack
) -> None:
    share = _share(counsel, pack).json["share"]
    url = f"/api/v1/shares/{share['id']}"
    for _ in range(2):
        assert counsel.post(f"{url}/revoke").json["state"] == "revoked"
    log = counsel.get(f"{url}/log?limit=1")
    assert [one["kind"] for one in log.json["items"]] == ["made"]
    after = log.json["next"]
    assert [one["kind"] for one in counsel.get(f"{url}/log?after={after}").json["items"]] == [
        "revoked"
    ]
    (listed,) = counsel.get(f"/api/v1/packs/{pack.id}/shares").json["items"]
    assert (listed["id"], listed["state"]) == (share["id"], "revoked")


@pytest.mark.parametrize(
    "more",
    [
        {"recipient": ""},
        {"recipient": "  "},
        {"recipient": "a\u0007b"},
        {"recipient_kind": "friend"},
        {"purpose": "x" * 201},
        {"days": 91},
        {"days": 0},
        {"days": 1.5},
        {"days": "soon"},
        {"days": None},
        {"most_downloads": 101},
        {"most_downloads": True},
        {"passphrase": "of my own"},
    ],
)
def test_what_cannot_be_shared_so_is_refused_and_nothing_is_made(
    counsel: Person, pack: Pack, more: Any
) -> None:
    answer = _share(counsel, pack, **more)
    assert answer.status_code == 422
    assert answer.json["errors"]
    assert counsel.get(f"/api/v1/packs/{pack.id}/shares").json["items"] == []


@pytest.mark.parametrize("state", ["queued", "building", "failed"])
def test_only_a_finished_pack_is_shared(
    session: Session, counsel: Person, pack: Pack, state: str
) -> None:
    pack.state = state
    session.commit()
    assert _share(counsel, pack).status_code == 409


@pytest.mark.parametrize("role", ["compliance", "auditor", "dispatcher", "admin"])
def test_who_draws_no_packs_shares_none(
    organisation: Organisation, signed_in: Callable[..., Person], pack: Pack, role: str
) -> None:
    assert _share(signed_in(role, organisation), pack).status_code == 403


def test_the_end_of_a_share_is_in_its_log_once(
    session: Session,
    organisation: Organisation,
    counsel: Person,
    pack: Pack,
    frozen_clock: Any,
) -> None:
    custody.ensure_log(session, organisation.id, at=NOW)
    made = shares.make(session, pack.id, an_order(days=1), actor=counsel.actor, at=NOW)
    session.commit()
    frozen_clock(made.share.expires_at)
    for _ in range(2):
        routine.Rota().go(wiring())
    log, _ = shares.log_of(session, made.share.id, actor=counsel.actor, after=None, limit=9)
    assert [one.kind for one in log] == ["made", "expired"]


def test_the_last_lines_of_each_log_are_read_at_once(
    session: Session, counsel: Person, pack: Pack
) -> None:
    made = [shares.make(session, pack.id, an_order(), actor=counsel.actor, at=NOW).share
            for _ in range(2)]  # fmt: skip
    for _ in range(34):
        shares.note(session, made[0], shares.WRONG, at=NOW)
    found = shares.latest(session, [share.id for share in made])
    assert [one.kind for one in found[made[0].id]] == [shares.WRONG] * 30
    assert [one.kind for one in found[made[1].id]] == [shares.MADE]
    assert shares.latest(session, []) == {}
