"""The links of a case as nodes and edges."""

from typing import Any
from uuid import UUID

from flask.views import MethodView
from flask_smorest import Blueprint
from marshmallow import Schema, fields, validate

from fieldops import clock
from fieldops.api.access import allow, current_actor
from fieldops.db import db
from fieldops.domain.permissions import Permission
from fieldops.services import link_graph

blp = Blueprint("graph", __name__, url_prefix="/api/v1/trace", description="Link graphs")


class GraphQuery(Schema):
    """As known when, and how many nodes at most."""

    known_at = fields.AwareDateTime(load_default=None)
    limit = fields.Integer(load_default=100, validate=validate.Range(1, link_graph.MOST_NODES))


class NodeOut(Schema):
    """A person, place or thing; names are masked to the reader's need."""

    id = fields.String()
    kind = fields.String(
        metadata={"enum": ["debtor", "party", "other", "counterparty", "address", "asset"]}
    )
    label = fields.String()
    detail = fields.String()


class EdgeOut(Schema):
    """How two nodes hang together; confidence is null for what a file or register states."""

    source = fields.String()
    target = fields.String()
    kind = fields.String()
    confidence = fields.Float(allow_none=True)
    decibans = fields.Float(allow_none=True)
    since = fields.Date(allow_none=True)
    until = fields.Date(allow_none=True)
    grounds = fields.List(fields.String())


class GraphOut(Schema):
    """The graph; `left_out` counts the nodes that the limit cut off, 0 where it is whole."""

    case_id = fields.UUID()
    known_at = fields.AwareDateTime()
    nodes = fields.List(fields.Nested(NodeOut))
    edges = fields.List(fields.Nested(EdgeOut))
    left_out = fields.Integer()


@blp.route("/<uuid:case_id>/graph")
class Graph(MethodView):
    """The link graph of one case."""

    @allow(Permission.READ_TRACE, reads="graph")
    @blp.arguments(GraphQuery, location="query")
    @blp.response(200, GraphOut)
    def get(self, query: dict[str, Any], case_id: UUID) -> link_graph.Graph:
        """Show how the debtor hangs together with people, places and things."""
        actor, now = current_actor(), clock.now()
        return link_graph.graph_of(db.session(), case_id, **query, actor=actor, now=now)
