"""Imports: a case or agent file in, its counts out, and what is to be said of its lines."""

import hashlib
from typing import Any, BinaryIO, cast
from uuid import UUID

from flask import request
from flask.views import MethodView
from flask_smorest import Blueprint
from marshmallow import Schema, fields, validate
from sqlalchemy.orm import Session
from werkzeug.datastructures import FileStorage

from fieldops import clock
from fieldops.api.access import allow, current_actor, unit
from fieldops.api.paging import PageQuery, page_of, paged
from fieldops.db import db
from fieldops.domain.casefile.headings import fields_of
from fieldops.domain.casefile.mapping import HeadingMapping, parse_mapping
from fieldops.domain.errors import FieldFault, InvalidInput
from fieldops.domain.permissions import Permission
from fieldops.gateways.spreadsheets import open_rows
from fieldops.services import intake
from fieldops.services.intake import mappings
from fieldops.wiring import wiring

blp = Blueprint("imports", __name__, url_prefix="/api/v1/imports", description="Files in")

KINDS = ("cases", "agents")


class ImportIn(Schema):
    """The file, CSV or XLSX, and how it is to be read; without the file it is refused."""

    # Arrives among the files of the form, so it is described here and fetched there.
    file = fields.Raw(metadata={"type": "string", "format": "binary"})
    kind = fields.String(
        load_default=None,
        validate=validate.OneOf(KINDS),
        metadata={"description": "Known by its headings unless given"},
    )
    mapping = fields.String(
        load_default="",
        metadata={"description": 'JSON: {"columns": {heading: field}, "defaults": {field: value}}'},
    )
    mapping_name = fields.String(
        load_default="",
        metadata={"description": "A saved mapping, where no other is given"},
    )
    dry_run = fields.Boolean(load_default=False)


class MappingOut(Schema):
    """What the headings of a file mean, as a person said it."""

    id = fields.UUID()
    name = fields.String()
    kind = fields.String(metadata={"enum": list(KINDS)})
    columns = fields.Dict(keys=fields.String(), values=fields.String())
    defaults = fields.Dict(keys=fields.String(), values=fields.String())
    saved_at = fields.AwareDateTime()


class ImportOut(Schema):
    """An import and how many lines came to each verdict."""

    id = fields.UUID()
    kind = fields.String(metadata={"enum": list(KINDS)})
    filename = fields.String()
    sha256 = fields.String()
    is_dry_run = fields.Boolean()
    state = fields.String()
    counts = fields.Dict(keys=fields.String(), values=fields.Integer())
    created_at = fields.AwareDateTime()
    finished_at = fields.AwareDateTime(allow_none=True)


class LineQuery(PageQuery):
    """Which remarks are asked for."""

    verdict = fields.String(load_default=None, validate=validate.OneOf(["refused", "to_look_at"]))


class LineOut(Schema):
    """One thing to be said of one line: why it was refused, or what is to be looked at."""

    id = fields.UUID()
    line = fields.Integer()
    key = fields.String()
    verdict = fields.String(metadata={"enum": ["refused", "to_look_at"]})
    field = fields.String()
    heading = fields.String()
    reason = fields.String()
    message_en = fields.String()
    message_zh = fields.String()
    cure_en = fields.String()
    cure_zh = fields.String()


@blp.route("")
class Imports(MethodView):
    """The organisation's imports."""

    @allow(Permission.IMPORT_CASES)
    @blp.arguments(PageQuery, location="query")
    @blp.response(200, page_of(ImportOut))
    def get(self, query: dict[str, Any]) -> Any:
        """List them, oldest first."""
        return paged(*intake.import_page(db.session(), current_actor(), **query))

    @allow(Permission.IMPORT_CASES)
    @blp.arguments(ImportIn, location="form", content_type="multipart/form-data")
    @blp.response(201, ImportOut)
    def post(self, form: dict[str, Any]) -> Any:
        """Take a file in, or with `dry_run` only say what would come of it."""
        upload = _upload()
        with unit() as session:
            return intake.take_in(
                session,
                open_rows(cast("BinaryIO", upload.stream), upload.filename or ""),
                upload.filename or "",
                kind=form["kind"],
                sha256=_digest(upload.stream),
                mapping=_mapping(session, form),
                dry_run=form["dry_run"],
                gazetteer=wiring().gazetteer,
                actor=current_actor(),
                now=clock.now(),
            )


@blp.route("/mappings")
class Mappings(MethodView):
    """The mappings that people saved."""

    @allow(Permission.IMPORT_CASES)
    @blp.arguments(PageQuery, location="query")
    @blp.response(200, page_of(MappingOut))
    def get(self, query: dict[str, Any]) -> Any:
        """List them; a file is taken in by one of them with `mapping_name`."""
        return paged(*mappings.mapping_page(db.session(), current_actor(), **query))


@blp.route("/mappings/<uuid:mapping_id>")
class OneMapping(MethodView):
    """One saved mapping."""

    @allow(Permission.IMPORT_CASES)
    @blp.response(204)
    def delete(self, mapping_id: UUID) -> None:
        """Delete it; what was imported by it stays."""
        with unit() as session:
            mappings.forget(session, mapping_id, actor=current_actor())


@blp.route("/<uuid:import_id>")
class OneImport(MethodView):
    """One import."""

    @allow(Permission.IMPORT_CASES)
    @blp.response(200, ImportOut)
    def get(self, import_id: UUID) -> Any:
        """Show it with its counts."""
        return intake.get_import(db.session(), import_id, current_actor())


@blp.route("/<uuid:import_id>/lines")
class LinesOfImport(MethodView):
    """What is to be said of the lines of an import."""

    @allow(Permission.IMPORT_CASES)
    @blp.arguments(LineQuery, location="query")
    @blp.response(200, page_of(LineOut))
    def get(self, query: dict[str, Any], import_id: UUID) -> Any:
        """List it in the order of the file; a line that was simply taken is not mentioned."""
        return paged(*intake.line_page(db.session(), import_id, current_actor(), **query))


def _upload() -> FileStorage:
    """The file of the form; raises InvalidInput when there is none."""
    upload = request.files.get("file")
    if upload is None:
        fault = FieldFault("file", "is missing", "Send the file as the part named file.")
        raise InvalidInput("No file was sent. 未上传文件。", faults=[fault])
    return upload


def _digest(stream: Any) -> str:
    stream.seek(0)
    digest = hashlib.sha256()
    while piece := stream.read(1 << 20):
        digest.update(piece)
    stream.seek(0)
    return digest.hexdigest()


def _mapping(session: Session, form: dict[str, Any]) -> HeadingMapping:
    """The mapping that was sent, else the saved one that was named, else none."""
    if form["mapping_name"] and not form["mapping"]:
        return mappings.named(session, form["mapping_name"], current_actor())
    known = fields_of(form["kind"]) if form["kind"] else _all_fields()
    return parse_mapping(form["mapping"].encode(), known)


def _all_fields() -> tuple[str, ...]:
    return tuple(dict.fromkeys((*fields_of("cases"), *fields_of("agents"))))
