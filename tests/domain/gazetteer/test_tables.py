"""Tables of divisions are checked row by row, and merged without losing centres."""

import pytest

from fieldops.domain.errors import InvalidInput
from fieldops.domain.gazetteer import Gazetteer, Level, merge, read_rows
from tests.domain.addresses.places import rows

HEAD = "code,parent,name,level,lat,lon"


@pytest.mark.parametrize(
    "lines",
    [
        [],  # nothing at all
        ["code,name", "1,2"],  # other columns
        [HEAD, "51x000,,四川省,province,,"],  # a letter in the code
        [HEAD, "510000,,四川省,state,,"],  # an unknown level
        [HEAD, "510000,,,province,,"],  # no name
        [HEAD, "510000,,四川省,province,95,104"],  # no such latitude
        [HEAD, "510000,,四川省,province,30,"],  # half a centre
        [HEAD, "510000,,四川省,province,nan,nan"],  # NaN
        [HEAD, "510000,,四川省,province,30"],  # a cell too few
        [HEAD, "510000,,四川省,province,30,104,1"],  # a cell too many
        [HEAD, "510100,510000,成都市,city,,"],  # its parent is missing
        [HEAD, "510000,,四川省,province,,", "510000,,四川省,province,,"],  # twice
        [HEAD, "510100,510100,成都市,city,,"],  # its own parent
    ],
)
def test_a_bad_table_is_refused_with_the_row_and_the_cure(lines: list[str]) -> None:
    with pytest.raises(InvalidInput) as caught:
        read_rows(lines)
    assert caught.value.faults
    assert all(fault.cure for fault in caught.value.faults)


def test_a_shifted_centre_is_converted_and_one_in_wgs84_is_not() -> None:
    shifted = read_rows(
        [
            "code,parent,name,level,gcj02_lng,gcj02_lat",
            "510000,,四川省,province,104.075809,30.651239",
        ]
    )
    straight = read_rows([HEAD, "510000,,四川省,province,30.651239,104.075809"])
    assert shifted[0].position is not None
    assert shifted[0].position.lat == pytest.approx(30.6537, abs=1e-3)
    assert straight[0].position is not None
    assert straight[0].position.lat == 30.651239


def test_merging_keeps_the_centre_that_only_the_first_table_has() -> None:
    richer = read_rows([HEAD, "510000,,四川,province,,"])
    merged = {place.code: place for place in merge(rows(), richer)}
    assert merged["510000000000"].name == "四川"
    assert merged["510000000000"].position is not None


def test_merging_refuses_a_row_whose_parent_is_in_neither_table() -> None:
    orphan = [place for place in rows() if place.level is Level.TOWNSHIP]
    with pytest.raises(InvalidInput):
        merge([], orphan)


def test_placeholders_are_no_part_of_a_name() -> None:
    gazetteer = Gazetteer(rows())
    county = gazetteer.get("110105000000")
    assert county is not None
    assert gazetteer.full_name(county) == "北京市朝阳区"


def test_two_rows_with_one_code_are_refused() -> None:
    with pytest.raises(ValueError, match="two places"):
        Gazetteer([*rows(), rows()[0]])
