"""Uploads over HTTP: tus 1.0.0, broken networks, and the receipt at the end."""

import base64
import hashlib
import io
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from fieldops.models import Item, Organisation, Upload
from fieldops.wiring import wiring
from tests.builders.cases import an_agent
from tests.builders.evidence import metadata, part, tus
from tests.builders.phones import PHOTO, Phone
from tests.conftest import NOW, Person


def _items(session: Session) -> int:
    return session.scalar(select(func.count()).select_from(Item)) or 0


def test_options_says_what_is_offered_to_anyone(client: FlaskClient) -> None:
    answer = client.options("/api/v1/uploads")
    assert answer.status_code == 200
    assert answer.headers["Tus-Version"] == "1.0.0"
    assert "creation-with-upload" in answer.headers["Tus-Extension"]
    assert "sha1" in answer.headers["Tus-Checksum-Algorithm"]


def test_a_new_upload_has_an_absolute_address_and_an_end(phone: Phone) -> None:
    answer = phone.create(100)
    assert answer.status_code == 201
    assert answer.headers["Location"].startswith("http://localhost/api/v1/uploads/")
    assert answer.headers["Upload-Expires"].endswith("GMT")
    assert answer.headers["Tus-Resumable"] == "1.0.0"


def test_a_whole_file_becomes_an_item_with_a_receipt(phone: Phone, session: Session) -> None:
    answer = phone.whole(sha256=hashlib.sha256(PHOTO).hexdigest())
    assert answer.status_code == 204
    assert answer.headers["Upload-Offset"] == str(len(PHOTO))
    item = session.get_one(Item, UUID(answer.headers["Fieldops-Item"]))
    assert (item.kind, item.media_type, item.size) == ("photo", "image/jpeg", len(PHOTO))
    receipt = phone.person.get(answer.headers["Fieldops-Receipt"])
    assert receipt.json["receipt"]["sha256"] == hashlib.sha256(PHOTO).hexdigest()


def test_the_first_bytes_may_come_with_the_creation(phone: Phone) -> None:
    length = {"Upload-Length": str(len(PHOTO)), "Upload-Metadata": metadata(phone.visit)}
    headers = tus(**length, **{"Content-Type": "application/offset+octet-stream"})
    answer = phone.person.post("/api/v1/uploads", headers=headers, data=PHOTO)
    assert answer.status_code == 201
    assert "Fieldops-Item" in answer.headers


def test_a_file_in_parts_is_put_together(phone: Phone) -> None:
    url = phone.begin(len(PHOTO))
    assert phone.send(url, 0, PHOTO[:100]).status_code == 204
    assert phone.offset(url) == 100
    assert "Fieldops-Item" in phone.send(url, 100, PHOTO[100:]).headers


def test_a_body_that_ends_early_keeps_what_came_and_the_rest_follows(phone: Phone) -> None:
    url = phone.begin(len(PHOTO))
    headers = {**phone.person.headers, **part(0)}
    answer = phone.person.client.patch(
        url,
        headers=headers,
        input_stream=io.BytesIO(PHOTO[:150]),
        environ_overrides={"CONTENT_LENGTH": str(len(PHOTO))},
    )
    assert answer.status_code == 400
    assert phone.offset(url) == 150
    assert "Fieldops-Item" in phone.send(url, 150, PHOTO[150:]).headers


def test_a_wrong_offset_changes_nothing(phone: Phone) -> None:
    url = phone.begin(len(PHOTO))
    phone.send(url, 0, PHOTO[:100])
    assert phone.send(url, 50, PHOTO[50:]).status_code == 409
    assert phone.offset(url) == 100


def test_head_must_not_be_cached(phone: Phone) -> None:
    answer = phone.head(phone.begin(5))
    assert answer.status_code == 200
    assert answer.headers["Cache-Control"] == "no-store"
    assert answer.headers["Upload-Length"] == "5"
    assert answer.headers["Upload-Metadata"] == metadata(phone.visit)


