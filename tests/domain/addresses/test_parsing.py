"""An address becomes parts, or it is said to be ambiguous or unknown; it is never guessed."""

import csv
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fieldops.domain.addresses import Ambiguous, Parsed, Unknown, parse
from fieldops.domain.gazetteer import Gazetteer, Level, read_rows
from tests.domain.addresses.places import ROWS, gazetteer

GAZETTEER = gazetteer()


def read(text: str) -> Parsed:
    reading = parse(text, GAZETTEER)
    assert isinstance(reading, Parsed), reading
    return reading


def test_a_short_city_and_a_full_county_are_read_down_to_the_room() -> None:
    parsed = read("成都锦江区红星路303号16栋3单元3005室")
    assert GAZETTEER.full_name(parsed.finest) == "四川省成都市锦江区"
    street = parsed.street
    assert (street.road, street.number) == ("红星路", "303")
    assert (street.building, street.unit, street.room) == ("16", "3", "3005")
    assert parsed.filled == {Level.PROVINCE}


def test_full_width_digits_blanks_and_quotes_change_nothing() -> None:
    assert (
        read("成都 锦江区‘红星路３０３号 １６栋").street == read("成都锦江区红星路303号16栋").street
    )


def test_a_county_whose_name_is_unique_brings_its_city_and_province() -> None:
    parsed = read("锦江区红星路303号")
    assert parsed.city is not None
    assert parsed.city.name == "成都市"
    assert parsed.filled == {Level.PROVINCE, Level.CITY}


@pytest.mark.parametrize(
    ("text", "cities"),
    [("鼓楼区中山路1号", {"南京市", "徐州市"}), ("朝阳区建国路89号", {"长春市", None})],
)
def test_a_county_name_that_several_cities_have_is_ambiguous(
    text: str, cities: set[str | None]
) -> None:
    reading = parse(text, GAZETTEER)
    assert isinstance(reading, Ambiguous)
    named = {
        next((p.name for p in GAZETTEER.lineage(c) if p.level is Level.CITY), None)
        for c in reading.candidates
    }
    assert named == cities


def test_a_city_decides_between_counties_of_one_name() -> None:
    assert read("徐州鼓楼区中山北路1号").finest.code == "320302000000"


def test_a_province_and_a_city_of_one_short_name_stay_at_the_province() -> None:
    assert read("吉林红旗街3号").finest.code == "220000000000"


@pytest.mark.parametrize(
    "text",
    [
        "南京西路1168号",  # A road of Shanghai.
        "东莞庄路3号",  # A road of Guangzhou.
        "上海大厦12层",  # A building anywhere.
        "昆山花园5号",  # A county's short name alone.
        "高新区天府大道1700号",  # A zone that a hundred cities have.
        "长春桥路11号",  # A road of Beijing.
        "苏州安捷伦精密机械有限公司",  # A firm.
        "一环路",
        "1139 College St, Toronto",
    ],
)
def test_what_only_looks_like_a_division_is_unknown(text: str) -> None:
    assert isinstance(parse(text, GAZETTEER), Unknown)


@pytest.mark.parametrize("text", ["", " \u3000", "，，", "啊" * 301])
def test_blank_and_endless_texts_are_unknown(text: str) -> None:
    assert isinstance(parse(text, GAZETTEER), Unknown)


def test_a_zone_without_rank_leaves_the_county_open() -> None:
    parsed = read("成都高新区天府大道北段1700号")
    assert parsed.county is None
    assert parsed.zone == "高新区"
    assert parsed.street.road == "天府大道北段"


def test_a_county_that_is_new_is_found_in_its_own_city() -> None:
    parsed = read("深圳市龙华区民治街道1号")
    assert parsed.county is not None
    assert parsed.county.code == "440309000000"


def test_a_county_unknown_within_the_city_named_is_noted_and_not_sought_elsewhere() -> None:
    parsed = read("成都市鼓楼区中山路1号")
    assert parsed.county is None
    assert parsed.unread == "鼓楼区"


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("成都市郫都区望丛路1号", "510124000000"),
        ("成都市郫县望丛路1号", "510124000000"),
        ("成都双流县棠湖路1号", "510116000000"),
        ("上海市闸北区灵石路891号", "310106000000"),
        ("海南省琼海市嘉积路1号", "469002000000"),
        ("海南省省直辖县级行政区划琼海市", "469002000000"),
        ("东莞市长安路1号", "441900000000"),
        ("地址：610000四川省成都市锦江区", "510104000000"),
        ("深圳市深圳市宝安区", "440306000000"),
        ("一天门大街567号(成都市锦江区)", "510104000000"),
    ],
)
def test_old_new_and_odd_spellings_reach_the_right_place(text: str, code: str) -> None:
    assert read(text).finest.code == code


def test_a_township_is_read_with_or_without_its_office() -> None:
    for text in ("锦江区春熙路街道总府路1号", "锦江区春熙路街道办事处总府路1号"):
        parsed = read(text)
        assert parsed.township is not None
        assert parsed.street.road == "总府路"


def test_a_township_brings_its_county_within_a_city() -> None:
    assert read("上海市唐镇上丰路977号").county is not None


def test_a_township_without_a_city_is_offered_and_not_taken() -> None:
    reading = parse("龙华街道1号", GAZETTEER)
    assert isinstance(reading, Ambiguous)
    assert [place.code for place in reading.candidates] == ["440306009000"]


def test_a_township_proves_no_county_that_has_lost_ground() -> None:
    parsed = read("深圳市龙华街道1号")
    assert parsed.county is None


def test_two_addresses_in_one_text_are_ambiguous() -> None:
    reading = parse("上海市静安区灵石路1号/深圳市宝安区西乡路2号", GAZETTEER)
    assert isinstance(reading, Ambiguous)


def test_lanes_appendages_and_sections_are_parts_of_their_own() -> None:
    assert read("上海市静安区江场西路299弄3号楼701室").street.building == "3"
    assert read("上海静安区兰溪路230弄1号").street.number == "230弄1"
    assert read("锦江区建设北路一段71号附12号").street.sub_number == "12"


@given(st.text(max_size=60))
@settings(max_examples=150)
def test_no_text_breaks_the_parser(text: str) -> None:
    assert parse(text, GAZETTEER).text == text


@given(st.text(alphabet="成都锦江区鼓楼北京市朝阳上海路街道号123栋室 （）/,", max_size=30))
@settings(max_examples=150)
def test_whatever_is_parsed_hangs_together(text: str) -> None:
    reading = parse(text, GAZETTEER)
    if isinstance(reading, Parsed):
        for part in (reading.province, reading.city, reading.county, reading.township):
            assert part is None or GAZETTEER.is_within(reading.finest, part)


def test_every_case_of_the_sample_gets_its_county() -> None:
    path = Path(__file__).parents[3].parent / "shared/data/cases/chengdu_cases_300.csv"
    if not path.exists():
        pytest.skip("the sample of cases is not beside the repository")
    counties = [
        f"5101{code}000000,510100000000,{name},county,,"
        for code, name in (("05", "青羊区"), ("06", "金牛区"), ("07", "武侯区"), ("08", "成华区"))
    ]
    full = Gazetteer(read_rows([*ROWS.splitlines(), *counties]))
    with path.open(encoding="utf-8-sig", newline="") as lines:
        for row in csv.DictReader(lines):
            reading = parse(row["地址"], full)
            assert isinstance(reading, Parsed)
            assert reading.county is not None, row["地址"]
