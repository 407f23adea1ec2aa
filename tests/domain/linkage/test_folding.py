"""Names folded, numbers starred, and the keys that follow from them."""

import pytest

from fieldops.domain.linkage import Key, Kind, Record, folding, keys_of, numbers
from tests.domain.linkage.records import DOOR, FIRST_ID, PHONE, a_record


@pytest.mark.parametrize(
    ("left", "right"),
    [
        ("歐陽娜娜", "欧阳 娜娜"),
        ("買買提·吐爾遜", "买买提•吐尔逊"),
        ("ZHANG Wei", "zhangwei"),
        ("黃昇", "黄升"),
    ],
)
def test_writings_of_one_name_fold_into_one(left: str, right: str) -> None:
    assert folding.folded(left) == folding.folded(right)


@pytest.mark.parametrize(
    ("left", "right"),
    [
        ("张伟", "Zhang Wei"),
        ("张伟", "Wei Zhang"),
        ("王小明", "Xiaoming Wang"),
        ("王小明", "Wang Xiao Ming"),
        ("单雄信", "Shan Xiongxin"),  # A surname that is read otherwise than the word.
        ("吕布", "LYU Bu"),  # The passport's way to write ü.
        ("欧阳娜娜", "Nana Ouyang"),
        ("张伟", "章炜"),
    ],
)
def test_names_that_are_spelled_alike_are_found(left: str, right: str) -> None:
    assert folding.sounds_alike(left, right)


@pytest.mark.parametrize(("left", "right"), [("张伟", "李伟"), ("张伟", "Li Wei"), ("张伟", "张")])
def test_other_names_are_not_spelled_alike(left: str, right: str) -> None:
    assert not folding.sounds_alike(left, right)


def test_tones_tell_homophones_from_names_that_only_look_alike_in_pinyin() -> None:
    assert folding.readings("王晓明") & folding.readings("王小明")
    assert not folding.readings("张伟") & folding.readings("章威")


@pytest.mark.parametrize(
    ("text", "starred"),
    [
        ("138****1234", "138****1234"),
        ("+86 138****1234", "138****1234"),
        ("138xxxx1234", "138****1234"),
        ("1380013****", "1380013****"),
        ("138********", ""),  # Shows too little.
        ("13800138000", ""),  # Not starred.
        ("028****1234", ""),  # No mobile.
        ("", ""),
    ],
)
def test_a_starred_telephone_is_read(text: str, starred: str) -> None:
    assert numbers.masked_phone(text) == starred


@pytest.mark.parametrize(
    ("text", "starred"),
    [
        ("510104********4774", "510104********4774"),
        ("510104********477X", "510104********477X"),
        ("5***************74", ""),  # Shows too little.
        (FIRST_ID, ""),
        ("不详", ""),
    ],
)
def test_a_starred_identity_number_is_read(text: str, starred: str) -> None:
    assert numbers.masked_id(text) == starred


@pytest.mark.parametrize(
    ("text", "read"),
    [
        ("川A·12345", ("plate", "川A12345")),
        ("川ad12345", ("plate", "川AD12345")),
        ("91110000600037341L", ("uscc", "91110000600037341L")),
        ("91110000600037342L", None),  # The checksum does not hold.
        ("宝马", None),
        ("", None),
    ],
)
def test_an_asset_is_a_plate_a_code_or_nothing(text: str, read: object) -> None:
    assert numbers.read_asset(text) == read


def test_a_starred_and_a_whole_telephone_meet_in_one_block() -> None:
    whole, starred = a_record(phone=PHONE), a_record(masked_phones=frozenset(["138****8000"]))
    assert Key(Kind.PHONE_ENDS, "1388000") in keys_of(whole) & keys_of(starred)


def test_a_starred_and_a_whole_identity_number_meet_in_one_block() -> None:
    whole, starred = a_record(id_number=FIRST_ID), a_record(masked_id="510104********4774")
    assert Key(Kind.ID_ENDS, "5101044774") in keys_of(whole) & keys_of(starred)


def test_a_latin_and_a_chinese_name_meet_in_the_county() -> None:
    shared = keys_of(a_record("张伟", address=DOOR)) & keys_of(a_record("Wei Zhang", address=DOOR))
    assert Kind.SOUND_PLACE in {key.kind for key in shared}


def test_a_starred_name_blocks_with_nobody() -> None:
    assert keys_of(Record(id="r", name="张*")) == frozenset()


def test_a_firm_has_a_key_of_its_own() -> None:
    firm = Record(id="r", name="成都红星商贸有限公司")
    assert keys_of(firm) == {Key(Kind.FIRM, "成都红星商贸")}
