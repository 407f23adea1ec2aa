"""What an agent does at the door: arrive, add evidence, record, leave, call off."""

from uuid import UUID

from flask import redirect, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from fieldops import clock
from fieldops.db import db
from fieldops.domain.errors import FieldFault, FieldopsError, InvalidInput
from fieldops.domain.evidence import Claimed, read_claims
from fieldops.domain.permissions import Permission
from fieldops.gateways import media
from fieldops.models import Item, Upload
from fieldops.services import evidence, uploads, visits
from fieldops.services.rulings import ContactForbidden
from fieldops.web import door_forms
from fieldops.web.access import current_actor, page, unit
from fieldops.web.agent_views import shown
from fieldops.web.blueprint import pages
from fieldops.web.form_words import CHOOSE_FILE, MISSING
from fieldops.wiring import wiring

_PIECE = 1 << 20
Answer = AnyResponse | tuple[str, int]


@pages.post("/visits/<uuid:visit_id>/arrive")
@page(Permission.WORK_VISITS)
def arrive(visit_id: UUID) -> Answer:
    """Stand at the door; the rulebook answers, and its refusal is kept and shown."""
    parts, now = wiring(), clock.now()
    try:
        report = visits.read_arrival(door_forms.arrival(request.form, now))
        with unit() as session:
            found = visits.arrive(
                session,
                visit_id,
                report,
                book=parts.rulebook,
                radius_metres=parts.settings.arrival_radius_metres,
                together=parts.together,
                actor=current_actor(),
                now=now,
            )
    except InvalidInput as wrong:
        return shown(visit_id, wrong=wrong), wrong.status
    if isinstance(found, ContactForbidden):
        return shown(visit_id, refused=found.ruling), found.status
    return _back(visit_id)


@pages.post("/visits/<uuid:visit_id>/outcome")
@page(Permission.WORK_VISITS)
def record(visit_id: UUID) -> Answer:
    """Record what happened; a form with faults comes back as it was filled in."""
    try:
        with unit() as session:
            visits.record_outcome(
                session,
                visit_id,
                request.form.get("outcome", ""),
                door_forms.answers(request.form),
                version=door_forms.version(request.form),
                book=wiring().rulebook,
                terms=wiring().terms,
                actor=current_actor(),
                now=clock.now(),
            )
    except InvalidInput as wrong:
        return shown(visit_id, wrong=wrong, filled=request.form), wrong.status
    return _back(visit_id)


@pages.post("/visits/<uuid:visit_id>/leave")
@page(Permission.WORK_VISITS)
def leave(visit_id: UUID) -> Answer:
    """Leave the door."""
    with unit() as session:
        visits.leave(
            session,
            visit_id,
            version=door_forms.version(request.form),
            book=wiring().rulebook,
            actor=current_actor(),
            now=clock.now(),
        )
    return redirect(url_for("web.my_day_page"))


@pages.post("/visits/<uuid:visit_id>/call-off")
@page(Permission.WORK_VISITS)
def call_off(visit_id: UUID) -> Answer:
    """Call the visit off for safety."""
    with unit() as session:
        visits.cancel(
            session,
            visit_id,
            request.form.get("reason", ""),
            for_safety=True,
            version=door_forms.version(request.form),
            actor=current_actor(),
            now=clock.now(),
        )
    return redirect(url_for("web.my_day_page"))


@pages.post("/visits/<uuid:visit_id>/evidence")
@page(Permission.ADD_EVIDENCE)
def add_evidence(visit_id: UUID) -> Answer:
    """Take one file in; its receipt stands on the visit's page afterwards."""
    try:
        item = _taken_in(visit_id)
    except InvalidInput as wrong:
        return shown(visit_id, wrong=wrong), wrong.status
    return redirect(url_for("web.visit_page", visit_id=visit_id, _anchor=f"item-{item.id}"))


@pages.get("/items/<uuid:item_id>/receipt")
@page(Permission.SIGNED_IN)
def receipt(item_id: UUID) -> AnyResponse:
    """The signed receipt of an item as a file."""
    text = evidence.receipt(db.session(), item_id, actor=current_actor())
    answer = AnyResponse(text, mimetype="application/json")
    answer.headers["Content-Disposition"] = f'attachment; filename="receipt-{item_id}.json"'
    return answer


def _taken_in(visit_id: UUID) -> Item:
    # Only the form's own limit holds until the visit is known to be the caller's.
    file = request.files.get("file")
    if file is None or not file.filename:
        raise InvalidInput(faults=[FieldFault("file", MISSING, CHOOSE_FILE)])
    stream = file.stream
    size = stream.seek(0, 2)
    stream.seek(0)
    claimed = read_claims(
        {
            "visit": str(visit_id),
            "filename": file.filename[-200:],
            "filetype": file.mimetype or "",
            "capture": request.form.get("capture", "unknown"),
            "device_at": request.form.get("device_at", ""),
            "key": request.form.get("key", ""),
        }
    )
    upload = _begun(claimed, size)
    offset = upload.offset
    stream.seek(offset)
    while piece := stream.read(_PIECE):
        with unit() as session:
            offset = uploads.append(
                session, wiring().blobs, upload.id, offset, piece,
                actor=current_actor(), now=clock.wall_time(),
            )  # fmt: skip
    return _received(upload)


def _begun(claimed: Claimed, size: int) -> Upload:
    settings = wiring().settings
    with unit() as session:
        return uploads.create(
            session, wiring().blobs, claimed, size,
            largest=settings.max_upload_bytes, hours=settings.upload_hours,
            quota=settings.upload_quota_bytes,
            actor=current_actor(), now=clock.now(), at=clock.wall_time(),
        )  # fmt: skip


def _received(upload: Upload) -> Item:
    parts = wiring()
    with unit() as session:
        upload = uploads.mine(session, upload.id, actor=current_actor(), now=clock.wall_time())
        key = uploads.key_of(session, upload)
    # Outside any transaction: a large file is read for seconds, and nobody should wait for it.
    with parts.blobs.open_upload(upload.id, upload.size or 0, key) as whole:
        examined = media.examine(whole)
    with unit() as session:
        found = evidence.receive(
            session, parts.blobs, upload.id, examined,
            radius_metres=parts.settings.arrival_radius_metres,
            actor=current_actor(), now=clock.now(), at=clock.wall_time(),
        )  # fmt: skip
    if isinstance(found, FieldopsError):
        raise found
    parts.blobs.discard(upload.id)
    return found


def _back(visit_id: UUID) -> AnyResponse:
    return redirect(url_for("web.visit_page", visit_id=visit_id))
