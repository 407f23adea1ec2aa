"""Identity numbers: checksum, date and length decide, the area code never refuses."""

from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fieldops.domain.identity import IdNumber, Unreadable, check_character, read_id_number


def number(area: str = "510105", born: str = "19960801", sequence: str = "135") -> str:
    body = area + born + sequence
    return body + check_character(body)


def reason(text: str, **options: date) -> str:
    read = read_id_number(text, **options)  # type: ignore[arg-type]  # mypy joins the options.
    assert isinstance(read, Unreadable)
    return read.reason


def taken(text: str, counties: tuple[str, ...] = ()) -> IdNumber:
    read = read_id_number(text, counties=counties)
    assert isinstance(read, IdNumber)
    return read


def test_the_standard_example_of_the_checksum_holds() -> None:
    assert check_character("11010519491231002") == "X"


def test_full_width_blanks_and_a_small_x_are_made_plain() -> None:
    assert taken(" １１０１０５ 19491231 002x").value == "11010519491231002X"


def test_date_and_sex_are_read() -> None:
    read = taken(number(born="19960801", sequence="134"))
    assert (read.born, read.sex, read.kind) == (date(1996, 8, 1), "female", "resident")


def test_fifteen_digits_are_upgraded() -> None:
    read = taken("510105960801135")
    assert read.upgraded
    assert read.value == number()


@pytest.mark.parametrize("area", ["810000", "820000", "830000"])
def test_residence_permits_are_taken(area: str) -> None:
    read = taken(number(area=area))
    assert (read.kind, read.county_known) == ("residence_permit", True)


def test_a_foreigners_card_is_taken() -> None:
    assert taken(number(area="951840")).kind == "foreign_card"


def test_an_unknown_province_is_noted_and_not_refused() -> None:
    assert not taken(number(area="990105")).county_known


def test_a_county_is_known_by_the_list_that_is_given() -> None:
    assert taken(number(), ("510105",)).county_known
    assert not taken(number(), ("510104",)).county_known


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (number()[:-1] + ("0" if number()[-1] != "0" else "1"), "id_checksum"),  # wrong check digit
        (number(born="19960230"), "id_date"),  # no 30 February
        (number(born="18000101"), "id_date"),  # older than anybody
        ("5.10105E+17", "id_damaged"),  # scientific notation
        ("510105199608011000", "id_damaged"),  # fifteen digits kept, three noughts put in
        ("51010519960801", "id_length"),  # four digits missing
        ("5101051996080113AB", "id_letters"),  # letters where digits stand
        ("", "id_length"),  # nothing at all
        ("٥" * 18, "id_letters"),  # Arabic-Indic digits
    ],
)
def test_a_bad_number_is_refused_with_its_reason(text: str, expected: str) -> None:
    assert reason(text) == expected


def test_a_birth_after_today_is_refused() -> None:
    assert reason(number(born="20300101"), today=date(2026, 1, 1)) == "id_future"


@settings(max_examples=50)
@given(st.integers(0, 16), st.integers(1, 9))
def test_one_wrong_digit_never_passes_the_checksum(place: int, step: int) -> None:
    good = number()
    wrong = good[:place] + str((int(good[place]) + step) % 10) + good[place + 1 :]
    assert isinstance(read_id_number(wrong), Unreadable)


@settings(max_examples=100)
@given(st.text(max_size=40))
def test_no_text_makes_the_reader_raise(text: str) -> None:
    assert isinstance(read_id_number(text), IdNumber | Unreadable)
