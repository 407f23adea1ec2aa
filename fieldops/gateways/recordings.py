"""Recordings and documents: whether their insides are of the type that their first bytes name.

tinytag reads most of them; the frames of AMR and AAC and the head of WebM, which it does not know,
are walked here. All of it is a second opinion beside the first bytes.
"""

import codecs
import re
import struct
from collections.abc import Callable, Iterator, Mapping
from typing import BinaryIO

from tinytag import TinyTag

_ISO = ("video/mp4", "video/quicktime", "video/3gpp", "audio/mp4")
_TINYTAG: Mapping[str, tuple[str, ...]] = {
    "_MP4": _ISO,
    "_ID3": ("audio/mpeg",),
    "_MPEG": ("audio/mpeg",),
    "_Ogg": ("audio/ogg",),
    "_Wave": ("audio/x-wav",),
    "_Flac": ("audio/x-flac",),
}
_AMR, _EBML = b"#!AMR\n", b"\x1a\x45\xdf\xa3"
# Bytes of a frame of 20 milliseconds, its first byte included, by the type in that byte.
_AMR_FRAMES = {0: 13, 1: 14, 2: 16, 3: 18, 4: 20, 5: 21, 6: 27, 7: 32, 8: 6, 15: 1}
_AAC_RATES = (96000, 88200, 64000, 48000, 44100, 32000, 24000, 22050, 16000, 12000, 11025, 8000,
              7350)  # fmt: skip
_TAIL = 2048
# Control characters that no text has: all but tabulator, line ends and form feed.
_STEERING = re.compile(rb"[\x00-\x08\x0b\x0e-\x1f\x7f]")


class NotSoInsideError(ValueError):
    """The inside of the file is not what its first bytes say."""


def listen(file: BinaryIO, media_type: str) -> tuple[tuple[str, ...], int | None]:
    """The types for which the inside speaks, and the length in milliseconds where it is known."""
    file.seek(0)
    if media_type in _OWN:
        return (media_type,), _OWN[media_type](file)
    if media_type in _ISO:
        _check_boxes(file)
        file.seek(0)
    heard = TinyTag.get(file_obj=file, tags=False, duration=True)
    seconds = heard.duration
    return _TINYTAG.get(type(heard).__name__, ()), None if seconds is None else round(
        seconds * 1000
    )


def _check_boxes(file: BinaryIO) -> None:
    """An ISO media file is a row of boxes up to its end, one of which is the movie's index."""
    size = file.seek(0, 2)
    if b"moov" not in set(_boxes(file, size)):
        raise NotSoInsideError("no index of a movie")


def _boxes(file: BinaryIO, size: int) -> Iterator[bytes]:
    at = 0
    while at < size:
        file.seek(at)
        length, kind = struct.unpack(">I4s", _exactly(file, 8))
        if length == 1:
            (length,) = struct.unpack(">Q", _exactly(file, 8))
        length = length or size - at
        if length < 8 or at + length > size:
            raise NotSoInsideError("a box runs past the end")
        yield kind
        at += length


def _amr(file: BinaryIO) -> int:
    if _exactly(file, len(_AMR)) != _AMR:
        raise NotSoInsideError("not the narrow-band AMR of one channel")
    frames = 0
    while head := file.read(1):
        size = _AMR_FRAMES.get(head[0] >> 3 & 15)
        if size is None:
            raise NotSoInsideError("a frame of no known length")
        _exactly(file, size - 1)
        frames += 1
    return frames * 20


def _aac(file: BinaryIO) -> int:
    seconds = 0.0
    while head := file.read(7):
        if len(head) < 7 or head[0] != 0xFF or head[1] & 0xF6 != 0xF0:
            raise NotSoInsideError("a frame without its mark")
        length = (head[3] & 3) << 11 | head[4] << 3 | head[5] >> 5
        rate = head[2] >> 2 & 15
        if length < 7 or rate >= len(_AAC_RATES):
            raise NotSoInsideError("a frame of no known length")
        _exactly(file, length - 7)
        seconds += 1024 * ((head[6] & 3) + 1) / _AAC_RATES[rate]
    return round(seconds * 1000)


def _webm(file: BinaryIO) -> None:
    head = file.read(64)
    if not head.startswith(_EBML) or b"\x42\x82\x84webm" not in head:
        raise NotSoInsideError("no document of type webm")


def _pdf(file: BinaryIO) -> None:
    size = file.seek(0, 2)
    file.seek(0)
    starts = file.read(5) == b"%PDF-"
    file.seek(max(0, size - _TAIL))
    if not starts or b"%%EOF" not in file.read(_TAIL):
        raise NotSoInsideError("a document without head or end")


def reads_as_text(data: bytes, *, is_whole: bool = False) -> bool:
    """Whether these are characters of UTF-8 or GB 18030, and none of them steers a terminal.

    Markup is no text to read: where it is downloaded, a browser would run it.
    """
    if not data or _STEERING.search(data) or data.lstrip(b"\xef\xbb\xbf \t\r\n")[:1] == b"<":
        return False
    for encoding in ("utf-8", "gb18030"):
        try:
            codecs.getincrementaldecoder(encoding)().decode(data, is_whole)
        except UnicodeDecodeError:
            continue
        return True
    return False


def _text(file: BinaryIO) -> None:
    if not reads_as_text(file.read(), is_whole=True):
        raise NotSoInsideError("not a text to its end")


def _exactly(file: BinaryIO, count: int) -> bytes:
    data = file.read(count)
    if len(data) < count:
        raise NotSoInsideError("cut off")
    return data


_OWN: Mapping[str, Callable[[BinaryIO], int | None]] = {
    "audio/amr": _amr,
    "audio/aac": _aac,
    "video/webm": _webm,
    "application/pdf": _pdf,
    "text/plain": _text,
}
