"""Scores of pairs: what joins, what is asked of a person, and the laws that every score keeps."""

from dataclasses import replace
from importlib.resources import files

import pytest
from hypothesis import given

from fieldops.domain.linkage import (
    Record,
    Score,
    Verdict,
    keys_of,
    level_text,
    limit_text,
    load_model,
    score,
)
from fieldops.domain.linkage.model import (
    AGREEING,
    SPEAKING_AGAINST,
    ModelFault,
    read_model,
)
from tests.domain.linkage.records import (
    COUNTY,
    DOOR,
    FIRST_ID,
    HOUSE,
    OTHER_PHONE,
    PHONE,
    RECORDS,
    SECOND_ID,
    a_record,
)


def _outcome(found: Score) -> tuple[Verdict, str]:
    return found.verdict, found.limit


@given(a=RECORDS, b=RECORDS)
def test_a_score_is_the_same_from_both_sides(a: Record, b: Record) -> None:
    assert score(a, b) == score(b, a)


@given(a=RECORDS, b=RECORDS)
def test_an_equal_number_more_never_lowers_a_score(a: Record, b: Record) -> None:
    bare = [replace(one, id_number="", masked_id="") for one in (a, b)]
    numbered = [replace(one, id_number=FIRST_ID) for one in bare]
    before, after = score(*bare), score(*numbered)
    order = [Verdict.DIFFERENT, Verdict.POSSIBLE, Verdict.SAME]
    assert after.total >= before.total
    assert order.index(after.verdict) >= order.index(before.verdict)


@given(a=RECORDS, b=RECORDS)
def test_what_is_missing_weighs_nothing(a: Record, b: Record) -> None:
    silent = Record(id="s", name=b.name)
    assert {line.attribute for line in score(a, silent).lines} <= {"name"}


@given(a=RECORDS, b=RECORDS)
def test_prior_and_lines_add_up_to_the_score(a: Record, b: Record) -> None:
    found = score(a, b)
    assert found.total == pytest.approx(found.prior + sum(one.decibans for one in found.lines))
    assert 0 <= found.probability <= 1


@given(a=RECORDS, b=RECORDS)
def test_two_whole_numbers_that_differ_are_never_the_same_by_a_score(a: Record, b: Record) -> None:
    a, b = replace(a, id_number=FIRST_ID), replace(b, id_number=SECOND_ID)
    assert score(a, b).verdict is not Verdict.SAME


@given(a=RECORDS, b=RECORDS)
def test_whatever_is_not_a_stranger_shares_a_key(a: Record, b: Record) -> None:
    if score(a, b).verdict is Verdict.SAME:
        assert keys_of(a) & keys_of(b)


def test_the_same_name_in_another_script_with_a_telephone_is_the_same() -> None:
    found = score(a_record("张三丰", phone=PHONE), a_record("張三豐", phone=PHONE))
    assert _outcome(found) == (Verdict.SAME, "")


def test_a_telephone_alone_joins_nobody() -> None:
    family = score(a_record("张三丰", phone=PHONE), a_record("李四", phone=PHONE))
    assert _outcome(family) == (Verdict.DIFFERENT, "different_names")


def test_a_family_at_one_door_with_one_telephone_stays_two_people() -> None:
    father, child = (
        a_record(name, phone=PHONE, address=DOOR, plates=frozenset(["川A12345"]))
        for name in ("张建国", "张小宝")
    )
    found = score(father, child)
    assert found.verdict is Verdict.DIFFERENT
    assert [line.share for line in found.lines if line.attribute == "address"] == [0.2]


def test_a_starred_telephone_is_compatible_and_asks_a_person() -> None:
    found = score(a_record(phone=PHONE), a_record(masked_phones=frozenset(["138****8000"])))
    assert _outcome(found) == (Verdict.POSSIBLE, "one_weak_key")
    assert [line.level for line in found.lines] == ["exact", "compatible"]


