"""What tus 1.0.0 asks of a server beyond the plain upload, one requirement a test."""

import base64
import hashlib
import io
from typing import Any

import pytest
from sqlalchemy.orm import Session

from fieldops.models import Item
from fieldops.services import uploads
from tests.builders.evidence import metadata, part
from tests.builders.phones import PHOTO, UPLOADS, Phone

LENGTH = str(len(PHOTO))


def _place(answer: Any) -> str:
    assert answer.status_code == 201, answer.json
    return str(answer.headers["Location"])


def test_everything_that_is_offered_is_named(phone: Phone) -> None:
    offered = phone.person.client.options(UPLOADS).headers["Tus-Extension"].split(",")
    assert sorted(offered) == [
        "checksum", "checksum-trailer", "concatenation", "concatenation-unfinished", "creation",
        "creation-defer-length", "creation-with-upload", "expiration", "termination",
    ]  # fmt: skip


def test_an_upload_without_a_visit_holds_bytes_and_becomes_no_item(
    phone: Phone, session: Session
) -> None:
    url = _place(phone.ask(**{"Upload-Length": LENGTH}))
    answer = phone.send(url, 0, PHOTO)
    assert (answer.status_code, answer.headers["Upload-Offset"]) == (204, LENGTH)
    assert answer.headers["Fieldops-Lacks"] == "visit"
    assert "Fieldops-Item" not in answer.headers
    assert session.query(Item).count() == 0


def test_a_wrong_offset_is_answered_with_the_right_one(phone: Phone) -> None:
    url = phone.begin(len(PHOTO))
    phone.send(url, 0, PHOTO[:100])
    answer = phone.send(url, 0, PHOTO)
    assert (answer.status_code, answer.headers["Upload-Offset"]) == (409, "100")


def test_a_length_of_many_digits_is_too_large_and_not_unreadable(phone: Phone) -> None:
    assert phone.ask(**{"Upload-Length": str(2**50)}).status_code == 413


def test_a_part_without_its_offset_is_refused(phone: Phone) -> None:
    url = phone.begin(5)
    headers = {name: value for name, value in part(0).items() if name != "Upload-Offset"}
    answer = phone.person.patch(url, headers=headers, data=b"12345")
    assert answer.status_code == 400
    assert answer.json["errors"][0]["field"] == "Upload-Offset"


def test_a_checksum_of_an_unknown_kind_is_refused(phone: Phone) -> None:
    url = phone.begin(5)
    assert phone.send(url, 0, b"12345", **{"Upload-Checksum": "crc9 AAAA"}).status_code == 400
    assert phone.offset(url) == 0


@pytest.mark.parametrize(
    "header",
    [
        "filename not_base64!!!",
        "filename YQ==,filename Yg==",  # The same name twice.
        "filename /w==",  # Base64 of bytes that are no UTF-8.
    ],
)
def test_metadata_that_cannot_be_read_is_refused(phone: Phone, header: str) -> None:
    answer = phone.ask(**{"Upload-Length": "5", "Upload-Metadata": header})
    assert answer.status_code == 400
    assert answer.json["errors"][0]["field"] == "Upload-Metadata"


def test_a_name_without_a_value_is_metadata_too(phone: Phone) -> None:
    assert phone.ask(**{"Upload-Length": "5", "Upload-Metadata": "emptykey"}).status_code == 201


def test_a_whole_upload_can_be_ended_and_its_item_stays(phone: Phone, session: Session) -> None:
    url = phone.begin(len(PHOTO))
    phone.send(url, 0, PHOTO)
    headers = {**phone.person.headers, "Tus-Resumable": "1.0.0"}
    assert phone.person.client.delete(url, headers=headers).status_code == 204
    assert phone.head(url).status_code == 404
    assert session.query(Item).count() == 1


