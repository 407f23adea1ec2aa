"""Files that come in several uploads side by side, and become one item of evidence."""

import hashlib
from collections.abc import Callable
from uuid import UUID

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from fieldops.models import Item, Organisation, Upload
from tests.builders.cases import an_agent
from tests.builders.phones import PHOTO, Phone
from tests.conftest import Person

DIGEST = hashlib.sha256(PHOTO).hexdigest()


def _parts(phone: Phone) -> list[str]:
    return [phone.whole_part(PHOTO[:100]), phone.whole_part(PHOTO[100:])]


def _begun_part(phone: Phone, size: int) -> str:
    answer = phone.ask(**{"Upload-Length": str(size), "Upload-Concat": "partial"})
    return str(answer.headers["Location"])


def test_joined_parts_become_an_item_with_a_receipt(phone: Phone, session: Session) -> None:
    answer = phone.join(*_parts(phone), sha256=DIGEST)
    assert answer.status_code == 201
    item = session.get_one(Item, UUID(answer.headers["Fieldops-Item"]))
    assert (item.sha256, item.size, item.kind) == (DIGEST, len(PHOTO), "photo")
    receipt = phone.person.get(answer.headers["Fieldops-Receipt"])
    assert receipt.json["receipt"]["sha256"] == DIGEST


def test_joined_parts_stand_in_the_order_in_which_they_are_named(phone: Phone) -> None:
    first, second = _parts(phone)
    assert phone.join(second, first, sha256=DIGEST).status_code == 422
    assert "Fieldops-Item" in phone.join(first, second, sha256=DIGEST).headers


def test_the_whole_file_is_held_against_its_declared_hash(phone: Phone, session: Session) -> None:
    answer = phone.join(*_parts(phone), sha256="0" * 64)
    assert answer.json["type"].endswith("checksum-mismatch")
    assert session.scalar(select(func.count()).select_from(Item)) == 0


def test_parts_are_forgotten_once_the_whole_is_an_item(phone: Phone) -> None:
    first, second = _parts(phone)
    phone.join(first, second)
    assert phone.head(first).status_code == 404
    assert phone.head(second).status_code == 404


def test_a_lost_answer_to_the_joining_is_given_again(phone: Phone) -> None:
    parts = _parts(phone)
    first = phone.join(*parts, key="joined-1")
    again = phone.join(*parts, key="joined-1")
    assert again.status_code == 201
    assert again.headers["Fieldops-Item"] == first.headers["Fieldops-Item"]


def test_the_key_of_one_joining_does_not_serve_another(phone: Phone) -> None:
    first, second = _parts(phone)
    phone.join(first, key="joined-1")
    assert phone.join(second, key="joined-1").status_code == 422


def test_a_part_alone_is_no_evidence(phone: Phone, session: Session) -> None:
    url = phone.whole_part(PHOTO)
    assert phone.head(url).headers["Upload-Concat"] == "partial"
    assert "Fieldops-Item" not in phone.head(url).headers
    assert session.scalar(select(func.count()).select_from(Item)) == 0


def test_a_final_takes_no_bytes_of_its_own(phone: Phone) -> None:
    url = phone.join(*_parts(phone)).headers["Location"]
    answer = phone.send(url, 0, b"more")
    assert answer.status_code == 403
    assert answer.json["type"].endswith("final-upload")


def test_a_final_is_described_as_it_was_asked_for(phone: Phone) -> None:
    parts = _parts(phone)
    answer = phone.head(phone.join(*parts).headers["Location"])
    assert answer.headers["Upload-Concat"] == f"final;{' '.join(parts)}"
    assert answer.headers["Upload-Offset"] == str(len(PHOTO))
    assert answer.headers["Upload-Length"] == str(len(PHOTO))


def test_parts_may_still_be_coming_when_the_final_is_asked_for(phone: Phone) -> None:
    first, second = phone.whole_part(PHOTO[:100]), _begun_part(phone, len(PHOTO) - 100)
    final = phone.join(first, second, sha256=DIGEST).headers["Location"]
    assert phone.head(final).headers["Upload-Offset"] == "100"
    assert "Fieldops-Item" not in phone.head(final).headers
    phone.send(second, 0, PHOTO[100:])
    assert "Fieldops-Item" in phone.head(final).headers


def test_parts_may_be_named_without_the_host(phone: Phone) -> None:
    paths = [url.removeprefix("http://localhost") for url in _parts(phone)]
    assert "Fieldops-Item" in phone.join(*paths, sha256=DIGEST).headers


@pytest.mark.parametrize(
    "concat",
    [
        "final;",  # Names nothing.
        "final;/api/v1/uploads/not-an-id",
        "finally",
        "partial;/api/v1/uploads/1",
    ],
)
def test_a_joining_that_cannot_be_read_is_refused(phone: Phone, concat: str) -> None:
    answer = phone.ask(**{"Upload-Concat": concat})
    assert answer.status_code == 400
    assert answer.json["errors"][0]["field"] == "Upload-Concat"


def test_a_final_has_no_length_of_its_own(phone: Phone) -> None:
    concat = f"final;{phone.whole_part(PHOTO)}"
    answer = phone.ask(**{"Upload-Concat": concat, "Upload-Length": str(len(PHOTO))})
    assert answer.status_code == 400


def test_a_final_brings_no_bytes_with_its_creation(phone: Phone) -> None:
    answer = phone.ask(b"more", **{"Upload-Concat": f"final;{phone.whole_part(PHOTO)}"})
    assert answer.status_code == 403


def test_only_partial_uploads_are_joined(phone: Phone) -> None:
    answer = phone.join(phone.begin(5))
    assert answer.status_code == 400
    assert answer.json["type"].endswith("no-partial-upload")


def test_parts_that_are_too_much_together_are_refused(phone: Phone) -> None:
    largest = int(phone.person.client.options("/api/v1/uploads").headers["Tus-Max-Size"])
    part = _begun_part(phone, largest)
    assert phone.join(part, part).status_code == 413


def test_another_agents_parts_are_not_found(
    phone: Phone, organisation: Organisation, session: Session, signed_in: Callable[..., Person]
) -> None:
    parts = _parts(phone)
    other = an_agent(session, organisation, code="A2")
    stranger = Phone(signed_in("agent", organisation, agent_id=other.id), phone.visit)
    assert stranger.ask(**{"Upload-Concat": f"final;{' '.join(parts)}"}).status_code == 404
    assert session.scalar(select(func.count()).select_from(Upload)) == 2
