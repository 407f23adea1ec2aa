"""Lists come page by page, continued after the last id seen; `Link` names the next page."""

from collections.abc import Sequence
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from flask import request
from marshmallow import Schema, fields, validate

DEFAULT_LIMIT = 50
MAX_LIMIT = 500


class PageQuery(Schema):
    """What a caller may ask of a list."""

    limit = fields.Integer(load_default=DEFAULT_LIMIT, validate=validate.Range(1, MAX_LIMIT))
    after = fields.UUID(load_default=None)


class UpdatedPageQuery(PageQuery):
    """A list that can be asked for what changed since a time."""

    updated_since = fields.AwareDateTime(load_default=None)


def page_of(item: type[Schema]) -> type[Schema]:
    """The schema of one page of such items."""
    return Schema.from_dict(
        {"items": fields.List(fields.Nested(item)), "next": fields.UUID(allow_none=True)},
        name=f"{item.__name__.removesuffix('Out')}Page",
    )


def paged(
    items: Sequence[Any], following: UUID | str | None
) -> tuple[dict[str, Any], int, dict[str, str]]:
    """The body, status and headers of a page."""
    headers = {}
    if following is not None:
        asked = {**request.args.to_dict(), "after": str(following)}
        headers["Link"] = f'<{request.base_url}?{urlencode(asked)}>; rel="next"'
    return {"items": items, "next": following}, 200, headers
