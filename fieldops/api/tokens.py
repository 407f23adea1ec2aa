"""Sign-in for clients: password and code for tokens, refresh, sign-out, and who am I."""

from typing import Any

from flask import request
from flask.views import MethodView
from flask_smorest import Blueprint
from marshmallow import Schema, fields

from fieldops import clock
from fieldops.api.access import allow, current_actor, unit
from fieldops.db import db
from fieldops.domain.browsers import device_words
from fieldops.domain.errors import Unauthenticated
from fieldops.domain.permissions import GRANTS, Permission
from fieldops.services import organisations, sign_in
from fieldops.wiring import wiring

blp = Blueprint("auth", __name__, url_prefix="/api/v1/auth", description="Sign in and out")


class SignInForm(Schema):
    """Credentials, as a form."""

    username = fields.String(required=True)
    password = fields.String(required=True, load_only=True)
    otp = fields.String(load_default=None)


class RefreshForm(Schema):
    """A refresh token; it serves once."""

    refresh_token = fields.String(required=True)


class TokensOut(Schema):
    """A short access token and the refresh token that follows it."""

    access_token = fields.String()
    refresh_token = fields.String()
    token_type = fields.String()
    expires_in = fields.Integer(metadata={"description": "Seconds that the access token holds"})
    role = fields.String()


class MeOut(Schema):
    """The caller."""

    account_id = fields.UUID()
    organisation_id = fields.UUID()
    organisation_name = fields.String()
    organisation_kind = fields.String(metadata={"enum": list(organisations.KINDS)})
    timezone = fields.String(metadata={"description": "In which the organisation counts days"})
    agent_id = fields.UUID(allow_none=True)
    role = fields.String()
    name = fields.String()
    permissions = fields.List(fields.String())


@blp.route("/token")
class Tokens(MethodView):
    """Tokens are given for credentials."""

    @allow(Permission.ANYONE)
    @blp.arguments(SignInForm, location="form")
    @blp.response(200, TokensOut)
    def post(self, form: dict[str, Any]) -> dict[str, Any]:
        """Sign in."""
        settings, now = wiring().settings, clock.wall_time()
        with unit() as session:
            account = sign_in.authenticate(session, **form, settings=settings, now=now)
            if not isinstance(account, Unauthenticated):
                device = device_words(request.headers.get("User-Agent", ""))
                return _answer(
                    sign_in.open_session(
                        session, account, device=device, settings=settings, now=now
                    )
                )
        raise account


@blp.route("/refresh")
class Refreshed(MethodView):
    """Refresh tokens rotate."""

    @allow(Permission.ANYONE)
    @blp.arguments(RefreshForm, location="form")
    @blp.response(200, TokensOut)
    def post(self, form: dict[str, Any]) -> dict[str, Any]:
        """Exchange a refresh token for a new pair."""
        with unit() as session:
            given = sign_in.refresh(
                session, form["refresh_token"], settings=wiring().settings, now=clock.wall_time()
            )
        if isinstance(given, Unauthenticated):
            raise given
        return _answer(given)


@blp.route("/sign-out")
class SignedOut(MethodView):
    """Sign-in ends when its owner says so."""

    @allow(Permission.SIGNED_IN)
    @blp.arguments(RefreshForm, location="form")
    @blp.response(204)
    def post(self, form: dict[str, Any]) -> None:
        """End the sign-in to which this refresh token belongs."""
        with unit() as session:
            sign_in.sign_out(session, form["refresh_token"], now=clock.wall_time())


@blp.route("/me")
class Me(MethodView):
    """The caller as the service sees him."""

    @allow(Permission.SIGNED_IN)
    @blp.response(200, MeOut)
    def get(self) -> dict[str, Any]:
        """Say who is signed in and what he may do."""
        actor = current_actor()
        house = organisations.of(db.session(), actor)
        return {
            "organisation_name": house.name,
            "organisation_kind": house.kind,
            "timezone": house.timezone,
            "account_id": actor.account_id,
            "organisation_id": actor.organisation_id,
            "agent_id": actor.agent_id,
            "role": actor.role.value,
            "name": actor.name,
            "permissions": sorted(permission.name for permission in GRANTS[actor.role]),
        }


def _answer(given: sign_in.SignedIn) -> dict[str, Any]:
    return {
        "access_token": given.access,
        "refresh_token": given.refresh,
        "token_type": "Bearer",
        "expires_in": given.expires_in,
        "role": given.account.role,
    }
