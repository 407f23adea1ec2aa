"""Evidence that is opened and packs that are drawn: every opening is in the custody log first."""

from uuid import UUID

from flask import Response, send_file, stream_with_context

from fieldops import clock
from fieldops.domain.errors import Conflict
from fieldops.domain.permissions import Permission
from fieldops.gateways import pictures
from fieldops.services import evidence, packs
from fieldops.web.access import current_actor, page, unit
from fieldops.web.blueprint import pages
from fieldops.wiring import wiring


@pages.get("/items/<uuid:item_id>")
@page(Permission.READ_EVIDENCE, writes=True)
def item_file(item_id: UUID) -> Response:
    """The bytes of an item, always as a download: nothing that was uploaded runs in a page."""
    with unit() as session:
        opened = evidence.open_item(session, item_id, actor=current_actor(), at=clock.wall_time())
        item = opened.item
    chunks = opened.chunks(wiring().blobs)
    answer = Response(stream_with_context(chunks), mimetype="application/octet-stream")
    answer.headers["Content-Length"] = str(item.size)
    answer.headers.set("Content-Disposition", "attachment", filename=_name(item.filename))
    return answer


@pages.get("/items/<uuid:item_id>/thumbnail")
@page(Permission.READ_EVIDENCE, writes=True)
def item_thumbnail(item_id: UUID) -> Response:
    """A small copy of a photo, made of its pixels alone."""
    with unit() as session:
        opened = evidence.open_preview(
            session, item_id, actor=current_actor(), at=clock.wall_time()
        )
        chunks = opened.chunks(wiring().blobs)
    answer = Response(pictures.thumbnail(chunks), mimetype="image/jpeg")
    answer.headers["Cache-Control"] = "private, no-store"
    return answer


@pages.get("/items/<uuid:item_id>/picture")
@page(Permission.READ_EVIDENCE, writes=True)
def item_picture(item_id: UUID) -> Response:
    """A copy of a photo that fills a screen, made of its pixels alone."""
    with unit() as session:
        opened = evidence.open_preview(
            session, item_id, actor=current_actor(), at=clock.wall_time(), what="picture"
        )
        chunks = opened.chunks(wiring().blobs)
    answer = Response(pictures.thumbnail(chunks, pictures.PREVIEW), mimetype="image/jpeg")
    answer.headers["Cache-Control"] = "private, no-store"
    return answer


@pages.get("/items/<uuid:item_id>/sound")
@page(Permission.READ_EVIDENCE, writes=True)
def item_sound(item_id: UUID) -> Response:
    """A recording to listen to, whole: one listening is one line of the log."""
    with unit() as session:
        opened = evidence.open_sound(session, item_id, actor=current_actor(), at=clock.wall_time())
        item = opened.item
    chunks = opened.chunks(wiring().blobs)
    answer = Response(stream_with_context(chunks), mimetype=evidence.played_as(item))
    answer.headers["Content-Length"] = str(item.size)
    answer.headers["Cache-Control"] = "private, no-store"
    answer.headers["Content-Security-Policy"] = "sandbox; default-src 'none'"
    return answer


@pages.get("/packs/<uuid:pack_id>")
@page(Permission.BUILD_PACKS, writes=True)
def pack_file(pack_id: UUID) -> Response:
    """Download a finished pack; that it was fetched is in the custody log."""
    with unit() as session:
        pack = packs.get(session, pack_id, actor=current_actor())
        path = wiring().pack_files.path(pack.id)
        if pack.state != packs.READY or not path.is_file():
            raise Conflict(packs.NO_FILE)
        packs.note_download(session, pack, actor=current_actor(), at=clock.wall_time())
    answer = send_file(
        path,
        mimetype="application/zip",
        as_attachment=True,
        download_name=f"pack-{pack.id}.zip",
        etag=str(pack.sha256),
    )
    answer.headers["Cache-Control"] = "private, no-store"
    return answer


def _name(filename: str) -> str:
    return "".join(one for one in filename if one.isprintable() and one not in '/\\"') or "item"
