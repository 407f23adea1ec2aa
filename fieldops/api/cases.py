"""Cases: a list to search and follow, and one with its parties, masked to the reader's need."""

from typing import Any
from uuid import UUID

from flask.views import MethodView
from flask_smorest import Blueprint
from marshmallow import Schema, fields, validate

from fieldops.api.access import allow, current_actor
from fieldops.api.addresses import AddressOut
from fieldops.api.paging import UpdatedPageQuery, page_of, paged
from fieldops.db import db
from fieldops.domain.permissions import Permission
from fieldops.services import cases

blp = Blueprint("cases", __name__, url_prefix="/api/v1/cases", description="Cases")


class CaseQuery(UpdatedPageQuery):
    """Which cases are asked for."""

    number = fields.String(
        load_default=None,
        validate=validate.Length(max=200),
        metadata={"description": "What the case number begins with"},
    )


class CaseOut(Schema):
    """One case; a list of them names no person."""

    id = fields.UUID()
    number = fields.String()
    creditor = fields.String()
    product = fields.String()
    amount = fields.Decimal(as_string=True)
    currency = fields.String()
    overdue_days = fields.Integer()
    priority = fields.Integer(metadata={"description": "1 (must) to 5"})
    skills = fields.List(
        fields.String(),
        allow_none=True,
        metadata={"description": "What an agent must be able to do who goes there"},
    )
    state = fields.String()
    created_at = fields.AwareDateTime()
    updated_at = fields.AwareDateTime()


class PartyOut(Schema):
    """A person's part in the case; his data are masked where the reader needs no more."""

    id = fields.UUID()
    person_id = fields.UUID()
    role = fields.String()
    name = fields.String()
    id_number = fields.String(allow_none=True)
    phones = fields.String(allow_none=True, metadata={"description": "Separated by a slash"})
    is_masked = fields.Boolean()
    opted_out_at = fields.AwareDateTime(allow_none=True)


class WholeCaseOut(CaseOut):
    """A case with its parties and addresses."""

    note = fields.String(allow_none=True)
    parties = fields.List(fields.Nested(PartyOut))
    addresses = fields.List(fields.Nested(AddressOut))


@blp.route("")
class Cases(MethodView):
    """The organisation's cases."""

    @allow(Permission.READ_CASES)
    @blp.arguments(CaseQuery, location="query")
    @blp.response(200, page_of(CaseOut))
    def get(self, query: dict[str, Any]) -> Any:
        """List them; continue after the last id, or ask for what changed since a time."""
        return paged(*cases.case_page(db.session(), current_actor(), **query))


@blp.route("/<uuid:case_id>")
class OneCase(MethodView):
    """One case."""

    @allow(Permission.READ_CASES, reads="case")
    @blp.response(200, WholeCaseOut)
    def get(self, case_id: UUID) -> Any:
        """Show a case with its parties and addresses; the reading is logged."""
        actor = current_actor()
        case = cases.get_case(db.session(), case_id, actor)
        names = [*CaseOut().fields, "note"]
        found = {name: getattr(case, name) for name in names}
        found["addresses"] = [
            {name: getattr(address, name) for name in AddressOut().fields}
            | cases.shown_place(address, actor)
            for address in case.addresses
        ]
        found["parties"] = [
            {
                "id": party.id,
                "person_id": party.person_id,
                "role": party.role,
                "opted_out_at": party.opted_out_at,
                **cases.shown(party.person, actor),
            }
            for party in case.parties
        ]
        return found
