"""Pages of lists: continued after, or before, the last row that was seen, by its id."""

from uuid import UUID

from flask import request


def asked_id(name: str) -> UUID | None:
    """The row beyond which a page of this list begins; None for the first page."""
    try:
        return UUID(request.args.get(name, ""))
    except ValueError:
        return None
