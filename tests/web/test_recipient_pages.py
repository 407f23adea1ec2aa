"""Somebody outside opens a shared pack: by link and passphrase, until its end and no further."""

import re
from collections.abc import Callable
from datetime import timedelta
from itertools import count
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from fieldops.models import Organisation, PackShare, ShareEvent
from fieldops.services import custody, organisations, shares
from tests.builders.cases import a_case
from tests.builders.shares import CONTENT, Recipient, a_pack, an_order
from tests.conftest import NOW, Person

SHARED = Callable[..., Recipient]


@pytest.fixture
def counsel(organisation: Organisation, signed_in: Callable[..., Person]) -> Person:
    return signed_in("counsel", organisation)


@pytest.fixture
def shared(session: Session, app: Flask, organisation: Organisation, counsel: Person) -> SHARED:
    """Share a pack of the debtor 张三; give back who got it."""

    numbers = count(1)

    def share(**more: Any) -> Recipient:
        case = a_case(session, organisation, number=f"HT-{next(numbers)}")
        pack = a_pack(session, case, counsel.actor)
        custody.ensure_log(session, organisation.id, at=NOW)
        made = shares.make(session, pack.id, an_order(**more), actor=counsel.actor, at=NOW)
        session.commit()
        return Recipient(app.test_client(), made)

    return share


def _log(session: Session, recipient: Recipient) -> list[str]:
    session.expire_all()
    query = select(ShareEvent.kind).where(ShareEvent.share_id == recipient.made.share.id)
    return list(session.scalars(query.order_by(ShareEvent.id)))


def _custody(session: Session, recipient: Recipient) -> list[tuple[str, Any, str]]:
    rows = custody.entries_of(session, recipient.made.share.pack.case_id)
    entries = [custody.entry_of(row) for row in rows]
    return [(one.action, one.detail.get("what"), one.actor) for one in entries]


def _row(session: Session, recipient: Recipient) -> PackShare:
    session.expire_all()
    return session.get_one(PackShare, recipient.made.share.id)


def _without_tokens(text: str) -> str:
    return re.sub(r'value="[^"]*"|/s/[\w-]+', "", text)


def test_link_and_passphrase_open_the_page_and_the_pack(session: Session, shared: SHARED) -> None:
    recipient = shared()
    assert recipient.give().status_code == 303
    page = recipient.client.get(recipient.url).text
    assert recipient.made.share.pack.sha256 in page
    assert "verify.py" in page
    answer = recipient.fetch()
    assert (answer.status_code, answer.data) == (200, CONTENT)
    assert recipient.fetch("trust.pem").data.count(b"BEGIN CERTIFICATE") == 2
    assert _log(session, recipient) == ["made", "opened", "begun", "downloaded", "trust"]
    by = f"recipient:{recipient.made.share.id}"
    assert _custody(session, recipient) == [
        ("read", "share-opened", by),
        ("exported", "share-download", by),
    ]
    last = custody.entry_of(custody.entries_of(session, recipient.made.share.pack.case_id)[-1])
    assert last.detail["pack_sha256"] == recipient.made.share.pack.sha256


@pytest.mark.parametrize("language", ["zh-CN", "en"])
def test_before_the_passphrase_nothing_is_named(shared: SHARED, language: str) -> None:
    recipient = shared()
    recipient.client.set_cookie("fieldops_language", language)
    answer = recipient.client.get(recipient.url)
    told = answer.text + str(answer.headers)
    for word in ("张三", "HT-", "Test agency", "某区人民法院", "立案", "诉讼", "debt", "债", "催"):
        assert word not in told
    for word in ("ieldops", "外访", "Field", "evidence", "证据"):
        assert word not in answer.text


@pytest.mark.parametrize("path", ["", "/pack", "/trust.pem", "/nothing"])
def test_nothing_is_kept_indexed_or_told_to_another_site(shared: SHARED, path: str) -> None:
    recipient = shared()
    recipient.give()
    for url in (recipient.url, "/s/unknown"):
        answer = recipient.client.get(f"{url}{path}", buffered=True)
        assert answer.headers["Cache-Control"] == "no-store"
        assert answer.headers["Referrer-Policy"] == "no-referrer"
        assert "noindex" in answer.headers["X-Robots-Tag"]


