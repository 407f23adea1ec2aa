"""Uploads by tus 1.0.0: what was acknowledged is never lost, and ends with a signed receipt."""

from collections.abc import Iterator
from itertools import islice
from typing import Any
from uuid import UUID

from flask import Blueprint, Response, request, url_for

from fieldops import clock
from fieldops.api import bodies, problems, receiving, tus
from fieldops.api.access import allow, current_actor, unit
from fieldops.db import db, reading, writing
from fieldops.domain.blobs import Bytes
from fieldops.domain.errors import BadHeader, FieldFault
from fieldops.domain.evidence import read_claims
from fieldops.domain.joining import read_concat
from fieldops.domain.permissions import Permission
from fieldops.models import Item, Upload
from fieldops.services import joining, uploads
from fieldops.transaction import transaction
from fieldops.wiring import wiring

blueprint = Blueprint("uploads", __name__, url_prefix="/api/v1/uploads")
_ONE = "/<uuid:upload_id>"


@blueprint.after_request
def speak_tus(response: Response) -> Response:
    """Say which tus this is, above all when another was asked for."""
    response.headers["Tus-Resumable"] = tus.VERSION
    if response.status_code == 412 or request.method == "OPTIONS":
        response.headers["Tus-Version"] = tus.VERSION
    return response


@blueprint.errorhandler(uploads.OffsetMismatch)
def say_offset(error: uploads.OffsetMismatch) -> Response:
    """A refused part is told where it should begin, which saves the asking."""
    response = problems.of_error(error)
    response.headers["Upload-Offset"] = str(error.extra["offset"])
    return response


@blueprint.route("", methods=["OPTIONS"], provide_automatic_options=False)
@blueprint.route(_ONE, methods=["OPTIONS"], provide_automatic_options=False)
@allow(Permission.ANYONE)
def abilities(upload_id: UUID | None = None) -> Response:
    """Say what of tus is offered."""
    headers = {
        "Tus-Extension": tus.EXTENSIONS,
        "Tus-Max-Size": str(wiring().settings.max_upload_bytes),
        "Tus-Checksum-Algorithm": ",".join(tus.CHECKSUMS),
    }
    return Response(status=200, headers=headers)


@blueprint.route("", methods=["POST"], provide_automatic_options=False)
@allow(Permission.ADD_EVIDENCE, offline=False)
def create() -> Response:
    """Begin an upload, with its first bytes if they come along."""
    _lift_limit()
    tus.check_version()
    concat = read_concat(request.headers.get("Upload-Concat", ""))
    size = tus.length(concat)
    claimed = read_claims(tus.metadata())
    if tus.has_body():
        if concat.parts:
            raise joining.FinalUpload
        tus.check_part_type()
    settings, parts = wiring().settings, wiring()
    with unit() as session:
        upload = uploads.create(
            session, parts.blobs, claimed, size,
            largest=settings.max_upload_bytes, hours=settings.upload_hours,
            quota=settings.upload_quota_bytes, concat=concat,
            actor=current_actor(), now=clock.now(), at=clock.wall_time(),
            metadata=request.headers.get("Upload-Metadata", ""),
        )  # fmt: skip
    # A creation that is repeated under its key brings its first bytes again: they are there.
    if tus.has_body() and upload.offset == 0:
        uploads.check_offset(upload, 0, request.content_length)
        _take(upload, 0)
    response = _state(upload.id, 201)
    response.headers["Location"] = _absolute("uploads.part", upload_id=upload.id)
    return response


@blueprint.route(_ONE, methods=["HEAD", "PATCH", "POST", "DELETE"], provide_automatic_options=False)
@allow(Permission.ADD_EVIDENCE, offline=False)
def part(upload_id: UUID) -> Response:
    """Ask for the offset, add a part, or end the upload."""
    _lift_limit()
    method = request.headers.get("X-HTTP-Method-Override", request.method).upper()
    tus.check_version()
    if method == "HEAD":
        with writing():  # Only what a crash left unfinished is written here.
            return _state(upload_id, 200)
    if method == "DELETE":
        return _end(upload_id)
    if method != "PATCH":
        raise BadHeader(faults=[FieldFault("X-HTTP-Method-Override", "PATCH, HEAD or DELETE")])
    tus.check_part_type()
    offset = tus.number("Upload-Offset") or 0
    size, largest = tus.number("Upload-Length", required=False), wiring().settings.max_upload_bytes
    # Without the length there is nothing to write before the first bytes are there.
    with reading() if size is None else writing(), _unseen() as session:
        upload = uploads.mine(
            session, upload_id, actor=current_actor(), now=clock.wall_time(), lock=size is not None
        )
        joining.check_takes_bytes(upload)
        if size is not None:
            uploads.set_length(upload, size, largest=largest)
        uploads.check_offset(upload, offset, request.content_length)
    _take(upload, offset)
    if uploads.is_under_way(upload):
        return _answer(upload, upload.offset, None, 204)
    return _state(upload_id, 204)


