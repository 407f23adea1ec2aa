"""The page of the rules in force."""

from collections.abc import Callable

import pytest

from tests.builders.worlds import World
from tests.web.conftest import Reader

Reads = Callable[[str], Reader]


def test_the_organisations_own_jurisdiction_is_shown_first(world: World, reads: Reads) -> None:
    text = reads("dispatcher").get("/rules").text
    assert 'id="CN-TIME-01"' in text
    assert 'id="GL-VULN-01"' in text
    assert 'id="US-TIME-01"' not in text


def test_a_state_is_shown_with_the_country_it_lies_in(world: World, reads: Reads) -> None:
    text = reads("compliance").get("/rules?in=US-MA").text
    assert 'id="US-MA-VISIT-01"' in text
    assert 'id="US-TIME-01"' in text


def test_a_draft_is_marked_as_one_and_as_switched_off(world: World, reads: Reads) -> None:
    text = reads("compliance").get("/rules?in=IN").text
    assert '<span class="badge warn">draft</span>' in text
    assert "switched off" in text


@pytest.mark.parametrize(
    ("language", "words"),
    [("en", "read in the text itself"), ("zh-CN", "已核对原文")],
)
def test_each_rule_is_told_in_the_readers_language(
    world: World, reads: Reads, language: str, words: str
) -> None:
    reader = reads("compliance")
    reader.client.set_cookie("fieldops_language", language)
    text = reader.get("/rules?in=IE").text
    assert words in text


def test_an_unknown_jurisdiction_shows_the_own_one(world: World, reads: Reads) -> None:
    assert 'id="CN-TIME-01"' in reads("counsel").get("/rules?in=<script>").text
