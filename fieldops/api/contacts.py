"""Contacts: calls, messages and letters, judged before they are made; visits are among the list."""

from typing import Any
from uuid import UUID

from flask.views import MethodView
from flask_smorest import Blueprint
from marshmallow import Schema, fields, validate

from fieldops import clock
from fieldops.api import problems
from fieldops.api.access import allow, current_actor, unit
from fieldops.api.paging import UpdatedPageQuery, page_of, paged
from fieldops.db import db
from fieldops.domain.permissions import Permission
from fieldops.domain.rulebook.vocabulary import Account, Channel, Purpose, Result
from fieldops.models import Contact
from fieldops.services import contact_records, contacts
from fieldops.services.rulings import ContactForbidden
from fieldops.wiring import wiring

blp = Blueprint("contacts", __name__, url_prefix="/api/v1/contacts", description="Contacts")

LEARNED = sorted({word for words in contacts.LEARNED.values() for word in words})


class ContactIn(Schema):
    """Whom to reach and how; without a number the party's own is used."""

    party_id = fields.UUID(required=True)
    channel = fields.String(required=True, validate=validate.OneOf([*contacts.CHANNELS]))
    purpose = fields.Enum(Purpose, by_value=True, load_default=Purpose.COLLECT)
    account = fields.Enum(Account, by_value=True, load_default=Account.WORK)
    number = fields.String(load_default=None, allow_none=True, validate=validate.Length(1, 60))


class ResultIn(Schema):
    """What became of it, and what it told of where the debtor lives."""

    result = fields.Enum(Result, by_value=True, required=True)
    learned = fields.String(load_default=None, allow_none=True, validate=validate.OneOf(LEARNED))
    address_id = fields.UUID(load_default=None, allow_none=True)


class ContactsQuery(UpdatedPageQuery):
    """Which contacts."""

    case_id = fields.UUID(load_default=None)


class ContactOut(Schema):
    """One contact; its result is pending until somebody says what became of it.

    `house_name` is the other house that made it, and no rule of ours counts it then.
    """

    house_name = fields.String(allow_none=True)
    id = fields.UUID()
    case_id = fields.UUID()
    person_id = fields.UUID()
    debtor_id = fields.UUID()
    channel = fields.String(metadata={"enum": [*Channel]})
    purpose = fields.String(metadata={"enum": [*Purpose]})
    at = fields.AwareDateTime()
    result = fields.String(metadata={"enum": [*Result, contact_records.PENDING]})
    visit_id = fields.UUID(allow_none=True)
    account_id = fields.UUID(allow_none=True)
    recorded_at = fields.AwareDateTime()


@blp.route("")
class Contacts(MethodView):
    """The contacts of the organisation."""

    @allow(Permission.READ_CASES, reads="contacts")
    @blp.arguments(ContactsQuery, location="query")
    @blp.response(200, page_of(ContactOut))
    def get(self, query: dict[str, Any]) -> Any:
        """List contacts of every channel, oldest first."""
        return paged(*contacts.listed(db.session(), current_actor(), **query))

    @allow(Permission.RECORD_CONTACTS)
    @blp.arguments(ContactIn)
    @blp.response(201, ContactOut)
    @blp.alt_response(422, description="The rulebook forbids the contact, or the input is wrong")
    def post(self, body: dict[str, Any]) -> Any:
        """Ask leave for a call, message or letter, and note the attempt."""
        order = contacts.ContactOrder(**{**body, "channel": Channel(body["channel"])})
        with unit() as session:
            found = contacts.open_contact(
                session, order, book=wiring().rulebook, actor=current_actor(), now=clock.now()
            )
        # Answered and not raised: the ruling is kept even under an idempotency key.
        return problems.of_error(found) if isinstance(found, ContactForbidden) else found


@blp.route("/<uuid:contact_id>/result")
class ContactResult(MethodView):
    """The end of a contact."""

    @allow(Permission.RECORD_CONTACTS)
    @blp.arguments(ResultIn)
    @blp.response(200, ContactOut)
    def post(self, body: dict[str, Any], contact_id: UUID) -> Contact:
        """Say what became of a contact; the same result twice is one."""
        actor, now = current_actor(), clock.now()
        with unit() as session:
            return contacts.set_result(session, contact_id, **body, actor=actor, now=now)