def test_the_length_may_be_told_with_a_later_part(phone: Phone) -> None:
    told = {"Upload-Defer-Length": "1", "Upload-Metadata": metadata(phone.visit)}
    url = _place(phone.ask(**told))
    before = phone.head(url).headers
    assert before["Upload-Defer-Length"] == "1"
    assert "Upload-Length" not in before
    phone.send(url, 0, PHOTO[:100])
    answer = phone.send(url, 100, PHOTO[100:], **{"Upload-Length": LENGTH})
    assert "Fieldops-Item" in answer.headers
    assert "Upload-Defer-Length" not in phone.head(url).headers


def test_a_length_that_is_known_does_not_change(phone: Phone) -> None:
    url = phone.begin(len(PHOTO))
    answer = phone.send(url, 0, PHOTO[:100], **{"Upload-Length": "200"})
    assert answer.status_code == 400
    assert phone.head(url).headers["Upload-Length"] == LENGTH
    assert phone.offset(url) == 0


@pytest.mark.parametrize(
    "told",
    [
        {"Upload-Defer-Length": "1", "Upload-Length": "5"},  # Now and later.
        {"Upload-Defer-Length": "2"},
        {},  # Neither.
    ],
)
def test_a_length_is_told_now_or_later(phone: Phone, told: dict[str, str]) -> None:
    assert phone.ask(**told).status_code == 400


def test_a_late_length_below_what_has_come_is_refused(phone: Phone) -> None:
    url = _place(phone.ask(**{"Upload-Defer-Length": "1"}))
    phone.send(url, 0, PHOTO[:100])
    assert phone.send(url, 100, b"", **{"Upload-Length": "50"}).status_code == 413


class _Trailing(io.BytesIO):
    """A body with trailers, as gunicorn hands it to the application."""

    def __init__(self, data: bytes, **trailers: str) -> None:
        super().__init__(data)
        self.reader = self.req = self
        self.trailers = [(name.replace("_", "-").upper(), text) for name, text in trailers.items()]


def _send_trailing(phone: Phone, url: str, body: _Trailing) -> Any:
    headers = {**phone.person.headers, **part(0, Trailer="Upload-Checksum")}
    chunked = {
        "wsgi.input": body, "wsgi.input_terminated": True,
        "CONTENT_LENGTH": "", "HTTP_TRANSFER_ENCODING": "chunked",
    }  # fmt: skip
    return phone.person.client.patch(url, headers=headers, environ_overrides=chunked)


def _sha1(data: bytes) -> str:
    return "sha1 " + base64.b64encode(hashlib.sha1(data).digest()).decode()


def test_a_checksum_may_follow_the_part(phone: Phone) -> None:
    url = phone.begin(len(PHOTO))
    body = _Trailing(PHOTO, Upload_Checksum=_sha1(PHOTO))
    assert _send_trailing(phone, url, body).status_code == 204
    assert phone.offset(url) == len(PHOTO)


def test_a_wrong_checksum_behind_the_part_drops_it_whole(phone: Phone) -> None:
    url = phone.begin(len(PHOTO))
    body = _Trailing(PHOTO, Upload_Checksum=_sha1(b"other"))
    assert _send_trailing(phone, url, body).status_code == 460
    assert phone.offset(url) == 0


def test_a_checksum_that_was_announced_and_got_lost_is_not_taken_as_held(phone: Phone) -> None:
    url = phone.begin(len(PHOTO))
    assert _send_trailing(phone, url, _Trailing(PHOTO)).status_code == 400
    assert phone.offset(url) == 0


def test_too_many_unfinished_uploads_are_refused(
    phone: Phone, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(uploads, "MOST_OPEN", 1)
    phone.begin(5)
    answer = phone.create(5)
    assert (answer.status_code, answer.json["type"][-16:]) == (429, "too-many-uploads")


def test_too_many_unfinished_bytes_are_refused(phone: Phone) -> None:
    size = 2**31
    for _ in range(10):
        phone.begin(size)
    assert phone.create(size).status_code == 429
