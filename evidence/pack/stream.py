"""A ZIP written to a sink that cannot seek, in constant memory and always to the same bytes."""

import zlib
from collections.abc import Iterable
from dataclasses import dataclass, field
from hashlib import sha256
from typing import Protocol

from evidence.custody.container import (
    CENTRAL,
    CENTRAL_MARK,
    DESCRIPTOR64,
    DESCRIPTOR_MARK,
    END,
    END64,
    END64_MARK,
    END_MARK,
    EXTRA64,
    FIXED_DATE,
    FIXED_TIME,
    FULL,
    FULL16,
    LOCAL,
    LOCAL_MARK,
    LOCATOR,
    LOCATOR_MARK,
    NEEDED,
    REGULAR,
    STREAMED,
    UNIX,
    UTF8,
)
from evidence.custody.layout import name_fault

_FLAGS = STREAMED | UTF8


class ContentChangedError(ValueError):
    """A file's bytes are not those that were recorded; the message names the file."""


class Sink(Protocol):
    """Whatever takes bytes one piece after the other."""

    def write(self, data: bytes, /) -> int:
        """Take all of them."""
        ...


@dataclass(slots=True)
class ZipStream:
    """Writes files one after the other; `finish` writes the directory."""

    sink: Sink
    size: int = 0
    _files: list[tuple[bytes, int, int, int]] = field(default_factory=list)
    _names: set[str] = field(default_factory=set)

    def add(self, name: str, chunks: Iterable[bytes], digest: str, length: int) -> None:
        """Stream one file; ContentChangedError when SHA-256 or length are not as recorded."""
        fault = name_fault(name)
        if fault or name in self._names:
            raise ValueError(f"{name!r} {fault or 'is there already'}")
        self._names.add(name)
        raw, offset = name.encode(), self.size
        extra = EXTRA64.pack(1, 16) + bytes(16)
        head = (LOCAL_MARK, NEEDED, _FLAGS, 0, FIXED_TIME, FIXED_DATE, 0, FULL, FULL)
        self._write(LOCAL.pack(*head, len(raw), len(extra)) + raw + extra)
        crc = self._copy(name, chunks, digest, length)
        self._write(DESCRIPTOR64.pack(DESCRIPTOR_MARK, crc, length, length))
        self._files.append((raw, crc, length, offset))

    def finish(self) -> None:
        """Write the directory."""
        start = self.size
        for raw, crc, length, offset in self._files:
            self._write(_central(raw, crc, length, offset))
        count, place = len(self._files), self.size
        size, made = place - start, UNIX << 8 | NEEDED
        wide = END64.pack(
            END64_MARK, END64.size - 12, made, NEEDED, 0, 0, count, count, size, start
        )
        self._write(wide + LOCATOR.pack(LOCATOR_MARK, 0, place, 1))
        few = min(count, FULL16)
        self._write(END.pack(END_MARK, 0, 0, few, few, min(size, FULL), min(start, FULL), 0))

    def _copy(self, name: str, chunks: Iterable[bytes], digest: str, length: int) -> int:
        hashed, crc, copied = sha256(), 0, 0
        for chunk in chunks:
            copied += len(chunk)
            if copied > length:
                break
            hashed.update(chunk)
            crc = zlib.crc32(chunk, crc)
            self._write(chunk)
        if copied != length or hashed.hexdigest() != digest:
            raise ContentChangedError(f"{name}: its bytes changed since its hash was recorded")
        return crc

    def _write(self, data: bytes) -> None:
        self.sink.write(data)
        self.size += len(data)


def _central(raw: bytes, crc: int, length: int, offset: int) -> bytes:
    large = [number for number in (length, length, offset) if number >= FULL]
    extra = b"".join(number.to_bytes(8, "little") for number in large)
    if extra:
        extra = EXTRA64.pack(1, len(extra)) + extra
    short = min(length, FULL)
    head = (CENTRAL_MARK, UNIX << 8 | NEEDED, NEEDED, _FLAGS, 0, FIXED_TIME, FIXED_DATE)
    tail = (crc, short, short, len(raw), len(extra), 0, 0, 0, REGULAR, min(offset, FULL))
    return CENTRAL.pack(*head, *tail) + raw + extra
