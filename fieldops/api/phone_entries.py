"""Entries of phones that do not fit what stands: both are kept, and a person settles them."""

from typing import Any
from uuid import UUID

from flask.views import MethodView
from flask_smorest import Blueprint
from marshmallow import Schema, fields, validate

from fieldops import clock
from fieldops.api import problems
from fieldops.api.access import allow, current_actor, unit
from fieldops.api.paging import PageQuery, page_of, paged
from fieldops.db import db
from fieldops.domain.permissions import Permission
from fieldops.domain.phones import AuthorWord, EntryState, Question, Settlement
from fieldops.services.phones import settling
from fieldops.services.rulings import ContactForbidden
from fieldops.wiring import wiring

blp = Blueprint(
    "phone_entries",
    __name__,
    url_prefix="/api/v1/phone-entries",
    description="What phones wrote, to be settled",
)


class EntriesQuery(PageQuery):
    """Which entries."""

    is_open = fields.Boolean(load_default=None, data_key="open")
    device_id = fields.UUID(load_default=None)


class PhoneEntryOut(Schema):
    """One entry, as it was written, with what kept it from being applied."""

    id = fields.UUID()
    device_id = fields.UUID()
    device_name = fields.String(attribute="device.name")
    agent_id = fields.UUID(attribute="device.agent_id")
    sequence = fields.Integer()
    kind = fields.String()
    visit_id = fields.UUID(allow_none=True)
    based_on = fields.Integer(allow_none=True)
    happened_at = fields.AwareDateTime()
    received_at = fields.AwareDateTime()
    body = fields.Dict(allow_none=True)
    state = fields.String(metadata={"enum": [*EntryState]})
    question = fields.String(metadata={"enum": [*Question]})
    problem = fields.Function(
        lambda row: (row.problem or {}).get(problems.language()),
        metadata={"type": ["object", "null"]},
    )
    author_word = fields.String(allow_none=True, metadata={"enum": [*AuthorWord]})
    author_words = fields.String(allow_none=True)
    settlement = fields.String(allow_none=True, metadata={"enum": [*Settlement, None]})
    settled_at = fields.AwareDateTime(allow_none=True)
    settled_by = fields.UUID(allow_none=True)
    settled_words = fields.String(allow_none=True)


class SettleIn(Schema):
    """What becomes of the entry, and why."""

    settlement = fields.Enum(Settlement, by_value=True, required=True)
    words = fields.String(required=True, validate=validate.Length(1, 500))


@blp.route("")
class PhoneEntries(MethodView):
    """The entries that a person must or did look at."""

    @allow(Permission.MANAGE_PHONES, reads="phone-entries")
    @blp.arguments(EntriesQuery, location="query")
    @blp.response(200, page_of(PhoneEntryOut))
    def get(self, query: dict[str, Any]) -> Any:
        """List entries, the oldest first: those still open, or of one phone."""
        return paged(*settling.listed(db.session(), current_actor(), **query))


@blp.route("/<uuid:entry_id>/settle")
class Settled(MethodView):
    """A person's word on an entry."""

    @allow(Permission.MANAGE_PHONES)
    @blp.arguments(SettleIn)
    @blp.response(200, PhoneEntryOut)
    def post(self, body: dict[str, Any], entry_id: UUID) -> Any:
        """Say that what stands is right, that the entry is done now, or that both hold."""
        with unit() as session:
            found = settling.settle(
                session,
                entry_id,
                **body,
                means=wiring().means,
                actor=current_actor(),
                now=clock.now(),
            )
        # Answered and not raised: the ruling is kept.
        return problems.of_error(found) if isinstance(found, ContactForbidden) else found
