"""Documents as they are looked at: the first page of a PDF as a picture, a text as characters.

A PDF comes from strangers and is drawn by a large library, so that is done in a process of its
own, which has little memory and time, sees nothing of ours, and is gone with its page.
"""

import subprocess
import sys
from collections.abc import Iterable
from pathlib import Path

from fieldops.domain.errors import FieldopsError
from fieldops.gateways import pictures

_DRAWER = Path(__file__).with_name("page_drawer.py")
_SECONDS = 15
# More of a text than this is read in the original.
LONGEST_TEXT = 200_000


class NotDrawn(FieldopsError):
    """The document has no page that can be drawn within the limits."""

    slug = "not-drawn"
    status = 404
    title_en = "This document cannot be drawn; download it to read it"
    title_zh = "该文件无法生成预览，请下载后阅读"


def picture(
    media_type: str, chunks: Iterable[bytes], most: tuple[int, int] = pictures.THUMBNAIL
) -> bytes:
    """A JPEG of a photo, or of the first page of a PDF; raises NotDrawn for a page that is none.

    All chunks are read first, so that a blob that was changed is found before it is shown.
    """
    if media_type != "application/pdf":
        return pictures.thumbnail(chunks, most)
    data = b"".join(chunks)
    try:
        done = subprocess.run(
            [sys.executable, "-I", str(_DRAWER), *map(str, most)],
            input=data, capture_output=True, timeout=_SECONDS, check=True, env={},
        )  # fmt: skip
    except (subprocess.SubprocessError, OSError) as failed:
        raise NotDrawn from failed
    return done.stdout


def text(chunks: Iterable[bytes]) -> tuple[str, bool]:
    """What a text says, up to LONGEST_TEXT bytes, and whether that is all of it."""
    held = bytearray()
    for chunk in chunks:
        held += chunk
        if len(held) > LONGEST_TEXT:
            return decoded(bytes(held[:LONGEST_TEXT])), False
    return decoded(bytes(held)), True


def decoded(data: bytes) -> str:
    """Bytes as characters: UTF-8 where they are that, else as Chinese Windows writes them."""
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as wrong:
        # A character that was cut in two at the end makes no other encoding of the text.
        if wrong.start >= len(data) - 3:
            return data[: wrong.start].decode("utf-8-sig")
    return data.decode("gb18030", errors="replace")