def test_whatever_does_not_hold_gets_one_answer(
    session: Session, shared: SHARED, counsel: Person, frozen_clock: Any
) -> None:
    wrong, revoked, spent, expired = shared(), shared(), shared(most_downloads=1), shared(days=1)
    shares.revoke(session, revoked.made.share.id, actor=counsel.actor, at=NOW)
    session.commit()
    spent.give()
    spent.fetch()
    answers = [
        wrong.give("not the passphrase"),
        wrong.give("not the passphrase", url="/s/unknown"),
        revoked.give(),
        spent.give(),
    ]
    frozen_clock(NOW + timedelta(days=1))
    answers.append(expired.give())
    assert {answer.status_code for answer in answers} == {403}
    assert len({_without_tokens(answer.text) for answer in answers}) == 1
    pages = [one.client.get(one.url) for one in (wrong, revoked, spent, expired)]
    pages.append(wrong.client.get("/s/unknown"))
    assert {page.status_code for page in pages} == {200}
    assert len({_without_tokens(page.text) for page in pages}) == 1


def test_without_the_passphrase_the_files_are_not_there(session: Session, shared: SHARED) -> None:
    recipient = shared()
    for what in ("pack", "trust.pem"):
        answer = recipient.fetch(what)
        assert answer.status_code == 403
        assert CONTENT[:64] not in answer.data
    assert _custody(session, recipient) == []


def test_revoking_closes_an_open_page_at_once(
    session: Session, shared: SHARED, counsel: Person
) -> None:
    recipient = shared()
    recipient.give()
    shares.revoke(session, recipient.made.share.id, actor=counsel.actor, at=NOW)
    session.commit()
    assert recipient.made.share.pack.sha256 not in recipient.client.get(recipient.url).text
    assert recipient.fetch().status_code == 403
    assert _log(session, recipient) == ["made", "opened", "revoked"]


def test_an_open_page_closes_when_the_share_ends(shared: SHARED, frozen_clock: Any) -> None:
    recipient = shared(days=1)
    frozen_clock(NOW + timedelta(hours=23))
    recipient.give()
    assert recipient.fetch().status_code == 200
    frozen_clock(NOW + timedelta(hours=24))
    assert recipient.fetch().status_code == 403


def test_an_opening_of_one_link_opens_no_other(shared: SHARED) -> None:
    first, second = shared(), shared()
    first.give()
    cookie = first.client.get_cookie("opening", path=first.url)
    assert cookie
    second.client.set_cookie("opening", cookie.value, path=second.url)
    assert second.fetch().status_code == 403


def test_too_many_wrong_passphrases_let_it_rest(
    session: Session, shared: SHARED, frozen_clock: Any
) -> None:
    recipient = shared()
    for _ in range(8):
        recipient.give("wrong")
    assert recipient.give().status_code == 403
    assert _log(session, recipient) == ["made", *["wrong"] * 8, "rested"]
    assert _row(session, recipient).turned_away == 1
    frozen_clock(NOW + timedelta(minutes=11))
    assert recipient.give().status_code == 303


def test_somebody_who_holds_the_link_cannot_fill_the_log(session: Session, shared: SHARED) -> None:
    recipient = shared()
    for _ in range(20):
        recipient.give("wrong")
    assert len(_log(session, recipient)) == 10
    assert _row(session, recipient).turned_away == 12


def test_a_broken_fetching_that_goes_on_is_one_download(session: Session, shared: SHARED) -> None:
    recipient = shared(most_downloads=1)
    recipient.give()
    answer = recipient.client.get(f"{recipient.url}/pack")
    chunks = iter(answer.response)
    got = [next(chunks), next(chunks), next(chunks)]
    answer.close()
    # The third was asked for and not yet taken: two are known to have arrived.
    arrived = len(got[0] + got[1])
    assert _row(session, recipient).bytes_sent == arrived
    rest = recipient.fetch(Range=f"bytes={arrived}-")
    assert (rest.status_code, got[0] + got[1] + rest.data) == (206, CONTENT)
    assert _row(session, recipient).downloads == 1
    assert _log(session, recipient) == ["made", "opened", "begun", "downloaded", "spent"]


def test_many_ranges_are_one_download_and_one_custody_entry(
    session: Session, shared: SHARED
) -> None:
    recipient = shared()
    recipient.give()
    part = len(CONTENT) // 4
    for number in range(4):
        recipient.fetch(Range=f"bytes={number * part}-{(number + 1) * part - 1}")
    assert _row(session, recipient).downloads == 1
    assert [one[1] for one in _custody(session, recipient)] == ["share-opened", "share-download"]
    recipient.fetch()
    assert _row(session, recipient).downloads == 2
    assert len(_custody(session, recipient)) == 3


def test_nine_tenths_taken_again_and_again_are_used_up_all_the_same(
    session: Session, shared: SHARED
) -> None:
    recipient = shared(most_downloads=1)
    for _ in range(2):
        recipient.give()
        assert recipient.fetch(Range="bytes=1-").status_code == 206
    recipient.give()
    assert recipient.fetch(Range="bytes=1-").status_code == 403
    assert _row(session, recipient).state(NOW) == "spent"


