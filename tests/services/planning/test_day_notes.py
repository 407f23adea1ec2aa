"""What is told of a day before anybody plans it."""

from datetime import date

import pytest
from sqlalchemy.orm import Session

from fieldops.models import Organisation
from fieldops.services.planning.day_notes import day_notes
from tests.builders.overriding import an_officer
from tests.domain.rulebook.builders import BOOK


@pytest.mark.parametrize(
    ("day", "words"),
    [
        (date(2026, 12, 1), []),
        (date(2026, 10, 1), ["除夕和法定节假日"]),
        # The notice of the State Council for 2027 is not known.
        (date(2027, 3, 2), ["调休放假日未知"]),
        (date(2028, 3, 2), ["尚未录入的日期一律不安排上门", "2028 年起一律不安排上门"]),
    ],
)
def test_a_day_that_is_closed_or_not_published_is_told(
    session: Session, organisation: Organisation, day: date, words: list[str]
) -> None:
    found = day_notes(session, day, book=BOOK, actor=an_officer(organisation))
    assert len(found) == len(words)
    assert all(word in text.zh for word, text in zip(words, found, strict=True))
