"""Evidence packs for counsel: asked for, watched, downloaded; and what to verify them with."""

from typing import Any
from uuid import UUID

from flask import Response, send_file, url_for
from flask.views import MethodView
from flask_smorest import Blueprint
from marshmallow import Schema, fields, validate

from fieldops import clock
from fieldops.api.access import allow, current_actor, unit
from fieldops.api.disclosure import USUAL_PROFILE
from fieldops.api.paging import PageQuery, page_of, paged
from fieldops.db import db, writing
from fieldops.domain.disclosure.profiles import named
from fieldops.domain.errors import Conflict, NotFound
from fieldops.domain.permissions import Permission
from fieldops.services import pack_checks, packs
from fieldops.wiring import wiring

blp = Blueprint("packs", __name__, url_prefix="/api/v1/packs", description="Evidence packs")
trust_blp = Blueprint("trust", __name__, url_prefix="/api/v1", description="Trust")


class PackIn(Schema):
    """What the pack is of, and what it is for."""

    case_id = fields.UUID(required=True)
    purpose = fields.String(required=True, validate=validate.Length(1, 200))
    profile = fields.String(
        load_default=USUAL_PROFILE,
        validate=validate.Length(1, 40),
        metadata={"description": "For whom: the name of a profile, see /disclosure/profiles"},
    )


class PackOut(Schema):
    """One pack."""

    id = fields.UUID()
    case_id = fields.UUID()
    state = fields.String(
        metadata={"enum": [packs.QUEUED, packs.BUILDING, packs.READY, packs.FAILED]}
    )
    purpose = fields.String()
    profile = fields.String(allow_none=True)
    sha256 = fields.String(allow_none=True)
    size = fields.Integer(allow_none=True)
    summary = fields.Dict(
        metadata={
            "description": "Once ready: items, copies, entries, files, withheld, and what the "
            "verifier says: ok and claims (in Chinese: claims_zh). When it failed: reason."
        }
    )
    created_at = fields.AwareDateTime()
    finished_at = fields.AwareDateTime(allow_none=True)


class PacksQuery(PageQuery):
    """Which packs."""

    case = fields.UUID(load_default=None)


@blp.route("")
class Packs(MethodView):
    """The packs of the organisation."""

    @allow(Permission.BUILD_PACKS)
    @blp.arguments(PacksQuery, location="query")
    @blp.response(200, page_of(PackOut))
    def get(self, asked: dict[str, Any]) -> Any:
        """List packs, oldest first."""
        found, following = packs.listed(
            db.session(), actor=current_actor(), case_id=asked["case"],
            after=asked["after"], limit=asked["limit"],
        )  # fmt: skip
        return paged(found, following)

    @allow(Permission.BUILD_PACKS)
    @blp.arguments(PackIn)
    @blp.response(202, PackOut)
    def post(self, body: dict[str, Any]) -> Any:
        """Ask for a pack of the case's basket; follow it at /jobs/pack/{id}."""
        body["profile"] = named(wiring().profiles, body["profile"])
        with unit() as session:
            pack = packs.request_pack(session, **body, actor=current_actor(), now=clock.wall_time())
        return pack, 202, {"Location": url_for("packs.One", pack_id=pack.id)}


@blp.route("/<uuid:pack_id>")
class One(MethodView):
    """One pack."""

    @allow(Permission.BUILD_PACKS)
    @blp.response(200, PackOut)
    def get(self, pack_id: UUID) -> Any:
        """How far it is, and what the verifier says of it."""
        return packs.get(db.session(), pack_id, actor=current_actor())


@blp.route("/<uuid:pack_id>/build")
class Again(MethodView):
    """A pack is built again to the same bytes."""

    @allow(Permission.BUILD_PACKS)
    @blp.response(202, PackOut)
    def post(self, pack_id: UUID) -> Any:
        """Build it again, after a failure or when its file was lost."""
        with unit() as session:
            return packs.request_again(
                session, pack_id, actor=current_actor(), now=clock.wall_time()
            )


@blp.route("/<uuid:pack_id>/check")
class Check(MethodView):
    """A finished pack is verified again."""

    @allow(Permission.BUILD_PACKS)
    @blp.response(202, PackOut)
    def post(self, pack_id: UUID) -> Any:
        """Verify the file as it lies there now; what the verifier says comes into the summary."""
        with unit() as session:
            return pack_checks.ask(session, pack_id, actor=current_actor(), now=clock.wall_time())


@blp.route("/<uuid:pack_id>/file")
class File(MethodView):
    """The ZIP."""

    @allow(Permission.BUILD_PACKS, reads="pack")
    @blp.response(200, {"type": "string", "format": "binary"}, content_type="application/zip")
    def get(self, pack_id: UUID) -> Response:
        """Download a finished pack; `Range` is served, and each fetching is in the custody log."""
        pack = packs.get(db.session(), pack_id, actor=current_actor())
        path = wiring().pack_files.path(pack.id)
        if pack.state != packs.READY or not path.is_file():
            raise Conflict(packs.NO_FILE)
        response = send_file(
            path, mimetype="application/zip", as_attachment=True,
            download_name=f"pack-{pack.id}.zip", etag=str(pack.sha256), conditional=True,
        )  # fmt: skip
        response.headers["Cache-Control"] = "private, no-store"
        with writing(), unit() as session:
            packs.note_download(session, pack, actor=current_actor(), at=clock.wall_time())
        return response


@trust_blp.route("/trust.pem")
class Trust(MethodView):
    """Whom a verifier should trust."""

    @allow(Permission.SIGNED_IN)
    @trust_blp.response(200, {"type": "string"}, content_type="application/x-pem-file")
    def get(self) -> Response:
        """The pinned signer's certificate and the timestamp authorities' roots, as PEM."""
        pem = wiring().trust(db.session(), current_actor().organisation_id)
        if pem is None:
            raise NotFound("The organisation has no evidence yet, and so no signer.")
        headers = {"Content-Disposition": 'attachment; filename="trust.pem"'}
        return Response(pem, content_type="application/x-pem-file", headers=headers)
