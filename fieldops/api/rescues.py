"""Rescue files: what a phone could not send comes in by the office's hand, as its agent's.

Sealed by the phone's own key; every entry and file is taken once, however often it comes.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from tempfile import SpooledTemporaryFile
from typing import IO, Any
from zipfile import BadZipFile, ZipFile

from flask import request
from flask.views import MethodView
from flask_smorest import Blueprint
from marshmallow import Schema, fields

from fieldops import clock
from fieldops.api import bodies, handing_in, receiving
from fieldops.api.access import allow, current_actor, unit
from fieldops.api.problems import language
from fieldops.api.sync_reading import read_entry
from fieldops.api.sync_schemas import EntryAnswerOut
from fieldops.domain.errors import FieldopsError
from fieldops.domain.permissions import Actor, Permission
from fieldops.domain.problem_documents import document
from fieldops.domain.rescue import Rescue, RescuedFile, sent_at
from fieldops.gateways import rescue_files
from fieldops.models import Device
from fieldops.services import scoped, uploads
from fieldops.services.phones import journal, rescuing
from fieldops.wiring import wiring

blp = Blueprint("rescues", __name__, url_prefix="/api/v1/devices", description="Rescue files")
_IN_MEMORY, _PIECE = 1_000_000, 1024 * 1024


class RescuedFileOut(Schema):
    """What became of one file: received, known from before, or refused with the reason."""

    name = fields.String()
    sha256 = fields.String(allow_none=True)
    status = fields.String(metadata={"enum": ["received", "known", "refused"]})
    problem = fields.Dict(allow_none=True)


class RescuedOut(Schema):
    """Whose phone it was, and what became of everything in its file."""

    device_id = fields.UUID()
    agent_code = fields.String()
    decided_through = fields.Integer()
    waiting = fields.List(fields.Integer())
    answers = fields.List(fields.Nested(EntryAnswerOut))
    files = fields.List(fields.Nested(RescuedFileOut))


@blp.route("/rescues")
class Rescues(MethodView):
    """Files that phones wrote because something would not go out."""

    @allow(Permission.MANAGE_PHONES, offline=False)
    @blp.response(200, RescuedOut)
    def post(self) -> dict[str, Any]:
        """Take one in, sent as the body; entries of a phone that ended go to a person."""
        # Its limit is that of the files in it.
        request.max_content_length = None
        with _body() as file, rescue_files.opened(file) as (rescue, archive):
            with unit() as session:
                device = rescuing.checked(
                    session, rescue, actor=current_actor(), at=clock.wall_time()
                )
                ended, agent = device.revoked_at is not None, journal.agent_of(device)
                code = device.agent.code
            told = _entries(rescue, agent, ended=ended)
            files = [_take(archive, one, agent) for one in rescue.files]
        return {"device_id": rescue.device_id, "agent_code": code, **told, "files": files}


@contextmanager
def _body() -> Iterator[IO[bytes]]:
    settings = wiring().settings
    with SpooledTemporaryFile(max_size=_IN_MEMORY) as file:
        for data, _ in bodies.pieces(_PIECE, settings.upload_idle_seconds):
            file.write(data)
            if file.tell() > settings.upload_quota_bytes:
                raise uploads.TooLarge(f"A rescue file has at most {settings.upload_quota_bytes}.")
        file.seek(0)
        yield file


def _entries(rescue: Rescue, agent: Actor, *, ended: bool) -> dict[str, Any]:
    now, device_id = clock.now(), rescue.device_id
    read = [
        read_entry(index, raw, sent_at=sent_at(rescue, now), now=now)
        for index, raw in enumerate(rescue.entries)
    ]
    taken = handing_in.take(device_id, read, ended_too=True, actor=agent, now=now)
    done: list[int] = []
    if ended:
        with unit() as session:
            device = scoped.get(session, Device, device_id, agent, lock=True)
            journal.leave_to_a_person(session, device, now=now)
    else:
        if rescue.oldest is not None:
            with unit() as session:
                journal.give_up_before(session, device_id, rescue.oldest, actor=agent, now=now)
        done = handing_in.apply(device_id, actor=agent, now=now)
    return handing_in.answered(device_id, taken, done, actor=agent)


def _take(archive: ZipFile, file: RescuedFile, agent: Actor) -> dict[str, Any]:
    told = {"name": file.claimed.filename, "sha256": file.claimed.sha256, "problem": None}
    try:
        return {**told, "status": _received(archive, file, agent)}
    except FieldopsError as wrong:
        if wrong.status >= 500:
            raise
        return {**told, "status": "refused", "problem": document(wrong, language())}


def _received(archive: ZipFile, file: RescuedFile, agent: Actor) -> str:
    parts, settings = wiring(), wiring().settings
    with unit() as session:
        upload = uploads.create(
            session, parts.blobs, file.claimed, file.size,
            largest=settings.max_upload_bytes, hours=settings.upload_hours,
            quota=settings.upload_quota_bytes, actor=agent, now=clock.now(), at=clock.wall_time(),
        )  # fmt: skip
        if upload.item_id is not None:
            return "known"
        key = uploads.key_of(session, upload)
    offset = upload.offset
    with archive.open(file.path) as stream:
        stream.seek(offset)
        for data in _pieces(stream):
            with unit() as session:
                offset = uploads.append(
                    session, parts.blobs, upload.id, offset, data,
                    actor=agent, now=clock.wall_time(),
                )  # fmt: skip
    receiving.receive(upload, file.size, key, actor=agent)
    return "received"


def _pieces(stream: IO[bytes]) -> Iterator[bytes]:
    """The bytes of a member, whose checksum the archive verifies at the end."""
    try:
        while data := stream.read(_PIECE):
            yield data
    except (BadZipFile, EOFError) as wrong:
        raise rescuing.broken() from wrong
