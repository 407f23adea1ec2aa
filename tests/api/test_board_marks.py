"""The largest answers of the board: packed where that can be read, the most pressing first."""

import gzip
from collections.abc import Callable
from typing import Any

from sqlalchemy.orm import Session

from fieldops.models import Organisation
from tests.builders.cases import a_case
from tests.conftest import Person

SignIn = Callable[..., Person]


def test_a_large_answer_is_packed_for_whoever_can_unpack_it(
    session: Session, signed_in: SignIn, organisation: Organisation
) -> None:
    dispatcher = signed_in("dispatcher", organisation)
    for _ in range(60):
        a_case(session, organisation)
    session.commit()
    url, asks = "/api/v1/board/pool.geojson?limit=60", {"Accept-Encoding": "gzip"}
    plain, packed = dispatcher.get(url), dispatcher.get(url, headers=asks)
    assert (plain.content_encoding, packed.content_encoding) == (None, "gzip")
    assert gzip.decompress(packed.data) == plain.data
    assert packed.vary.as_set() >= {"accept-encoding"}


def test_the_marks_are_told_the_most_pressing_first(
    session: Session, signed_in: SignIn, organisation: Organisation
) -> None:
    dispatcher = signed_in("dispatcher", organisation)
    for priority in (5, 1, 3):
        a_case(session, organisation, priority=priority)
    session.commit()
    url = "/api/v1/board/marks.geojson"
    assert _priorities(dispatcher.get(url)) == [1, 3, 5]
    assert _priorities(dispatcher.get(f"{url}?limit=2")) == [1, 3]


def _priorities(answer: Any) -> list[int]:
    return [one for each in answer.json["features"] for one in each["properties"]["priority"]]