def _take(upload: Upload, offset: int) -> None:
    """Add the body's pieces; each is acknowledged in the row once it is durable."""
    for data, cut_off in _checked():
        with _unseen() as session:
            offset = uploads.append(
                session, wiring().blobs, upload.id, offset, data,
                actor=current_actor(), now=clock.wall_time(),
                largest=wiring().settings.max_upload_bytes,
            )  # fmt: skip
        if cut_off:
            raise tus.PartCutOff(f"The upload ends at {offset}.")


def _unseen() -> Any:
    """A transaction in which nothing happens that others must be told of."""
    return transaction(db.session)


def _checked() -> Iterator[tuple[Bytes, bool]]:
    """The body's pieces; where a checksum covers them, there is one, held against it."""
    declared = request.headers.get("Upload-Checksum")
    pieces = bodies.pieces(tus.PIECE, wiring().settings.upload_idle_seconds)
    if declared is None and not tus.checksum_follows():
        yield from pieces
        return
    if (request.content_length or 0) > tus.PIECE:
        raise uploads.TooLarge(f"A part with a checksum has at most {tus.PIECE} bytes.")
    held = list(islice(pieces, 2))
    if len(held) > 1:
        raise uploads.TooLarge(f"A part with a checksum has at most {tus.PIECE} bytes.")
    for data, cut_off in held:
        # A body that broke off has no trailer any more, and fits no checksum.
        if cut_off:
            raise tus.PartCutOff("Nothing of it was kept, for its checksum covers the whole.")
        tus.check_sum(tus.trailing_checksum() if declared is None else declared, data)
        yield data, cut_off


def _state(upload_id: UUID, status: int) -> Response:
    """The answer to any question about an upload; a whole one is received first.

    So a process that died between the last byte and the receipt is made good by the next question.
    """
    actor, now = current_actor(), clock.wall_time()
    with unit() as session:
        upload = uploads.mine(session, upload_id, actor=actor, now=now)
        parts = joining.measure(
            session, upload, actor=actor, now=now, largest=wiring().settings.max_upload_bytes
        )
        item = session.get(Item, upload.item_id) if upload.item_id else None
        key = uploads.key_of(session, upload)
    if parts is not None and parts.is_whole:
        upload, parts = _join(upload, key, parts), None
    if item is None and parts is None and upload.visit_id and upload.offset == upload.size:
        item = receiving.receive(upload, upload.size, key, actor=actor)
    return _answer(upload, upload.offset if parts is None else parts.offset, item, status)


def _answer(upload: Upload, offset: int, item: Item | None, status: int) -> Response:
    headers = _described(upload, offset)
    if item is None:
        headers["Upload-Expires"] = tus.expiry(upload.expires_at)
    else:
        headers["Fieldops-Item"] = str(item.id)
        headers["Fieldops-Receipt"] = _absolute("evidence.Receipt", item_id=item.id)
    return Response(status=status, headers=headers)


def _described(upload: Upload, offset: int) -> dict[str, str]:
    headers = {"Upload-Offset": str(offset), "Cache-Control": "no-store"}
    if upload.size is None:
        if not joining.part_ids(upload):
            headers["Upload-Defer-Length"] = "1"
    else:
        headers["Upload-Length"] = str(upload.size)
    if metadata := upload.details["metadata"]:
        headers["Upload-Metadata"] = metadata
    if concat := upload.details.get("concat"):
        headers["Upload-Concat"] = concat
    if upload.visit_id is None:
        # Whoever forgot to name it must not wait for a receipt that never comes.
        headers["Fieldops-Lacks"] = "visit"
    return headers


def _join(upload: Upload, key: bytes, whole: uploads.Measured) -> Upload:
    """Make the parts one, outside any transaction as a large file is read for seconds."""
    size = wiring().blobs.join(upload.id, key, whole.parts)
    with unit() as session:
        return joining.joined(
            session, upload.id, size, actor=current_actor(), now=clock.wall_time()
        )


def _end(upload_id: UUID) -> Response:
    with unit() as session:
        uploads.end(
            session, wiring().blobs, upload_id, actor=current_actor(), now=clock.wall_time()
        )
    return Response(status=204)


def _lift_limit() -> None:
    # Parts are streamed; their limit is the declared size of the file.
    request.max_content_length = None


def _absolute(endpoint: str, **values: Any) -> str:
    return wiring().settings.absolute(url_for(endpoint, **values), host_url=request.host_url)
