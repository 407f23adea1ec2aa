"""A ZIP that two programs could read differently is refused, whatever it hides and wherever."""

import struct
from pathlib import Path

import pytest

from evidence.custody.container import CENTRAL, END, END64, LOCAL, LOCATOR
from tests.evidence.tampering import failed, good_pack, judged

# The fields of each record: name -> (offset, length).
CENTRAL_FIELDS = {
    "made by": (4, 2), "needed": (6, 2), "flags": (8, 2), "method": (10, 2), "time": (12, 2),
    "date": (14, 2), "crc": (16, 4), "packed": (20, 4), "size": (24, 4), "name length": (28, 2),
    "extra length": (30, 2), "comment length": (32, 2), "disk": (34, 2), "internal": (36, 2),
    "external": (38, 4), "offset": (42, 4),
}  # fmt: skip
LOCAL_FIELDS = {
    "needed": (4, 2), "flags": (6, 2), "method": (8, 2), "time": (10, 2), "date": (12, 2),
    "crc": (14, 4), "packed": (18, 4), "size": (22, 4), "name length": (26, 2),
    "extra length": (28, 2),
}  # fmt: skip
END_FIELDS = {
    "disk": (4, 2), "first disk": (6, 2), "here": (8, 2), "count": (10, 2), "length": (12, 4),
    "start": (16, 4), "comment": (20, 2),
}  # fmt: skip
END64_FIELDS = {
    "record size": (4, 8), "needed": (14, 2), "disk": (16, 4), "first disk": (20, 4),
    "here": (24, 8), "count": (32, 8), "length": (40, 8), "start": (48, 8),
}  # fmt: skip


def end64(data: bytes) -> int:
    return len(data) - END.size - LOCATOR.size - END64.size


def spoiled(start: int, field: tuple[int, int], by: int) -> bytes:
    """The good pack with a field's number raised by `by`, cut to its length."""
    data = bytearray(good_pack())
    place, length = start + field[0], field[1]
    number = int.from_bytes(data[place : place + length], "little") + by
    data[place : place + length] = (number % 256**length).to_bytes(length, "little")
    return bytes(data)


def starts() -> dict[str, tuple[int, dict[str, tuple[int, int]]]]:
    data = good_pack()
    begin = struct.unpack_from("<Q", data, end64(data) + 48)[0]
    return {
        "central": (begin, CENTRAL_FIELDS),
        "local": (0, LOCAL_FIELDS),
        "end": (len(data) - END.size, END_FIELDS),
        "end64": (end64(data), END64_FIELDS),
    }


@pytest.mark.parametrize("by", [1, -1, 0x800])
@pytest.mark.parametrize("record", ["central", "local", "end", "end64"])
def test_a_field_that_says_something_else_is_found(tmp_path: Path, record: str, by: int) -> None:
    start, fields = starts()[record]
    for name, field in fields.items():
        report = judged(tmp_path, spoiled(start, field, by), trust=None)
        assert "structure" in failed(report), name


def test_a_local_name_other_than_the_directory_s_is_named(tmp_path: Path) -> None:
    data = bytearray(good_pack())
    data[LOCAL.size + 7 : LOCAL.size + 8] = b"X"  # case-7/bagit.txt
    report = judged(tmp_path, bytes(data), trust=None)
    assert "case-7/bagit.txt its header" in report.claim("structure").detail()


@pytest.mark.parametrize("hidden", [b"\0", b"PK\x03\x04" + bytes(60)])
def test_bytes_between_the_last_file_and_the_directory_are_found(
    tmp_path: Path, hidden: bytes
) -> None:
    data = good_pack()
    begin = starts()["central"][0]
    moved = bytearray(data[:begin] + hidden + data[begin:])
    places = (end64(bytes(moved)) + 48, 8), (len(moved) - END.size - LOCATOR.size + 8, 8)
    for place, length in (*places, (len(moved) - END.size + 16, 4)):
        number = int.from_bytes(moved[place : place + length], "little") + len(hidden)
        moved[place : place + length] = number.to_bytes(length, "little")
    report = judged(tmp_path, bytes(moved), trust=None)
    assert "between the files and their directory" in report.claim("structure").detail()


def test_a_comment_that_holds_another_end_is_refused(tmp_path: Path) -> None:
    data = good_pack()
    end = data[-END.size :]
    nested = data[:-2] + struct.pack("<H", len(end)) + end
    assert "structure" in failed(judged(tmp_path, nested, trust=None))


def test_a_pack_appended_to_another_is_refused(tmp_path: Path) -> None:
    assert "structure" in failed(judged(tmp_path, good_pack() * 2, trust=None))


def test_nothing_but_zeros_is_refused(tmp_path: Path) -> None:
    assert "structure" in failed(judged(tmp_path, bytes(100_000), trust=None))


def grown(place: int, more: bytes, length: tuple[int, int]) -> bytes:
    """The good pack with bytes put into the first record of its directory, and all counts raised.

    `length` is the field of that record that counts them.
    """
    data, begin = bytearray(good_pack()), starts()["central"][0]
    at, size = begin + length[0], length[1]
    count = int.from_bytes(data[at : at + size], "little") + len(more)
    data[at : at + size] = count.to_bytes(size, "little")
    name = int.from_bytes(data[begin + 28 : begin + 30], "little")
    data[begin + place + name : begin + place + name] = more
    for start, width in (
        (end64(bytes(data)) + 40, 8),
        (len(data) - END.size - LOCATOR.size + 8, 8),
        (len(data) - END.size + 12, 4),
    ):
        number = int.from_bytes(data[start : start + width], "little") + len(more)
        data[start : start + width] = number.to_bytes(width, "little")
    return bytes(data)


@pytest.mark.parametrize(
    "extra",
    [
        b"UT\x05\x00\x03\x00\x00\x00\x00",  # another time
        b"up\x0c\x00\x01\x00\x00\x00\x00case-7/x",  # another name, for those who read Unicode
        b"\x01\x00\x08\x00" + bytes(8),  # a size that is not full in the record
        b"\x01\x99\x07\x00AE\x02\x00\x03\x00\x00",  # encrypted, says one program alone
    ],
)
def test_an_extra_field_that_only_some_programs_read_is_refused(
    tmp_path: Path, extra: bytes
) -> None:
    report = judged(tmp_path, grown(CENTRAL.size, extra, CENTRAL_FIELDS["extra length"]))
    assert "an extra field hides something" in report.claim("structure").detail()


def test_a_comment_on_a_file_is_named(tmp_path: Path) -> None:
    forged = grown(CENTRAL.size, b"see elsewhere", CENTRAL_FIELDS["comment length"])
    report = judged(tmp_path, forged, trust=None)
    assert "carries a comment" in report.claim("structure").detail()


def test_two_entries_over_the_same_bytes_are_named(tmp_path: Path) -> None:
    data, begin = bytearray(good_pack()), starts()["central"][0]
    name = int.from_bytes(data[begin + 28 : begin + 30], "little")
    second = begin + CENTRAL.size + name
    place, length = CENTRAL_FIELDS["offset"]
    data[second + place : second + place + length] = bytes(length)
    report = judged(tmp_path, bytes(data), trust=None)
    assert "does not follow the file before it" in report.claim("structure").detail()


def test_other_sizes_in_the_wide_field_of_a_header_are_named(tmp_path: Path) -> None:
    data = bytearray(good_pack())
    name = int.from_bytes(data[26:28], "little")
    data[LOCAL.size + name + 4] = 7
    report = judged(tmp_path, bytes(data), trust=None)
    assert "the ZIP's directory disagree" in report.claim("structure").detail()
