"""Two addresses are compared part by part."""

import pytest

from fieldops.domain.addresses import Parsed, Verdict, parse, same_place
from tests.domain.addresses.places import gazetteer

GAZETTEER = gazetteer()


def read(text: str) -> Parsed:
    reading = parse(text, GAZETTEER)
    assert isinstance(reading, Parsed)
    return reading


@pytest.mark.parametrize(
    ("left", "right", "verdict"),
    [
        ("成都锦江区红星路303号3栋", "四川省成都市锦江区红星路303号三栋", Verdict.SAME),
        ("锦江区红星路3段1号", "锦江区红星路三段1号", Verdict.SAME),
        ("锦江区红星路303号", "锦江区红星路305号", Verdict.DIFFERENT),
        ("南京鼓楼区中山路1号", "徐州鼓楼区中山路1号", Verdict.DIFFERENT),
        ("锦江区红星路303号1单元201室", "锦江区红星路303号1单元202室", Verdict.DIFFERENT),
        ("锦江区红星路303号", "锦江区红星路303号2栋", Verdict.UNDECIDED),
        ("锦江区红星路", "锦江区红星路", Verdict.UNDECIDED),
    ],
)
def test_the_parts_decide(left: str, right: str, verdict: Verdict) -> None:
    assert same_place(read(left), read(right)).verdict is verdict
    assert same_place(read(right), read(left)).verdict is verdict


def test_the_parts_that_agree_contradict_or_are_silent_are_named() -> None:
    found = same_place(read("锦江区红星路303号2栋"), read("锦江区红星路305号"))
    assert "road" in found.agreeing
    assert found.contradicting == ("number",)
    assert found.silent == ("building",)