@pytest.mark.parametrize("version", [None, "0.2.2"])
def test_another_version_is_refused_with_ours(phone: Phone, version: str | None) -> None:
    headers = {"Upload-Length": "5"} | ({"Tus-Resumable": version} if version else {})
    answer = phone.person.post("/api/v1/uploads", headers=headers)
    assert answer.status_code == 412
    assert answer.headers["Tus-Version"] == "1.0.0"


def test_a_part_of_another_type_is_refused(phone: Phone) -> None:
    url = phone.begin(5)
    assert phone.send(url, 0, b"12345", **{"Content-Type": "text/plain"}).status_code == 415


def test_a_part_past_the_declared_end_is_refused(phone: Phone) -> None:
    url = phone.begin(5)
    assert phone.send(url, 0, b"123456").status_code == 413
    assert phone.offset(url) == 0


def test_a_file_larger_than_allowed_is_refused(phone: Phone) -> None:
    assert phone.create(2**40).status_code == 413


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("visit", "not-an-id"),
        ("sha256", "abc"),
        ("device_at", "2026-11-24T10:00:00"),  # No zone.
        ("device_at", "yesterday"),
        ("capture", "dreamt"),
        ("filename", "a\x00b"),
    ],
)
def test_metadata_that_cannot_be_taken_names_its_field(phone: Phone, name: str, value: str) -> None:
    answer = phone.create(5, **{name: value})
    assert answer.status_code == 422
    assert answer.json["errors"][0]["field"] == name


@pytest.mark.parametrize(
    "told",
    [
        {"lat": "NaN", "lon": "104", "datum": "WGS84"},
        {"lat": "30.6", "lon": "104.1", "datum": "somewhere"},
        {"lat": "30.6"},
        {"lat": "30.6", "lon": "104.1", "datum": "WGS84", "accuracy": "-1"},
        {"lat": "30.6", "lon": "104.1", "datum": "WGS84", "mock": "perhaps"},
    ],
)
def test_a_fix_that_cannot_be_one_is_refused(phone: Phone, told: dict[str, str]) -> None:
    assert phone.create(5, **told).status_code == 422


@pytest.mark.parametrize("length", ["", "-1", "1.5", "9" * 30, "NaN"])
def test_a_length_that_is_none_is_refused(phone: Phone, length: str) -> None:
    headers = tus(**{"Upload-Length": length, "Upload-Metadata": metadata(phone.visit)})
    assert phone.person.post("/api/v1/uploads", headers=headers).status_code == 400


def test_the_same_key_again_gives_the_same_upload(phone: Phone) -> None:
    url = phone.begin(len(PHOTO), key="photo-1")
    phone.send(url, 0, PHOTO[:100])
    assert phone.begin(len(PHOTO), key="photo-1") == url
    assert phone.offset(url) == 100


def test_the_same_key_for_another_file_is_refused(phone: Phone) -> None:
    phone.begin(len(PHOTO), key="photo-1")
    assert phone.create(5, key="photo-1").status_code == 422


def test_a_lost_last_answer_is_given_again(phone: Phone, session: Session) -> None:
    url = phone.begin(len(PHOTO))
    first = phone.send(url, 0, PHOTO)
    again = phone.head(url)
    assert again.headers["Fieldops-Item"] == first.headers["Fieldops-Item"]
    repeated = phone.send(url, len(PHOTO), b"")
    assert repeated.headers["Fieldops-Receipt"] == first.headers["Fieldops-Receipt"]
    assert _items(session) == 1


def test_a_whole_file_whose_receiving_a_crash_prevented_is_received_when_asked_for(
    phone: Phone, session: Session
) -> None:
    url = phone.begin(len(PHOTO))
    upload = session.get_one(Upload, UUID(url.rsplit("/", 1)[1]))
    with session.begin_nested():
        from fieldops.services import uploads

        uploads.append(
            session, wiring().blobs, upload.id, 0, PHOTO, actor=phone.person.actor, now=NOW
        )
    session.commit()
    assert "Fieldops-Item" in phone.head(url).headers


