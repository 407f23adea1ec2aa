"""What a flag or a clock rests on can be cited in Chinese and in English."""

import pytest

from evidence.trace.citing import in_both
from evidence.trace.clock_rules import BOOK
from evidence.trace.flags import catalogue

BASES = {str(entry["basis"]) for entry in catalogue().values()}
BASES |= {rule.basis for rule in BOOK.rules.values()} | {BOOK.count["basis"]}


def test_articles_stand_with_their_statute() -> None:
    assert in_both("企业破产法 31-33; 公司法 232") == (
        "企业破产法 31-33; 公司法 232",
        "PRC Enterprise Bankruptcy Law art. 31-33; PRC Company Law art. 232",
    )


def test_an_article_without_a_statute_goes_on_with_the_one_before() -> None:
    assert in_both("民法典 539; 541")[1] == "PRC Civil Code art. 539, 541"


def test_a_remark_is_told_too() -> None:
    told = "PRC Civil Code art. 538-539 (effect on the claim)"
    assert in_both("民法典 538-539 (影响债权实现)")[1] == told


@pytest.mark.parametrize("basis", sorted(BASES))
def test_every_basis_of_the_model_can_be_read_in_english(basis: str) -> None:
    assert in_both(basis)[1].isascii() or "§" in basis


@pytest.mark.parametrize(
    "basis",
    [
        "某法 12",  # a statute that is not in the table
        "541",  # an article of nothing
        "民法典",  # a statute without an article
        "民法典 541 (某)",  # a remark that is not in the table
        "UVTA § 9(a), (b)",  # English already
        "",
    ],
)
def test_what_is_not_known_stands_as_it_is(basis: str) -> None:
    assert in_both(basis) == (basis, basis)
