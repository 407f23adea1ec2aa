"""Evidence that is opened and packs that are drawn: every opening is in the custody log first."""

from uuid import UUID

from flask import Response, stream_with_context

from fieldops import clock
from fieldops.domain.permissions import Permission
from fieldops.services import evidence
from fieldops.web.access import current_actor, page, unit
from fieldops.web.blueprint import pages
from fieldops.wiring import wiring


@pages.get("/items/<uuid:item_id>")
@page(Permission.READ_EVIDENCE, writes=True)
def item_file(item_id: UUID) -> Response:
    """The bytes of an item, always as a download: nothing that was uploaded runs in a page."""
    with unit() as session:
        opened = evidence.open_item(session, item_id, actor=current_actor(), at=clock.wall_time())
        item, key = opened.item, opened.key
    chunks = wiring().blobs.open_chunks(item.organisation_id, item.sha256, key)
    answer = Response(stream_with_context(chunks), mimetype="application/octet-stream")
    answer.headers["Content-Length"] = str(item.size)
    answer.headers.set("Content-Disposition", "attachment", filename=_name(item.filename))
    return answer


def _name(filename: str) -> str:
    return "".join(one for one in filename if one.isprintable() and one not in '/\\"') or "item"
