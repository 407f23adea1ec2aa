"""Every parameter of a shipped rule is told in words of both languages."""

import re

import pytest

from fieldops.domain.rulebook.predicates.catalogue import names
from fieldops.domain.rulebook.records import Rule
from fieldops.domain.rulebook.telling import PREDICATES, Told, applies, asked, indented
from tests.domain.rulebook.builders import BOOK

RULES = list(BOOK)


def told(rule_id: str, language: str) -> str:
    """What a rule asks, as text."""
    (rule,) = BOOK.versions(rule_id)
    return "\n".join(indented(asked(rule, language)))


def lines(one: Told) -> list[str]:
    """All lines of it."""
    return [one.text, *(line for inner in one.under for line in lines(inner))]


def test_every_predicate_has_a_name_in_both_languages() -> None:
    assert sorted(PREDICATES) == names()


@pytest.mark.parametrize("rule", RULES, ids=[rule.id for rule in RULES])
def test_nothing_of_the_files_own_spelling_is_left(rule: Rule) -> None:
    for text in (*lines(asked(rule, "zh")), applies(rule, "zh")):
        # A source is quoted as it stands; whatever else is English in Chinese was not translated.
        if not text.startswith("依据"):
            assert not re.search(r"[a-z]{3}", text), text
    for text in (*lines(asked(rule, "en")), applies(rule, "en")):
        assert "_" not in text


def test_hours_are_told_with_their_closed_days() -> None:
    english = told("IE-VISIT-01", "en")
    assert "open: 09:00–21:00" in english
    assert "Sunday: closed all day" in english
    assert "2026: 01-01" in english
    assert "12-25 to 12-26" in english


def test_caps_are_told_in_chinese() -> None:
    assert "至多: 7" in told("US-FREQ-01", "zh")
    assert "计法: 当地自然日" in told("US-FREQ-01", "zh")


def test_closed_days_are_told_a_year_on_a_line() -> None:
    english = told("CN-TIME-P", "en").splitlines()
    assert [line.split(":")[0].strip() for line in english if re.match(r" *\d{4}:", line)] == [
        "2026",
        "2027",
    ]
    assert "2026: 01-01 至 01-03、" in told("CN-TIME-P", "zh")