def test_a_row_that_a_crash_left_behind_its_file_counts(
    phone: Phone, session: Session, app: Flask
) -> None:
    url = phone.begin(len(PHOTO))
    upload_id = UUID(url.rsplit("/", 1)[1])
    phone.send(url, 0, PHOTO[:100])
    file: Path = app.extensions["fieldops"].settings.data_dir / "uploads" / str(upload_id)
    with file.open("ab") as handle:
        handle.write(b"a frame that was torn")
    assert phone.offset(url) == 100
    assert "Fieldops-Item" in phone.send(url, 100, PHOTO[100:]).headers


def test_a_file_other_than_declared_is_refused_and_kept_out(phone: Phone, session: Session) -> None:
    answer = phone.whole(sha256="0" * 64)
    assert answer.status_code == 422
    assert answer.json["type"].endswith("checksum-mismatch")
    assert _items(session) == 0


def test_after_a_mismatch_the_same_key_begins_anew(phone: Phone) -> None:
    told = {"key": "photo-1", "sha256": hashlib.sha256(PHOTO).hexdigest()}
    url = phone.begin(len(PHOTO), **told)
    assert phone.send(url, 0, PHOTO[:-1] + b"x").status_code == 422
    second = phone.begin(len(PHOTO), **told)
    assert second != url
    assert "Fieldops-Item" in phone.send(second, 0, PHOTO).headers


def test_a_part_with_a_wrong_checksum_is_dropped_whole(phone: Phone) -> None:
    url = phone.begin(len(PHOTO))
    wrong = "sha1 " + base64.b64encode(hashlib.sha1(b"other").digest()).decode()
    assert phone.send(url, 0, PHOTO, **{"Upload-Checksum": wrong}).status_code == 460
    assert phone.offset(url) == 0
    right = "sha1 " + base64.b64encode(hashlib.sha1(PHOTO).digest()).decode()
    assert phone.send(url, 0, PHOTO, **{"Upload-Checksum": right}).status_code == 204


def test_post_stands_in_for_patch_where_a_proxy_knows_no_other(phone: Phone) -> None:
    url = phone.begin(len(PHOTO))
    headers = part(0, **{"X-HTTP-Method-Override": "PATCH"})
    answer = phone.person.post(url, headers=headers, data=PHOTO)
    assert answer.status_code == 204


def test_an_upload_that_expired_is_gone(phone: Phone, frozen_clock: Any, session: Session) -> None:
    url = phone.begin(5)
    upload = session.scalars(select(Upload)).one()
    upload.expires_at = NOW - timedelta(seconds=1)
    session.commit()
    assert phone.head(url).status_code == 404


def test_an_ended_upload_is_gone(phone: Phone) -> None:
    url = phone.begin(5)
    headers = {**phone.person.headers, **tus()}
    assert phone.person.client.delete(url, headers=headers).status_code == 204
    assert phone.head(url).status_code == 404


def test_another_agents_upload_is_not_found(
    phone: Phone, organisation: Organisation, session: Session, signed_in: Callable[..., Person]
) -> None:
    url = phone.begin(5)
    other = an_agent(session, organisation, code="A2")
    stranger = Phone(signed_in("agent", organisation, agent_id=other.id), phone.visit)
    assert stranger.head(url).status_code == 404
    assert stranger.send(url, 0, b"12345").status_code == 404
    assert stranger.create(5).status_code == 404


def test_nobody_uploads_without_signing_in(client: FlaskClient, phone: Phone) -> None:
    assert client.post("/api/v1/uploads", headers=tus()).status_code == 401


def test_whoever_may_not_add_evidence_is_refused(
    phone: Phone, organisation: Organisation, signed_in: Callable[..., Person]
) -> None:
    assert Phone(signed_in("auditor", organisation), phone.visit).create(5).status_code == 403
