"""Evidence that is opened and packs that are drawn: every opening is in the custody log first."""

from uuid import UUID

from flask import Response, request, send_file, stream_with_context

from fieldops import clock
from fieldops.db import db
from fieldops.domain.errors import Conflict
from fieldops.domain.permissions import Permission
from fieldops.gateways import documents, pictures
from fieldops.services import evidence, evidence_shown, packs
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
    """A small copy of a photo or of a document's first page, made of its pixels alone."""
    return _picture(item_id, "thumbnail", pictures.THUMBNAIL)


@pages.get("/items/<uuid:item_id>/picture")
@page(Permission.READ_EVIDENCE, writes=True)
def item_picture(item_id: UUID) -> Response:
    """A copy of a photo or of a document's first page that fills a screen."""
    return _picture(item_id, "picture", pictures.PREVIEW)


@pages.get("/items/<uuid:item_id>/played")
@page(Permission.READ_EVIDENCE, writes=True)
def item_played(item_id: UUID) -> Response:
    """A recording for a player, whole or in the part that it asks for: one look, one line."""
    session, actor = db.session(), current_actor()
    size = evidence.get(session, item_id, actor=actor).size
    db.session.rollback()
    asked = request.range.range_for_length(size) if request.range else None
    start, stop = asked or (0, size)
    if request.range and asked is None:
        return Response(status=416, headers={"Content-Range": f"bytes */{size}"})
    with unit() as session:
        opened = evidence_shown.open_played(
            session, item_id, start=start, actor=actor, at=clock.wall_time()
        )
        media_type = evidence_shown.played_as(opened.item)
        chunks = evidence_shown.part(opened.chunks(wiring().blobs), start, stop, size)
    answer = Response(stream_with_context(chunks), mimetype=media_type)
    if asked:
        answer.status_code = 206
        answer.headers["Content-Range"] = f"bytes {start}-{stop - 1}/{size}"
    answer.headers["Accept-Ranges"] = "bytes"
    answer.headers["Content-Length"] = str(stop - start)
    answer.headers["Cache-Control"] = "private, no-store"
    answer.headers["Content-Security-Policy"] = "sandbox; default-src 'none'"
    return answer


def _picture(item_id: UUID, what: str, most: tuple[int, int]) -> Response:
    with unit() as session:
        opened = evidence_shown.open_picture(
            session, item_id, actor=current_actor(), at=clock.wall_time(), what=what
        )
        media_type, chunks = opened.item.media_type, opened.chunks(wiring().blobs)
    answer = Response(documents.picture(media_type, chunks, most), mimetype="image/jpeg")
    answer.headers["Cache-Control"] = "private, no-store"
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
