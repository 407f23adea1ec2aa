"""The ZIP that a pack travels in, read strictly: no byte of it goes unexplained.

Files are stored, dated 1980-01-01, regular, and follow each other without gaps; the local
headers say what the central directory says; nothing stands before, between or after. So two
programs cannot read two different packs out of one file, and nothing can swell when unpacked.
"""

import struct
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import BinaryIO

LOCAL, CENTRAL = struct.Struct("<IHHHHHIIIHH"), struct.Struct("<IHHHHHHIIIHHHHHII")
DESCRIPTOR, DESCRIPTOR64 = struct.Struct("<IIII"), struct.Struct("<IIQQ")
END, END64 = struct.Struct("<IHHHHIIH"), struct.Struct("<IQHHIIQQQQ")
LOCATOR, EXTRA64 = struct.Struct("<IIQI"), struct.Struct("<HH")
LOCAL_MARK, CENTRAL_MARK, DESCRIPTOR_MARK = 0x04034B50, 0x02014B50, 0x08074B50
END_MARK, END64_MARK, LOCATOR_MARK = 0x06054B50, 0x06064B50, 0x07064B50
FULL, FULL16 = 0xFFFFFFFF, 0xFFFF
STREAMED, UTF8 = 0x0008, 0x0800
FIXED_TIME, FIXED_DATE = 0, 0x0021
UNIX, NEEDED = 3, 45
REGULAR = 0o100644 << 16
MOST_FILES = 200_000
LARGEST_DIRECTORY = 128 * 1024 * 1024
CHUNK = 1024 * 1024


class ContainerError(ValueError):
    """The file cannot be read as a pack at all; the message says why."""


@dataclass(frozen=True, slots=True)
class Stored:
    """One stored file: its full name, where its bytes begin, how many, and their CRC-32."""

    name: str
    start: int
    size: int
    crc: int


@dataclass(frozen=True, slots=True)
class Fault:
    """Something in the container that a pack does not have; `name` is the file, or empty."""

    name: str
    text: str


@dataclass(slots=True)
class Archive:
    """The files of a ZIP in their order, and every fault that was met while reading it."""

    path: Path
    stored: list[Stored] = field(default_factory=list)
    faults: list[Fault] = field(default_factory=list)

    def chunks(self, stored: Stored) -> Iterator[bytes]:
        """The bytes of one file, a megabyte at most at a time."""
        with self.path.open("rb") as source:
            source.seek(stored.start)
            left = stored.size
            while left > 0:
                chunk = source.read(min(CHUNK, left))
                if not chunk:
                    return
                left -= len(chunk)
                yield chunk


@dataclass(frozen=True, slots=True)
class _Record:
    """What the central directory says of one file."""

    name: str
    raw: bytes
    version: int
    flags: int
    method: int
    time: int
    date: int
    crc: int
    size: int
    packed: int
    offset: int


def read_archive(path: Path) -> Archive:
    """Read the structure of a ZIP; raises ContainerError when there is none to read."""
    archive = Archive(path)
    with path.open("rb") as source:
        total = source.seek(0, 2)
        count, start, length = _read_end(source, total)
        source.seek(start)
        records = list(_records(source.read(length), count, archive))
        place = 0
        for record in records:
            if record.offset != place:
                archive.faults.append(Fault(record.name, "does not follow the file before it"))
            place = _read_local(source, record, archive)
        if place != start:
            archive.faults.append(Fault("", "bytes stand between the files and their directory"))
    return archive


def _read_end(source: BinaryIO, total: int) -> tuple[int, int, int]:
    """Count, start and length of the central directory, after checking every field."""
    if total < END.size:
        raise ContainerError("not a ZIP: too short")
    source.seek(total - END.size)
    mark, disk, first, here, count, length, start, comment = END.unpack(source.read(END.size))
    if mark != END_MARK or comment:
        raise ContainerError("not a ZIP, cut off, or bytes follow its end")
    end = total - END.size
    if (disk, first) != (0, 0) or here != count:
        raise ContainerError("the end record of the ZIP contradicts itself")
    if end >= LOCATOR.size:
        source.seek(end - LOCATOR.size)
        locator = LOCATOR.unpack(source.read(LOCATOR.size))
        if locator[0] == LOCATOR_MARK:
            plain = (count, start, length)
            count, start, length, end = _read_end64(source, end - LOCATOR.size, locator, plain)
    if start + length != end:
        raise ContainerError("the ZIP's directory is not where its end record says")
    if count > MOST_FILES or length > LARGEST_DIRECTORY:
        raise ContainerError(f"more than {MOST_FILES} files, or a directory far too large")
    return count, start, length


def _read_end64(
    source: BinaryIO, end: int, locator: tuple[int, ...], plain: tuple[int, int, int]
) -> tuple[int, int, int, int]:
    place = end - END64.size
    if place < 0 or locator[1:] != (0, place, 1):
        raise ContainerError("the ZIP64 locator points elsewhere")
    source.seek(place)
    mark, size, made, needed, disk, first, here, count, length, start = END64.unpack(
        source.read(END64.size)
    )
    odd = (mark, size, disk, first) != (END64_MARK, END64.size - 12, 0, 0) or here != count
    if odd or needed != NEEDED or made not in {NEEDED, UNIX << 8 | NEEDED}:
        raise ContainerError("the ZIP64 end record contradicts itself")
    wide = (min(count, FULL16), min(start, FULL), min(length, FULL))
    if any(short not in {limit, full} for short, limit, full in
           zip(plain, wide, (FULL16, FULL, FULL), strict=True)):  # fmt: skip
        raise ContainerError("the two end records of the ZIP disagree")
    return count, start, length, place


