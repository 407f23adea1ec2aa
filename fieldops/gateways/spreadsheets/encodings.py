"""Find the encoding of a text file by trying it on every byte, in constant memory."""

import codecs
import io
from typing import BinaryIO, Final

from fieldops.gateways.spreadsheets.limits import refused

_CHUNK: Final = 1 << 20
# So many characters of several bytes that fit UTF-8 are no accident: the file is UTF-8 and broken.
_NO_ACCIDENT: Final = 8
_SAVE_UTF8: Final = "Save the file as CSV UTF-8. 请另存为 CSV UTF-8。"


def find_encoding(stream: BinaryIO, head: bytes) -> str:
    """Give the codec's name: utf-8-sig, utf-16, utf-16-le/be or gb18030.

    The stream is left at its beginning. Raises `InvalidInput` for what no encoding fits.
    """
    if head.startswith((codecs.BOM_UTF32_LE, codecs.BOM_UTF32_BE)):
        raise refused("encoding_unknown", "UTF-32 is not read. 不支持 UTF-32。", _SAVE_UTF8)
    if head.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return _must_fit(stream, "utf-16")
    if b"\x00" in head:
        return _must_fit(stream, _unmarked_utf16(head))
    where, before = _misfit(stream, "utf-8-sig")
    if where is None:
        return "utf-8-sig"
    if before >= _NO_ACCIDENT:
        raise _broken(where, "UTF-8")
    return _must_fit(stream, "gb18030")


def _unmarked_utf16(head: bytes) -> str:
    even, odd = head[0::2].count(0), head[1::2].count(0)
    if odd and not even:
        return "utf-16-le"
    if even and not odd:
        return "utf-16-be"
    raise refused("binary", "This is a binary file, no table. 二进制文件。", _SAVE_UTF8)


def _must_fit(stream: BinaryIO, codec: str) -> str:
    where, _ = _misfit(stream, codec)
    if where is None:
        return codec
    raise _broken(where, codec)


def _broken(line: int, codec: str) -> Exception:
    message = f"A byte that does not belong to {codec}; damaged or cut off. 编码错误或文件被截断。"
    return refused("encoding_broken", message, _SAVE_UTF8, line)


def _misfit(stream: BinaryIO, codec: str) -> tuple[int | None, int]:
    """Give the line where decoding fails (None: nowhere) and how many wide characters came before.

    Control characters other than tab and line ends betray a binary file and are counted as such.
    """
    decoder = codecs.getincrementaldecoder(codec)()
    line, wide = 1, 0
    stream.seek(0)
    try:
        while True:
            chunk = stream.read(_CHUNK)
            try:
                text = decoder.decode(chunk, final=not chunk)
            except UnicodeDecodeError as error:
                good = error.object[: error.start].decode(codec, "ignore")
                return line + good.count("\n"), wide + _wide(good)
            if "\x00" in text:
                raise refused("binary", "This is a binary file, no table. 二进制文件。", _SAVE_UTF8)
            line += text.count("\n")
            wide += _wide(text) if wide < _NO_ACCIDENT else 0
            if not chunk:
                return None, wide
    finally:
        stream.seek(0, io.SEEK_SET)


def _wide(text: str) -> int:
    return 0 if text.isascii() else sum(1 for c in text[:100_000] if ord(c) > 0x7F)