def test_two_at_once_are_not_more_than_agreed(session: Session, shared: SHARED) -> None:
    recipient = shared(most_downloads=1)
    recipient.give()
    first = recipient.client.get(f"{recipient.url}/pack")
    assert recipient.fetch().status_code == 403
    first.close()
    assert recipient.fetch().status_code == 200


def test_bytes_of_a_torn_off_process_are_free_again(
    session: Session, shared: SHARED, frozen_clock: Any
) -> None:
    recipient = shared(most_downloads=1)
    row = _row(session, recipient)
    row.under_way = {"torn": [len(CONTENT), NOW.isoformat()]}
    session.commit()
    recipient.give()
    assert recipient.fetch().status_code == 403
    frozen_clock(NOW + timedelta(hours=13))
    recipient.give()
    assert recipient.fetch().status_code == 200
    assert _row(session, recipient).under_way == {}


def test_asking_for_the_head_or_for_what_is_there_already_counts_nothing(
    session: Session, shared: SHARED
) -> None:
    recipient = shared()
    recipient.give()
    with recipient.client.head(f"{recipient.url}/pack") as head:
        assert (head.status_code, head.content_length) == (200, len(CONTENT))
        etag = head.headers["ETag"]
    assert recipient.fetch(If_None_Match=etag).status_code == 304
    assert recipient.fetch(Range="bytes=9999999-").status_code == 416
    assert _log(session, recipient) == ["made", "opened"]
    assert _row(session, recipient).bytes_sent == 0


def test_revoking_cuts_a_download_under_way_short(
    session: Session, shared: SHARED, counsel: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    recipient = shared()
    recipient.give()
    answer = recipient.client.get(f"{recipient.url}/pack")
    chunks = iter(answer.response)
    next(chunks)
    shares.revoke(session, recipient.made.share.id, actor=counsel.actor, at=NOW)
    session.commit()
    monkeypatch.setattr("fieldops.web.recipient_views._LOOKS_EVERY", 0.0)
    with pytest.raises(ConnectionResetError):
        next(chunks)
    answer.close()


def test_a_pack_whose_file_is_away_is_told_without_a_name(session: Session, shared: SHARED) -> None:
    recipient = shared()
    recipient.give()
    recipient.made.share.pack.state = "queued"
    session.commit()
    answer = recipient.fetch()
    assert answer.status_code == 503
    assert "ieldops" not in answer.text
    assert _log(session, recipient) == ["made", "opened"]


@pytest.mark.parametrize(
    "token", ["%00", "%ff%fe", "..%2f..", "x" * 3000, "'--", "{{7*7}}", "%F0%9F%94%92"]
)
def test_a_hostile_link_is_a_page_like_any_other(shared: SHARED, token: str) -> None:
    recipient = shared()
    for path in ("", "/pack", "/trust.pem"):
        answer = recipient.client.get(f"/s/{token}{path}")
        assert answer.status_code in (200, 403, 404)
        assert "49" not in _without_tokens(answer.text)


@pytest.mark.parametrize("passphrase", ["", " ", "\x00", "x" * 100_000, "' OR 1=1 --", "🔒"])
def test_a_hostile_passphrase_is_a_wrong_one(
    session: Session, shared: SHARED, passphrase: str
) -> None:
    recipient = shared()
    assert recipient.give(passphrase).status_code == 403
    assert _log(session, recipient) == ["made", "wrong"]


def test_a_form_without_the_pages_token_is_too_old_and_names_nobody(shared: SHARED) -> None:
    recipient = shared()
    answer = recipient.client.post(recipient.url, data={"passphrase": recipient.made.passphrase})
    assert answer.status_code == 400
    assert "ieldops" not in answer.text


def test_neither_link_nor_passphrase_is_kept(session: Session, shared: SHARED) -> None:
    recipient = shared()
    row = _row(session, recipient)
    kept = " ".join(str(getattr(row, column.key)) for column in row.__table__.columns)
    assert recipient.made.token not in kept
    assert recipient.made.passphrase not in kept
    assert row.passphrase_hash.startswith("$argon2id$")
    assert len(recipient.made.token) == 43


def test_another_organisation_can_neither_see_nor_revoke(
    session: Session, shared: SHARED, signed_in: Callable[..., Person]
) -> None:
    share = shared().made.share
    stranger = signed_in("counsel", organisations.found(session, "Other", now=NOW))
    for method, path in (("GET", ""), ("GET", "/log"), ("POST", "/revoke")):
        url = f"/api/v1/shares/{share.id}{path}"
        answer = stranger.client.open(url, method=method, headers=stranger.headers)
        assert answer.status_code == 404
    assert stranger.get(f"/api/v1/packs/{share.pack_id}/shares").status_code == 404
