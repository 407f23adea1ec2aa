"""Case and agent files: looked at, mapped by eye, handed over, reported line by line."""

from hashlib import file_digest
from typing import Any
from uuid import UUID

from flask import redirect, render_template, request, url_for
from werkzeug.datastructures import FileStorage
from werkzeug.wrappers import Response as AnyResponse

from fieldops import clock
from fieldops.db import db
from fieldops.domain.bilingual import Bilingual
from fieldops.domain.casefile.headings import FileKind, fields_of
from fieldops.domain.casefile.looking import look, mapping_of
from fieldops.domain.casefile.mapping import IGNORE, HeadingMapping
from fieldops.domain.errors import FieldFault, InvalidInput
from fieldops.domain.permissions import Permission
from fieldops.gateways.spreadsheets import open_rows
from fieldops.models import Import
from fieldops.services import intake
from fieldops.services.intake import mappings
from fieldops.web.access import current_actor, page, unit
from fieldops.web.blueprint import pages
from fieldops.web.paging import asked_id
from fieldops.wiring import wiring

_SHOWN = 100
_LATELY = 20
COUNTS = ("lines", "new", "updated", "unchanged", "refused", "to_look_at", "to_locate")
# What may stand for blank cells of the whole file: said once by whoever hands it over.
DEFAULTS: dict[FileKind, tuple[str, ...]] = {
    "cases": ("client", "product", "currency", "datum"),
    "agents": ("datum",),
}
_VERDICTS = ("refused", "to_look_at")


@pages.get("/imports")
@page(Permission.IMPORT_CASES)
def imports_page() -> str:
    """The form, what was handed over lately, and the mappings that were saved."""
    return _shown()


@pages.post("/imports")
@page(Permission.IMPORT_CASES)
def import_file() -> AnyResponse | tuple[str, int]:
    """Take a file in by the mapping that was chosen; without one its headings decide."""
    try:
        record = _imported(_file())
    except InvalidInput as wrong:
        return _shown(wrong), wrong.status
    return redirect(url_for("web.import_page", import_id=record.id))


@pages.post("/imports/columns")
@page(Permission.IMPORT_CASES)
def columns_of_file() -> str | tuple[str, int]:
    """The columns of a file with their first cells and a field for each; nothing is kept."""
    session, actor = db.session(), current_actor()
    try:
        file = _file()
        rows = open_rows(file.stream, file.filename or "")  # type: ignore[arg-type]  # Seekable.
        seen = look(rows, _kind())
    except InvalidInput as wrong:
        return render_template("columns.html", wrong=wrong, seen=None), wrong.status
    saved = mappings.proposed(session, seen, actor)
    if saved is not None:
        seen = seen.by_mapping(mappings.as_mapping(saved))
    return render_template("columns.html", wrong=None, seen=seen, saved=saved, blanks=DEFAULTS)


@pages.post("/imports/mappings/<uuid:mapping_id>/forget")
@page(Permission.IMPORT_CASES)
def forget_mapping(mapping_id: UUID) -> AnyResponse:
    """Delete a saved mapping."""
    with unit() as session:
        mappings.forget(session, mapping_id, actor=current_actor())
    return redirect(url_for("web.imports_page", _anchor="mappings"))


@pages.get("/imports/<uuid:import_id>")
@page(Permission.IMPORT_CASES)
def import_page(import_id: UUID) -> str:
    """The report of one import: counts, and each line that needs a person."""
    session, actor = db.session(), current_actor()
    record = intake.get_import(session, import_id, actor)
    wanted = request.args.get("verdict")
    verdict = wanted if wanted in _VERDICTS else None
    lines, following = intake.line_page(
        session, import_id, actor, after=asked_id("after"), limit=_SHOWN, verdict=verdict
    )
    return render_template(
        "import.html",
        record=record, lines=lines, following=following, counts=COUNTS,
        verdict=verdict, verdicts=_VERDICTS,
    )  # fmt: skip


def _imported(file: FileStorage) -> Import:
    sha256 = file_digest(file.stream, "sha256").hexdigest()  # type: ignore[arg-type]  # A seekable file.
    file.stream.seek(0)
    rows = open_rows(file.stream, file.filename or "")  # type: ignore[arg-type]  # The same.
    kind, mapping = _kind(), _mapping()
    with unit() as session:
        record = intake.take_in(
            session, rows, file.filename or "", kind=kind,
            sha256=sha256, mapping=mapping, dry_run="dry_run" in request.form,
            gazetteer=wiring().gazetteer, actor=current_actor(), now=clock.now(),
        )  # fmt: skip
        if kind is not None and request.form.get("save_as", "").strip():
            mappings.keep(
                session, request.form["save_as"], kind, request.form.getlist("heading"), mapping,
                actor=current_actor(), now=clock.now(),
            )  # fmt: skip
        return record


def _file() -> FileStorage:
    file = request.files.get("file")
    if file is None or not file.filename:
        said = Bilingual("is missing", "缺失")
        raise InvalidInput(
            faults=[FieldFault("file", said, Bilingual("choose a file", "请选择文件"))]
        )
    return file


def _kind() -> FileKind | None:
    wanted = request.form.get("kind")
    return "cases" if wanted == "cases" else "agents" if wanted == "agents" else None


def _mapping() -> HeadingMapping:
    """What the form says of each column; nothing where the file was not looked at before."""
    kind = _kind()
    headings, chosen = request.form.getlist("heading"), request.form.getlist("column")
    if kind is None or not headings:
        return HeadingMapping()
    known = {*fields_of(kind), IGNORE, ""}
    if len(headings) != len(chosen) or not known.issuperset(chosen):
        said = Bilingual("does not fit the columns", "与各列不符")
        raise InvalidInput(faults=[FieldFault("column", said)])
    given = {name: request.form.get(f"default.{name}", "").strip() for name in DEFAULTS[kind]}
    return mapping_of(zip(headings, chosen, strict=True), given)


def _shown(wrong: InvalidInput | None = None) -> str:
    session, actor = db.session(), current_actor()
    found, following = intake.latest_imports(
        session, actor, before=asked_id("before"), limit=_LATELY
    )
    saved: Any = mappings.mapping_page(session, actor, after=asked_id("mapping"), limit=_LATELY)
    return render_template(
        "imports.html", imports=found, following=following, mappings=saved[0],
        more_mappings=saved[1], wrong=wrong,
    )  # fmt: skip
