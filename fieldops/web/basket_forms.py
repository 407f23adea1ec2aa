"""What the form of a basket says, as the domain reads it."""

from collections.abc import Collection
from typing import Any
from uuid import UUID

from werkzeug.datastructures import MultiDict

from fieldops.domain.disclosure.basket import Basket, Line, Reason
from fieldops.domain.errors import FieldFault, InvalidInput
from fieldops.web.form_words import NOT_WHOLE

Form = MultiDict[str, str]
SUBMITTED = "submitted"


def basket(form: Form) -> dict[str, Any]:
    """The plain data of a basket; lines stand in the order of their places."""
    lines = [_line(form, item) for item in form.getlist("item")]
    ordered = sorted(lines, key=lambda line: line.pop("place"))
    return {
        "lines": ordered,
        "court": form.get("court", ""),
        "submitter": form.get("submitter", ""),
    }


def typed(form: Form, known: Collection[UUID]) -> Basket:
    """What somebody typed, unchecked, so that a refusal takes no work from him."""
    items = {str(item): item for item in known}
    lines = [
        Line(
            items[item],
            form.get(f"exhibit.{item}", ""),
            form.get(f"proves.{item}", ""),
            next((one for one in Reason if one.value == form.get(f"decision.{item}")), None),
            form.get(f"note.{item}", ""),
        )
        for item in dict.fromkeys(form.getlist("item"))
        if item in items
    ]
    return Basket(tuple(lines), form.get("court", ""), form.get("submitter", ""))


def _line(form: Form, item: str) -> dict[str, Any]:
    decision = form.get(f"decision.{item}", SUBMITTED)
    return {
        "item": item,
        "place": _whole(form, f"place.{item}"),
        "exhibit": form.get(f"exhibit.{item}", ""),
        "proves": form.get(f"proves.{item}", ""),
        "reason": None if decision == SUBMITTED else decision,
        "note": form.get(f"note.{item}", "") if decision != SUBMITTED else "",
    }


def _whole(form: Form, name: str) -> int:
    text = form.get(name, "").strip()
    if not text.isascii() or not text.isdigit() or len(text) > 6:
        fault = FieldFault("place", NOT_WHOLE)
        raise InvalidInput(faults=[fault])
    return int(text)
