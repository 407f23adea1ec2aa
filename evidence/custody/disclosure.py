"""Salted commitments: a record that stays provable when some of its fields are withheld.

A record is a set of named fields. Each field is shown as `{"salt", "value"}` or, when withheld,
as `{"sha256"}`; its commitment is the SHA-256 of the canonical list `[salt, name, value]`. The
record's commitment, which the custody entry of receipt holds, is the SHA-256 of the canonical
object of all field commitments: the same whether a field is shown or not. The salt (32 hex
digits, random, kept with the item) is what stops a telephone number being found by trying.
"""

import re
from collections.abc import Callable, Collection, Mapping
from hashlib import sha256
from typing import Any

from evidence.custody.canonical import canonical, is_sha256

_SALT = re.compile(r"[0-9a-f]{32}")
Field = dict[str, Any]


def cover(values: Mapping[str, Any], salt: Callable[[], str]) -> dict[str, Field]:
    """Every field shown with a salt of its own; `salt` gives 32 random hexadecimal digits."""
    return {name: {"salt": salt(), "value": value} for name, value in values.items()}


def withhold(record: Mapping[str, Field], names: Collection[str]) -> dict[str, Field]:
    """The record with the fields `names` reduced to their commitments."""
    unknown = set(names) - set(record)
    if unknown:
        raise ValueError(f"no such field: {', '.join(sorted(unknown))}")
    return {
        name: {"sha256": field_commitment(name, field)} if name in names else dict(field)
        for name, field in record.items()
    }


def commitment(record: object) -> str:
    """The record's commitment in hexadecimal; ValueError or TypeError when it is none."""
    if not isinstance(record, Mapping):
        raise TypeError("a record is an object of fields")
    hashes = {name: field_commitment(name, field) for name, field in record.items()}
    return sha256(canonical(hashes)).hexdigest()


def field_commitment(name: str, field: object) -> str:
    """One field's commitment in hexadecimal, computed when shown, as given when withheld."""
    if isinstance(field, Mapping) and set(field) == {"sha256"} and is_sha256(field["sha256"]):
        return str(field["sha256"])
    if isinstance(field, Mapping) and set(field) == {"salt", "value"}:
        salt = field["salt"]
        if isinstance(salt, str) and _SALT.fullmatch(salt):
            return sha256(canonical([salt, name, field["value"]])).hexdigest()
    raise ValueError(f"field {name}: neither a salt and a value nor a sha256")


def shown(record: Mapping[str, Mapping[str, Any]]) -> dict[str, Any]:
    """The values of the fields that are shown."""
    return {name: field["value"] for name, field in record.items() if "value" in field}


def derived_commitment(made: Mapping[str, Any]) -> str:
    """What a `derived` entry's `record_sha256` holds: how the copy was made, by whom and why.

    The SHA-256 of the canonical object of `media_type`, `masks`, `actor` and `reason`.
    """
    told = {name: made.get(name) for name in ("media_type", "masks", "actor", "reason")}
    return sha256(canonical(told)).hexdigest()
