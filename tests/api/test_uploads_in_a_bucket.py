"""Uploads over HTTP into a bucket: parts, receipt, reading back, and a server that is away."""

import socket
from dataclasses import replace
from uuid import UUID

import pytest
from flask import Flask

from fieldops.db import db
from fieldops.gateways.blobs.bucket import Bucket, BucketPlace
from fieldops.gateways.blobs.s3 import S3Blobs
from fieldops.models import Item
from fieldops.services import evidence
from fieldops.wiring import wiring
from tests.builders.phones import PHOTO, Phone
from tests.conftest import Person
from tests.s3_server import S3Server


@pytest.fixture
def place(s3: S3Server, app: Flask, monkeypatch: pytest.MonkeyPatch) -> BucketPlace:
    """The application keeps its evidence here."""
    found = s3.place()
    _move(monkeypatch, found)
    return found


def _move(monkeypatch: pytest.MonkeyPatch, place: BucketPlace) -> None:
    monkeypatch.setitem(wiring().__dict__, "blobs", S3Blobs(Bucket(place)))


def _content(item_id: str) -> bytes:
    item = db.session().get_one(Item, UUID(item_id))
    key = evidence.key_of(db.session(), item)
    return b"".join(wiring().blobs.open_chunks(item.organisation_id, item.sha256, key))


def test_a_file_in_parts_becomes_an_item_in_the_bucket(place: BucketPlace, phone: Phone) -> None:
    url = phone.begin(len(PHOTO))
    phone.send(url, 0, PHOTO[:100])
    answer = phone.send(url, 100, PHOTO[100:])
    assert _content(answer.headers["Fieldops-Item"]) == PHOTO
    assert [one.name.split("/")[0] for one in Bucket(place).listed("")] == ["blobs"]


def test_parts_that_came_side_by_side_are_joined_in_the_bucket(
    place: BucketPlace, phone: Phone
) -> None:
    answer = phone.join(phone.whole_part(PHOTO[:200]), phone.whole_part(PHOTO[200:]))
    assert _content(answer.headers["Fieldops-Item"]) == PHOTO
    assert [one.name.split("/")[0] for one in Bucket(place).listed("")] == ["blobs"]


def test_a_server_that_is_away_is_told_and_the_phone_goes_on_later(
    place: BucketPlace, phone: Phone, monkeypatch: pytest.MonkeyPatch
) -> None:
    url = phone.begin(len(PHOTO))
    phone.send(url, 0, PHOTO[:100])
    with socket.create_server(("127.0.0.1", 0)) as taken:
        away = f"http://127.0.0.1:{taken.getsockname()[1]}"
    _move(monkeypatch, replace(place, endpoint=away, attempts=1))
    refused = phone.send(url, 100, PHOTO[100:])
    assert (refused.status_code, refused.json["type"].rpartition(":")[2]) == (
        503,
        "evidence-store-unreachable",
    )
    assert phone.offset(url) == 100
    _move(monkeypatch, place)
    assert "Fieldops-Item" in phone.send(url, 100, PHOTO[100:]).headers


def test_an_item_outlives_the_end_of_its_upload(place: BucketPlace, phone: Phone) -> None:
    url = phone.begin(len(PHOTO))
    answer = phone.send(url, 0, PHOTO)
    person: Person = phone.person
    headers = {**person.headers, "Tus-Resumable": "1.0.0"}
    assert person.client.delete(url, headers=headers).status_code == 204
    assert _content(answer.headers["Fieldops-Item"]) == PHOTO
