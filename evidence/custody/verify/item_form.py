"""The form of an item's record: what every record says, and in what kind of words."""

from collections.abc import Iterator, Mapping
from typing import Any

from evidence.custody.canonical import canonical
from evidence.custody.entry import Placed
from evidence.custody.instants import parse_instant

# What a record repeats of its covered details, where these have it.
FIXED = ("item", "visit", "media_type")
_ROW = frozenset({"name", "source", "proves", "pages", "date"})


def form_faults(record: Mapping[str, Any], number: int) -> Iterator[str]:
    """What is not as a record has it; `number` is its place in the pack."""
    told = [record.get("v"), record.get("number")]
    if canonical(told) != canonical([1, number]):  # `true` equals 1, but is not what it says.
        yield "its version or number is not as it should be"
    row = record.get("catalogue")
    if not isinstance(row, dict) or set(row) != _ROW or not _texts(row.values()):
        yield "its row of the catalogue is not as it should be"
    if not _texts([record.get("visit"), record.get("media_type")]):
        yield "its visit or media type is no text"
    if not isinstance(record.get("extra"), dict):
        yield "its extra is no object"
    if record.get("status") == "withheld" and not _explained(record.get("withheld")):
        yield "it is withheld without reason, actor and time"


def receipt_faults(record: Mapping[str, Any], owner: Placed) -> Iterator[str]:
    """What the record says otherwise than was fixed when the item was received."""
    if canonical(record.get("received")) != canonical(owner.place()):
        yield "its time or place in the log is not that of its custody entry"
    fixed = record.get("as_received")
    for name in FIXED:
        field = fixed.get(name) if isinstance(fixed, dict) else None
        if isinstance(field, dict) and "value" in field and field["value"] != record.get(name):
            yield f"its {name} is not what was fixed at its receipt"


def _texts(values: Any) -> bool:
    return all(isinstance(value, str) for value in values)


def _explained(why: object) -> bool:
    if not isinstance(why, dict) or not _texts([why.get("reason"), why.get("actor")]):
        return False
    try:
        return bool(parse_instant(why.get("at")))
    except ValueError:
        return False
