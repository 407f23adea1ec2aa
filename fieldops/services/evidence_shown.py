"""What a page shows of an item itself: a picture, a text, a sound or a film, each look logged."""

from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from sqlalchemy.orm import Session

from evidence.custody.canonical import read_canonical
from evidence.custody.entry import READ
from fieldops.domain.errors import FieldopsError
from fieldops.domain.permissions import Actor
from fieldops.models import CustodyEntry, Item
from fieldops.services import evidence, scoped
from fieldops.services.evidence import LARGEST_PREVIEWED, NoPreview, Opened

PDF, TEXT = "application/pdf", "text/plain"
# What browsers play, and under which type; anything else is only downloaded.
_PLAYED: Final[Mapping[str, str]] = {
    "audio/mpeg": "audio/mpeg",
    "audio/mp4": "audio/mp4",
    "audio/x-m4a": "audio/mp4",
    "audio/aac": "audio/aac",
    "audio/ogg": "audio/ogg",
    "audio/webm": "audio/webm",
    "audio/flac": "audio/flac",
    "audio/x-flac": "audio/flac",
    "audio/wav": "audio/wav",
    "audio/x-wav": "audio/wav",
    "video/mp4": "video/mp4",
    "video/webm": "video/webm",
    # The same boxes under another brand: browsers play what they know of it.
    "video/quicktime": "video/mp4",
    "video/3gpp": "video/mp4",
}
# A player asks for one part after the other; within this time all of them are one look.
ONE_LOOK = timedelta(hours=1)
_NEWEST = 50


class NotPlayed(FieldopsError):
    """There is nothing to play of this item: it is no recording, or must not be opened."""

    slug = "not-played"
    status = 404
    title_en = "This item cannot be played"
    title_zh = "该证据无法播放"


class NoText(FieldopsError):
    """There is nothing to read of this item: it is no text, or must not be opened."""

    slug = "no-text"
    status = 404
    title_en = "This item has no text to read"
    title_zh = "该证据没有可阅读的文本"


def has_picture(item: Item) -> bool:
    """Whether a picture is made of it: of a photo, or of the first page of a document."""
    return evidence.has_preview(item) or _is(item, PDF)


def open_picture(
    session: Session, item_id: UUID, *, actor: Actor, at: datetime, what: str = "thumbnail"
) -> Opened:
    """Open an item to make a picture of it; this is in the log as well. Raises NoPreview."""
    if not has_picture(scoped.get(session, Item, item_id, actor)):
        raise NoPreview
    return evidence.open_item(session, item_id, actor=actor, at=at, what=what)


def has_text(item: Item) -> bool:
    """Whether a page can write it out: a plain text that no check set apart."""
    return _is(item, TEXT)


def open_text(session: Session, item_id: UUID, *, actor: Actor, at: datetime) -> Opened:
    """Open a text to be read; this is in the log as well. Raises NoText."""
    if not has_text(scoped.get(session, Item, item_id, actor)):
        raise NoText
    return evidence.open_item(session, item_id, actor=actor, at=at, what="text")


def plays(item: Item) -> str:
    """ "audio" or "video" for a recording that a page can play, which no check set apart."""
    played = "" if item.quarantined else _PLAYED.get(item.media_type, "")
    return played.partition("/")[0]


def played_as(item: Item) -> str:
    """The type under which a browser plays it."""
    return _PLAYED[item.media_type]


def open_played(
    session: Session, item_id: UUID, *, start: int, actor: Actor, at: datetime
) -> Opened:
    """Open a recording from its byte `start` on. Raises NotPlayed.

    That it is played is in the log before its first byte leaves; a later part belongs to a look
    of the same reader that is there already, or else is one of its own.
    """
    item = scoped.get(session, Item, item_id, actor)
    if not plays(item):
        raise NotPlayed
    if start and _is_looked_at(session, item, actor, at):
        key = evidence.key_of(session, item)
        return Opened(item, item.organisation_id, item.sha256, key)
    return evidence.open_item(session, item_id, actor=actor, at=at, what=_word(item))


def part(chunks: Iterator[bytes], start: int, stop: int, size: int) -> Iterator[bytes]:
    """The bytes from `start` up to `stop`; what lies before is opened as well, and passed over.

    A part that ends with the whole is read to its end, so that the hash of the whole is compared.
    """
    place = 0
    for chunk in chunks:
        low, high = max(start - place, 0), min(stop - place, len(chunk))
        if low < high:
            yield chunk[low:high]
        place += len(chunk)
        if place >= stop and stop < size:
            return


def _is(item: Item, media_type: str) -> bool:
    fits = item.media_type == media_type and item.size <= LARGEST_PREVIEWED
    return fits and not item.quarantined


def _word(item: Item) -> str:
    return "sound" if plays(item) == "audio" else "video"


def _is_looked_at(session: Session, item: Item, actor: Actor, at: datetime) -> bool:
    query = scoped.own(CustodyEntry, actor).where(
        CustodyEntry.item_id == item.id,
        CustodyEntry.action == READ,
        CustodyEntry.at > at - ONE_LOOK,
    )
    rows = session.scalars(query.order_by(CustodyEntry.position.desc()).limit(_NEWEST))
    told = (read_canonical(bytes(row.body)) for row in rows)
    return any(
        one["actor"] == actor.label and one["detail"].get("what") == _word(item) for one in told
    )
