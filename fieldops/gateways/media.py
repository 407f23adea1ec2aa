"""What a file's bytes say: its type by two opinions, size in pixels, EXIF, hashes, duration."""

import io
import re
from collections.abc import Mapping
from hashlib import sha256
from typing import Any, BinaryIO

import filetype

from fieldops.domain.blobs import BlobBroken
from fieldops.domain.evidence import Examined
from fieldops.gateways import pictures, recordings

_CHUNK = 1024 * 1024
_HEAD = 8192
# What a track's handler says that it is of; `hdlr` has eight bytes before that word.
_TRACK = re.compile(rb"hdlr.{8}(soun|vide)", re.DOTALL)
_KINDS: Mapping[str, str] = {
    **dict.fromkeys(
        ("image/jpeg", "image/png", "image/webp", "image/heic", "image/heif"), "photo"
    ),
    **dict.fromkeys(("video/mp4", "video/quicktime", "video/3gpp", "video/webm"), "video"),
    **dict.fromkeys(
        ("audio/mpeg", "audio/mp4", "audio/aac", "audio/amr", "audio/ogg", "audio/x-wav",
         "audio/x-flac"),
        "audio",
    ),
    "application/pdf": "document",
    "text/plain": "document",
}  # fmt: skip


def examine(file: BinaryIO, hashed: str | None = None) -> Examined:
    """Hash a seekable file in constant memory and read what it says of itself.

    `hashed` is its SHA-256 where that was taken while the file came, and spares a reading.

    Its first bytes name a type, and its inside is decoded as a second opinion. A file that cannot
    be read, of which the two differ, or of a type that is not taken, is never an error: it is
    kept, and `quarantined` says why no page should open it. BlobBroken passes through.
    """
    hashed = hashed or _hash(file)
    size = file.seek(0, io.SEEK_END)
    file.seek(0)
    media_type = _named(file.read(_HEAD))
    kind = _KINDS.get(media_type, "other")
    properties: dict[str, Any] = {}
    quarantined = "" if kind != "other" else f"files of type {media_type} are not opened here"
    file.seek(0)
    try:
        if kind != "other":
            types, properties = _inside(file, kind, media_type)
            if media_type not in types:
                quarantined = f"begins as {media_type}, but reads as {' or '.join(types)}"
    except BlobBroken:
        raise
    except Exception as wrong:  # Parsers of hostile bytes raise whatever they like.
        quarantined = f"cannot be read as {media_type}: {type(wrong).__name__}"
    return Examined(hashed, size, kind, media_type, quarantined, properties)


def _named(head: bytes) -> str:
    """The type that the first bytes name; a movie all of whose tracks are of sound is sound.

    Browsers write what they record of a microphone under the brand of movies.
    """
    guessed = filetype.guess(head)
    unknown = "text/plain" if recordings.reads_as_text(head) else "application/octet-stream"
    media_type = guessed.mime if guessed else unknown
    is_sound = media_type == "video/mp4" and {*_TRACK.findall(head)} == {b"soun"}
    return "audio/mp4" if is_sound else media_type


def _hash(file: BinaryIO) -> str:
    digest = sha256()
    while chunk := file.read(_CHUNK):
        digest.update(chunk)
    return digest.hexdigest()


def _inside(file: BinaryIO, kind: str, media_type: str) -> tuple[tuple[str, ...], dict[str, Any]]:
    """The types for which the inside of the file speaks, and what else it says."""
    if kind == "photo":
        return pictures.look(file)
    types, length = recordings.listen(file, media_type)
    return types, {} if length is None else {"duration_milliseconds": length}
