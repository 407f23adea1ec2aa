"""Accounts of the organisation's people: added, given roles, shut, and their secrets renewed."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from flask.views import MethodView
from flask_smorest import Blueprint
from marshmallow import Schema, fields, validate

from fieldops import clock
from fieldops.api.access import allow, current_actor, current_sign_in, unit
from fieldops.api.paging import PageQuery, page_of, paged
from fieldops.api.sign_ins import SignInOut, SignInsOut
from fieldops.db import db
from fieldops.domain.permissions import Permission
from fieldops.models import Account
from fieldops.services import account_changes, sign_ins

blp = Blueprint("accounts", __name__, url_prefix="/api/v1/accounts", description="Accounts")

_ROLE = validate.OneOf(account_changes.ROLES)
_LANGUAGES = ("zh-CN", "en")


class AccountOut(Schema):
    """Somebody who signs in; no secret is ever in it."""

    id = fields.UUID()
    username = fields.String()
    name = fields.String()
    role = fields.String(metadata={"enum": list(account_changes.ROLES)})
    agent_id = fields.UUID(allow_none=True)
    language = fields.String()
    has_second_factor = fields.Function(
        lambda row: row.otp_secret is not None, metadata={"type": "boolean"}
    )
    created_at = fields.AwareDateTime()
    disabled_at = fields.AwareDateTime(allow_none=True)
    rests_until = fields.AwareDateTime(
        allow_none=True, metadata={"description": "After too many wrong passwords"}
    )


class AccountsQuery(PageQuery):
    """Which accounts."""

    role = fields.String(load_default=None, validate=_ROLE)
    disabled = fields.Boolean(load_default=None)


class AccountIn(Schema):
    """Somebody who is to sign in."""

    username = fields.String(required=True, validate=validate.Length(1, 100))
    name = fields.String(load_default="", validate=validate.Length(max=100))
    role = fields.String(required=True, validate=_ROLE)
    agent_id = fields.UUID(
        load_default=None, allow_none=True, metadata={"description": "For the role agent alone"}
    )
    language = fields.String(load_default="zh-CN", validate=validate.OneOf(_LANGUAGES))


class AccountSecretsOut(Schema):
    """What is told once: hand it to its owner now, for it is never shown again."""

    account = fields.Nested(AccountOut)
    password = fields.String(allow_none=True)
    otpauth = fields.String(
        allow_none=True, metadata={"description": "What an authenticator reads from a QR code"}
    )


class AccountRoleIn(Schema):
    """Another role."""

    role = fields.String(required=True, validate=_ROLE)
    agent_id = fields.UUID(
        load_default=None, allow_none=True, metadata={"description": "For the role agent alone"}
    )


class SignInsEndIn(Schema):
    """Whether the phones end as well; without, each fetches itself a new token by its key."""

    phones = fields.Boolean(load_default=True)


class SignInsEndedOut(Schema):
    """The account, and how many phones ended with its sign-ins."""

    account = fields.Nested(AccountOut)
    phones_ended = fields.Integer()


@blp.route("")
class Accounts(MethodView):
    """Everybody who signs in."""

    @allow(Permission.MANAGE_ACCOUNTS, reads="accounts")
    @blp.arguments(AccountsQuery, location="query")
    @blp.response(200, page_of(AccountOut))
    def get(self, query: dict[str, Any]) -> Any:
        """List accounts in the order in which they were made; of a role, open or shut."""
        return paged(*account_changes.account_page(db.session(), current_actor(), **query))

    @allow(Permission.MANAGE_ACCOUNTS)
    @blp.arguments(AccountIn)
    @blp.response(201, AccountSecretsOut)
    def post(self, body: dict[str, Any]) -> dict[str, Any]:
        """Add somebody; the password and the second factor are in this answer and never again."""
        with unit() as session:
            made = account_changes.add(
                session, **body, actor=current_actor(), now=clock.wall_time()
            )
            return {"account": made.account, "password": made.password, "otpauth": made.uri or None}


@blp.route("/<uuid:account_id>")
class One(MethodView):
    """One account."""

    @allow(Permission.MANAGE_ACCOUNTS, reads="account")
    @blp.response(200, AccountOut)
    def get(self, account_id: UUID) -> Account:
        """Show an account."""
        return account_changes.one(db.session(), account_id, current_actor())


@blp.route("/<uuid:account_id>/role")
class AccountRole(MethodView):
    """What somebody may do."""

    @allow(Permission.MANAGE_ACCOUNTS)
    @blp.arguments(AccountRoleIn)
    @blp.response(200, AccountOut)
    def post(self, body: dict[str, Any], account_id: UUID) -> Any:
        """Give another role; every sign-in ends. One's own role is changed by somebody else."""
        return _changed(account_changes.set_role, account_id, **body)


