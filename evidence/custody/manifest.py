"""BagIt 1.0 manifests (RFC 8493): written in one way only and read strictly."""

import re
from collections.abc import Iterable, Mapping

DECLARATION = b"BagIt-Version: 1.0\nTag-File-Character-Encoding: UTF-8\n"
_LINE = re.compile(r"([0-9a-f]{64})  ([^\r\n]+)")
_LABEL = re.compile(r"([A-Za-z][A-Za-z0-9-]*): (.*)")


class ManifestError(ValueError):
    """A manifest or bag-info line breaks its format; the message names the line."""


def write_manifest(hashes: Mapping[str, str]) -> bytes:
    """The manifest over path -> SHA-256 (hexadecimal), sorted by path."""
    return "".join(f"{hashes[path]}  {_escape(path)}\n" for path in sorted(hashes)).encode()


def read_manifest(data: bytes) -> dict[str, str]:
    """Path -> SHA-256; raises ManifestError for what `write_manifest` would not have written."""
    found: dict[str, str] = {}
    for number, line in enumerate(_lines(data), 1):
        match = _LINE.fullmatch(line)
        if match is None:
            raise ManifestError(f"line {number}: not a SHA-256, two spaces and a path")
        path = _unescape(match[2])
        if path in found:
            raise ManifestError(f"line {number}: {path} is listed twice")
        found[path] = match[1]
    if write_manifest(found) != data:
        raise ManifestError("the lines are not sorted by path, or a path is escaped oddly")
    return found


def write_info(fields: Iterable[tuple[str, str]]) -> bytes:
    """bag-info.txt; raises ManifestError when a value would need more than its line."""
    lines: list[str] = []
    for label, value in fields:
        line = f"{label}: {value}"
        if not _LABEL.fullmatch(line) or any(ord(letter) < 32 for letter in value):
            raise ManifestError(f"{label}: cannot be written on one line")
        lines.append(line + "\n")
    return "".join(lines).encode()


def read_info(data: bytes) -> dict[str, str]:
    """The fields of bag-info.txt; each label once, each on one line."""
    found: dict[str, str] = {}
    for number, line in enumerate(_lines(data), 1):
        match = _LABEL.fullmatch(line)
        if match is None or match[1] in found:
            raise ManifestError(f"line {number}: not a new label, a colon, a space and a value")
        found[match[1]] = match[2]
    return found


def _lines(data: bytes) -> list[str]:
    try:
        text = data.decode()
    except UnicodeDecodeError as error:
        raise ManifestError("not UTF-8") from error
    if "\r" in text:
        raise ManifestError("holds a carriage return; lines end with a line feed only")
    if text and not text.endswith("\n"):
        raise ManifestError("the last line is cut off")
    return text.split("\n")[:-1]


def _escape(path: str) -> str:
    return path.replace("%", "%25").replace("\n", "%0A").replace("\r", "%0D")


def _unescape(text: str) -> str:
    return text.replace("%0D", "\r").replace("%0A", "\n").replace("%25", "%")
