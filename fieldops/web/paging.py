"""Ids in what the browser sends, such as that of the last row seen, after which a list goes on."""

from uuid import UUID

from flask import request


def asked_id(name: str) -> UUID | None:
    """The row beyond which a page of this list begins; None for the first page."""
    return id_in(request.args.get(name, ""))


def id_in(text: str) -> UUID | None:
    """The id that this text is; None where it is none."""
    try:
        return UUID(text)
    except ValueError:
        return None