@blp.route("/<uuid:account_id>/disable")
class Disabled(MethodView):
    """The end of somebody's access."""

    @allow(Permission.MANAGE_ACCOUNTS)
    @blp.response(200, AccountOut)
    def post(self, account_id: UUID) -> Any:
        """Shut an account at once; what it recorded stays. One's own is shut by somebody else."""
        return _changed(account_changes.disable, account_id)


@blp.route("/<uuid:account_id>/enable")
class Enabled(MethodView):
    """Somebody comes back."""

    @allow(Permission.MANAGE_ACCOUNTS)
    @blp.response(200, AccountOut)
    def post(self, account_id: UUID) -> Any:
        """Open an account again, also one that rests after wrong passwords."""
        return _changed(account_changes.enable, account_id)


@blp.route("/<uuid:account_id>/password")
class NewPassword(MethodView):
    """A password that was forgotten or seen."""

    @allow(Permission.MANAGE_ACCOUNTS)
    @blp.response(200, AccountSecretsOut)
    def post(self, account_id: UUID) -> dict[str, Any]:
        """Give a new password, told once; every sign-in ends."""
        account, password = _changed(account_changes.new_password, account_id)
        return {"account": account, "password": password, "otpauth": None}


@blp.route("/<uuid:account_id>/second-factor")
class NewSecondFactor(MethodView):
    """An authenticator that was lost."""

    @allow(Permission.MANAGE_ACCOUNTS)
    @blp.response(200, AccountSecretsOut)
    def post(self, account_id: UUID) -> dict[str, Any]:
        """Give a fresh second factor, told once; the old one and every sign-in end."""
        account, uri = _changed(account_changes.new_second_factor, account_id)
        return {"account": account, "password": None, "otpauth": uri}


@blp.route("/<uuid:account_id>/sign-ins/end")
class SignInsEnd(MethodView):
    """The end of every sign-in."""

    @allow(Permission.MANAGE_ACCOUNTS)
    @blp.arguments(SignInsEndIn)
    @blp.response(200, SignInsEndedOut)
    def post(self, body: dict[str, Any], account_id: UUID) -> dict[str, Any]:
        """End every token and page of an account, and its phones too; it may sign in again."""
        account, ended = _changed(account_changes.end_sign_ins, account_id, **body)
        return {"account": account, "phones_ended": ended}


@blp.route("/<uuid:account_id>/sign-ins")
class AccountSignIns(MethodView):
    """Where somebody is signed in."""

    @allow(Permission.MANAGE_ACCOUNTS, reads="sign-ins")
    @blp.response(200, SignInsOut)
    def get(self, account_id: UUID) -> dict[str, Any]:
        """List the sign-ins of an account, its phones among them, the oldest first."""
        found = sign_ins.of_account(
            db.session(), account_id, this=current_sign_in(), actor=current_actor(),
            now=clock.wall_time(),
        )  # fmt: skip
        return {"items": found}


@blp.route("/<uuid:account_id>/sign-ins/<uuid:sign_in_id>/end")
class AccountSignInEnds(MethodView):
    """One sign-in of somebody."""

    @allow(Permission.MANAGE_ACCOUNTS)
    @blp.response(200, SignInOut)
    def post(self, account_id: UUID, sign_in_id: UUID) -> Any:
        """End one sign-in of an account at once; a phone ends for good."""
        with unit() as session:
            return sign_ins.end_of_account(
                session, account_id, sign_in_id, this=current_sign_in(), actor=current_actor(),
                now=clock.wall_time(),
            )  # fmt: skip


def _changed(change: Callable[..., Any], account_id: UUID, **more: Any) -> Any:
    with unit() as session:
        return change(session, account_id, **more, actor=current_actor(), now=clock.wall_time())