def _records(directory: bytes, count: int, archive: Archive) -> Iterator[_Record]:
    place = 0
    for _ in range(count):
        fixed = directory[place : place + CENTRAL.size]
        if len(fixed) < CENTRAL.size:
            raise ContainerError("the ZIP's directory is cut off")
        fields = CENTRAL.unpack(fixed)
        name_size, extra_size, comment_size = fields[10:13]
        place += CENTRAL.size
        raw = directory[place : place + name_size]
        extra = directory[place + name_size : place + name_size + extra_size]
        place += name_size + extra_size + comment_size
        record = _record(fields, raw, extra)
        for text in _record_faults(fields, record):
            archive.faults.append(Fault(record.name, text))
        yield record
    if place != len(directory):
        raise ContainerError("bytes stand inside the ZIP's directory that no file explains")


def _record(fields: tuple[int, ...], raw: bytes, extra: bytes) -> _Record:
    mark, _, version, flags, method, time, date, crc, packed, size = fields[:10]
    if mark != CENTRAL_MARK:
        raise ContainerError("the ZIP's directory holds something that is no file")
    try:
        name = raw.decode("utf-8" if flags & UTF8 else "ascii")
    except UnicodeDecodeError as error:
        raise ContainerError(f"a file name is not UTF-8: {raw[:60]!r}") from error
    size, packed, offset = _widen(extra, (size, packed, fields[16]), name)
    return _Record(name, raw, version, flags, method, time, date, crc, size, packed, offset)


def _widen(extra: bytes, values: tuple[int, ...], name: str) -> list[int]:
    """Replace each full 32-bit value by the 64-bit one in a ZIP64 field that holds just these."""
    wanted = [number for number, value in enumerate(values) if value == FULL]
    length = 8 * len(wanted)
    if not extra and not wanted:
        return list(values)
    if len(extra) != 4 + length or EXTRA64.unpack(extra[:4]) != (1, length):
        raise ContainerError(f"{name}: an extra field hides something or is damaged")
    result = list(values)
    for number, value in zip(wanted, struct.unpack(f"<{len(wanted)}Q", extra[4:]), strict=True):
        result[number] = value
    return result


def _record_faults(fields: tuple[int, ...], record: _Record) -> Iterator[str]:
    made, comment, disk, internal, external = fields[1], fields[12], *fields[13:16]
    if record.method != 0 or record.packed != record.size:
        yield "is compressed; a pack stores its files as they are"
    if record.flags & ~(STREAMED | UTF8):
        yield "is encrypted or has flags that a pack does not use"
    if (record.time, record.date) != (FIXED_TIME, FIXED_DATE):
        yield "does not have the fixed date of a pack: it was packed again by another program"
    if external != REGULAR:
        yield "is a link, a folder or otherwise not a plain file"
    if made not in {UNIX << 8 | 20, UNIX << 8 | NEEDED} or record.version not in {20, NEEDED}:
        yield "names a version of the ZIP format that packs do not use"
    if comment or disk or internal:
        yield "carries a comment or attributes that a pack does not have"


def _read_local(source: BinaryIO, record: _Record, archive: Archive) -> int:
    """Check one file's own header against the directory; gives back where the file ends."""
    source.seek(record.offset)
    fixed = source.read(LOCAL.size)
    if len(fixed) < LOCAL.size or LOCAL.unpack(fixed)[0] != LOCAL_MARK:
        raise ContainerError(f"{record.name}: its header is damaged or missing")
    _, version, flags, method, time, date, crc, packed, size, name_size, extra_size = LOCAL.unpack(
        fixed
    )
    name, extra = source.read(name_size), source.read(extra_size)
    wide_size, wide_packed = _widen(extra, (size, packed), record.name)
    said = (version, flags, method, time, date, name)
    known = (record.version, record.flags, record.method, record.time, record.date, record.raw)
    expected = (0, 0, 0) if record.flags & STREAMED else (record.crc, record.packed, record.size)
    if said != known or (crc, wide_packed, wide_size) != expected:
        archive.faults.append(Fault(record.name, "its header and the ZIP's directory disagree"))
    start = record.offset + LOCAL.size + len(name) + len(extra)
    archive.stored.append(Stored(record.name, start, record.packed, record.crc))
    end = start + record.packed
    return end + _descriptor(source, end, record, bool(extra), archive)


def _descriptor(source: BinaryIO, place: int, record: _Record, wide: bool, archive: Archive) -> int:
    if not record.flags & STREAMED:
        return 0
    shape = DESCRIPTOR64 if wide else DESCRIPTOR
    source.seek(place)
    data = source.read(shape.size)
    expected = (DESCRIPTOR_MARK, record.crc, record.packed, record.size)
    if len(data) < shape.size or shape.unpack(data) != expected:
        archive.faults.append(Fault(record.name, "the record after its bytes is damaged"))
    return shape.size
