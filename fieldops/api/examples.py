"""An example of any value that the description of the interface knows by its schema.

Examples are made, not written down, so that none contradicts the schema beside it; a field whose
value cannot be guessed says one itself, as `metadata={"example": ...}`.
"""

from collections.abc import Mapping
from typing import Any

Schema = Mapping[str, Any]

ID = "019a2f3e-7c00-7000-8000-000000000001"
_BY_FORMAT = {
    "uuid": ID,
    "date-time": "2026-11-24T10:00:00+08:00",
    "date": "2026-11-24",
    "time": "10:00:00",
    "binary": "",
}
_BY_NAME: Mapping[str, Any] = {
    "accuracy": 12.0,
    "accuracy_metres": 12.0,
    "amount": "1200.00",
    "attorney": "",
    "case_number": "HT-001",
    "code": "A1",
    "currency": "CNY",
    "jurisdiction": "CN",
    "lat": 30.66,
    "lon": 104.06,
    "password": "use-a-long-one",
    "phone": "13800138000",
    "sha256": "0" * 64,
    "timezone": "Asia/Shanghai",
    "username": "li.4",
}
_DEEPEST = 8


def example_of(schema: Schema, schemas: Schema, name: str = "", depth: int = 0) -> Any:
    """A value that fits; `schemas` are those that a reference may name."""
    if "$ref" in schema:
        return example_of(schemas[schema["$ref"].rsplit("/", 1)[-1]], schemas, name, depth)
    for key in ("example", "const"):
        if key in schema:
            return schema[key]
    for key in ("anyOf", "oneOf", "allOf"):
        if schema.get(key):
            return example_of(schema[key][0], schemas, name, depth)
    words = [word for word in schema.get("enum", ()) if word is not None]
    if words:
        return words[0]
    kind = _kind(schema)
    if depth > _DEEPEST:
        return None
    if kind == "object":
        inside = schema.get("properties", {})
        return {key: example_of(one, schemas, key, depth + 1) for key, one in inside.items()}
    if kind == "array":
        count = max(1, schema.get("minItems", 1))
        return [example_of(schema.get("items", {}), schemas, name, depth + 1)] * count
    return _plain(kind, schema, name)


def kinds_of(schema: Schema) -> list[str]:
    """The types of a schema, of which "null" may be one."""
    told = schema.get("type", [])
    return [told] if isinstance(told, str) else list(told)


def _kind(schema: Schema) -> str:
    return next((one for one in kinds_of(schema) if one != "null"), "")


def _plain(kind: str, schema: Schema, name: str) -> Any:
    if kind == "boolean":
        return True
    if kind in ("integer", "number"):
        return _BY_NAME.get(name, _number(schema, whole=kind == "integer"))
    if kind == "string" and schema.get("pattern", "").startswith("[0-9a-f]{64}"):
        return "0" * 64
    if kind == "string":
        guessed = _BY_FORMAT.get(schema.get("format", ""), _BY_NAME.get(name, "text"))
        return str(guessed).ljust(schema.get("minLength", 0), "x")[: schema.get("maxLength")]
    return {} if kind == "object" else None


def _number(schema: Schema, *, whole: bool) -> float:
    """One where that is allowed, else what lies nearest to it."""
    least = schema.get("minimum", schema.get("exclusiveMinimum", 0))
    most = schema.get("maximum", schema.get("exclusiveMaximum", least + 1))
    found = least if least > 1 else 1 if most >= 1 else most / 2
    return int(found) if whole else found
