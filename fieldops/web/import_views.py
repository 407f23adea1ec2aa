"""Case and agent files: handed over by a form, reported line by line."""

from hashlib import file_digest
from uuid import UUID

from flask import redirect, render_template, request, url_for
from werkzeug.datastructures import FileStorage
from werkzeug.wrappers import Response as AnyResponse

from fieldops import clock
from fieldops.db import db
from fieldops.domain.errors import FieldFault, InvalidInput
from fieldops.domain.permissions import Permission
from fieldops.gateways.spreadsheets import open_rows
from fieldops.models import Import
from fieldops.services import intake, scoped
from fieldops.web.access import current_actor, page, unit
from fieldops.web.blueprint import pages
from fieldops.wiring import wiring

_SHOWN = 200
COUNTS = ("lines", "new", "updated", "unchanged", "refused", "to_look_at", "to_locate")


@pages.get("/imports")
@page(Permission.IMPORT_CASES)
def imports_page() -> str:
    """The form, and what was handed over lately."""
    return _shown()


@pages.post("/imports")
@page(Permission.IMPORT_CASES)
def import_file() -> AnyResponse | tuple[str, int]:
    """Take a file in; what a file says of itself decides whether cases or agents are in it."""
    try:
        record = _imported(request.files.get("file"))
    except InvalidInput as wrong:
        return _shown(wrong), wrong.status
    return redirect(url_for("web.import_page", import_id=record.id))


@pages.get("/imports/<uuid:import_id>")
@page(Permission.IMPORT_CASES)
def import_page(import_id: UUID) -> str:
    """The report of one import: counts, and each line that needs a person."""
    session, actor = db.session(), current_actor()
    record = intake.get_import(session, import_id, actor)
    lines, following = intake.line_page(session, import_id, actor, after=None, limit=_SHOWN)
    return render_template(
        "import.html", record=record, lines=lines, has_more=following, counts=COUNTS
    )


def _imported(file: FileStorage | None) -> Import:
    if file is None or not file.filename:
        raise InvalidInput(faults=[FieldFault("file", "is missing", "choose a file")])
    sha256 = file_digest(file.stream, "sha256").hexdigest()  # type: ignore[arg-type]  # A seekable file.
    file.stream.seek(0)
    rows = open_rows(file.stream, file.filename)  # type: ignore[arg-type]  # The same.
    with unit() as session:
        return intake.import_either(
            session, rows, file.filename,
            sha256=sha256, dry_run="dry_run" in request.form,
            gazetteer=wiring().gazetteer,
            actor=current_actor(), now=clock.now(),
        )  # fmt: skip


def _shown(wrong: InvalidInput | None = None) -> str:
    query = scoped.own(Import, current_actor()).order_by(Import.id.desc()).limit(20)
    found = db.session().scalars(query).all()
    return render_template("imports.html", imports=found, wrong=wrong)
