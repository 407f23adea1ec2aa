"""Redacted copies: made beside the original, logged, seen before they are used."""

import json
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from evidence.custody.disclosure import derived_commitment
from fieldops.domain.errors import NotFound
from fieldops.domain.permissions import Actor
from fieldops.domain.redacting import Drawn
from fieldops.models import Blob, Item, Upload, Visit
from fieldops.services import custody, evidence, organisations, redactions, uploads
from fieldops.wiring import wiring
from tests.builders.cases import NOW
from tests.builders.disclosure import a_copy
from tests.builders.evidence import a_photo, an_item


@pytest.fixture
def item(session: Session, visit: Visit, uploader: Actor) -> Item:
    return an_item(session, visit, actor=uploader)


def entries(session: Session, item: Item) -> list[dict[str, Any]]:
    return [json.loads(bytes(row.body)) for row in custody.entries_of(session, item.case_id)]


def test_a_copy_is_a_blob_of_its_own_and_the_original_stays(
    session: Session, item: Item, uploader: Actor
) -> None:
    copy = a_copy(session, item, actor=uploader)
    store = wiring().blobs
    key = evidence.key_of_blob(session, copy.blob)
    stored = b"".join(store.open_chunks(copy.organisation_id, copy.sha256, key))
    assert len(stored) == copy.size
    assert copy.sha256 != item.sha256
    own = evidence.key_of(session, item)
    assert b"".join(store.open_chunks(item.organisation_id, item.sha256, own)) == a_photo()


def test_its_making_is_in_the_chain_with_the_originals_hash(
    session: Session, item: Item, uploader: Actor
) -> None:
    copy = a_copy(session, item, actor=uploader, reviewed=False)
    read, made = entries(session, item)[-2:]
    assert (read["action"], read["detail"]) == ("read", {"what": "redaction"})
    assert (made["action"], made["item"]) == ("derived", str(item.id))
    assert (made["sha256"], made["size"]) == (copy.sha256, copy.size)
    assert made["detail"]["original_sha256"] == item.sha256
    told = {"media_type": copy.media_type, "actor": copy.actor, **copy.told}
    assert made["detail"]["record_sha256"] == derived_commitment(told)


def test_a_copy_nobody_looked_at_is_not_let_through(
    session: Session, item: Item, uploader: Actor
) -> None:
    copy = a_copy(session, item, actor=uploader, reviewed=False)
    with pytest.raises(redactions.NotSeen):
        redactions.judge(session, copy.id, redactions.REVIEWED, actor=uploader, at=NOW)
    assert redactions.usable(session, [item.id]) == {}
    assert redactions.waiting(session, [item.id]) == {item.id}
    redactions.open_copy(session, copy.id, actor=uploader, at=NOW)
    redactions.judge(session, copy.id, redactions.REVIEWED, actor=uploader, at=NOW)
    assert redactions.usable(session, [item.id]) == {item.id: copy}
    last = entries(session, item)[-1]
    assert last["detail"] == {"what": "copy", "copy": copy.sha256}


def test_a_copy_that_shows_too_much_is_thrown_away_unseen_or_seen(
    session: Session, item: Item, uploader: Actor
) -> None:
    copy = a_copy(session, item, actor=uploader)
    redactions.judge(session, copy.id, redactions.DISCARDED, actor=uploader, at=NOW)
    assert redactions.usable(session, [item.id]) == {}


def test_nothing_is_left_of_a_copy_that_was_staged_and_not_kept(
    session: Session, item: Item, uploader: Actor
) -> None:
    store, drawn = wiring().blobs, Drawn(b"x" * 100, "image/png", [])
    staged = redactions.stage(session, store, drawn, actor=uploader, at=NOW)
    blobs = len(session.scalars(select(Blob)).all())
    assert uploads.sweep(session, store, now=NOW + timedelta(hours=2)) == 1
    assert session.get(Upload, staged) is None
    assert len(session.scalars(select(Blob)).all()) == blobs


def test_the_same_copy_made_twice_is_one_blob(
    session: Session, item: Item, uploader: Actor
) -> None:
    first, second = (a_copy(session, item, actor=uploader) for _ in range(2))
    assert first.blob_id == second.blob_id
    assert redactions.usable(session, [item.id]) == {item.id: second}
    assert session.scalars(select(Upload).where(Upload.visit_id.is_(None))).all() == []


def test_another_organisations_copy_is_not_found(
    session: Session, item: Item, uploader: Actor
) -> None:
    copy = a_copy(session, item, actor=uploader)
    other = organisations.found(session, "Other agency", now=NOW)
    stranger = Actor(other.id, uploader.role, uploader.account_id)
    with pytest.raises(NotFound):
        redactions.open_copy(session, copy.id, actor=stranger, at=NOW)
    with pytest.raises(NotFound):
        redactions.of_item(session, item.id, actor=stranger)