def test_two_equal_starred_telephones_are_not_equal() -> None:
    starred = frozenset(["138****8000"])
    found = score(a_record(masked_phones=starred), a_record(masked_phones=starred))
    assert found.verdict is Verdict.POSSIBLE


def test_a_starred_telephone_and_a_starred_number_suffice_together() -> None:
    starred = a_record(masked_phones=frozenset(["138****8000"]), masked_id="510104********4774")
    found = score(a_record(phone=PHONE, id_number=FIRST_ID), starred)
    assert found.verdict is Verdict.SAME


def test_brothers_on_one_telephone_go_to_a_person() -> None:
    found = score(a_record("张三丰", phone=PHONE), a_record("张三华", phone=PHONE))
    assert _outcome(found) == (Verdict.POSSIBLE, "name_not_certain")


def test_one_number_under_two_names_goes_to_a_person() -> None:
    found = score(a_record("张三丰", id_number=FIRST_ID), a_record("李四", id_number=FIRST_ID))
    assert _outcome(found) == (Verdict.POSSIBLE, "different_names")


def test_the_same_name_in_the_same_county_troubles_nobody() -> None:
    found = score(a_record(address=DOOR), a_record(address=COUNTY))
    assert found.verdict is Verdict.DIFFERENT


def test_the_same_name_at_the_same_house_goes_to_a_person() -> None:
    found = score(a_record(address=DOOR), a_record(address=HOUSE))
    assert _outcome(found) == (Verdict.POSSIBLE, "one_weak_key")


def test_a_slip_in_the_telephone_goes_to_a_person() -> None:
    found = score(a_record(phone=PHONE), a_record(phone="+8613800138001"))
    assert "slipped" in [line.level for line in found.lines]
    assert found.verdict is Verdict.POSSIBLE


def test_a_person_is_never_a_firm() -> None:
    firm = a_record("成都红星商贸有限公司", phone=PHONE)
    assert _outcome(score(firm, a_record(phone=PHONE))) == (Verdict.DIFFERENT, "person_and_firm")


def test_a_firm_is_known_by_its_stem_and_telephone() -> None:
    other = a_record("成都红星商贸有限责任公司", phone=PHONE)
    assert score(a_record("成都红星商贸有限公司", phone=PHONE), other).verdict is Verdict.SAME


def test_another_telephone_speaks_against_but_not_much() -> None:
    alike = score(a_record(phone=PHONE, address=DOOR), a_record(phone=OTHER_PHONE, address=DOOR))
    assert alike.verdict is Verdict.SAME


def test_every_level_and_limit_has_its_sentences() -> None:
    for table in (AGREEING, SPEAKING_AGAINST):
        for attribute, levels in table.items():
            for level in levels:
                english, chinese = level_text(attribute, level)
                assert english.isascii()
                assert not chinese.isascii()
    assert limit_text("one_weak_key")


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ('form = "fieldops-linkage-1"', 'form = "other"'),
        ("u = 1.5e-5", "u = 0"),  # A comparison that could never come out so.
        ("m = 0.002", "m = 0.99"),  # Different names would speak for one person.
        ('got = "counted"', 'got = "guessed"'),
        ("possible = 13.0", "possible = 30.0"),  # Asked of a person above what joins by itself.
        ("household_share = 0.2", "household_share = 2"),
        ("phone = 40", "phone = 1"),  # A block of one brings nobody together.
        ("[prior]", "[before]"),
        ("decibans = -50.0", 'decibans = "much"'),
        ("form =", "form"),  # No TOML.
    ],
)
def test_a_faulty_table_is_refused(old: str, new: str) -> None:
    text = files("fieldops.domain.linkage").joinpath("model.toml").read_text("utf-8")
    assert old in text
    with pytest.raises(ModelFault):
        read_model(text.replace(old, new, 1))


def test_the_shipped_table_is_sound() -> None:
    assert load_model().possible < load_model().same
