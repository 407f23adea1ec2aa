"""Whatever a schema of ours says of a field, it says in Chinese as well."""

from typing import Any

import pytest
from marshmallow import Schema, ValidationError, fields, validate

from fieldops.api.problems import faults_of
from fieldops.api.sync_schemas import BODIES, EntryIn
from fieldops.domain.bilingual import Bilingual
from fieldops.domain.phones import EntryKind

# One of each kind that the schemas know, and more of what none of them is.
WRONG: list[Any] = [
    None,
    True,
    3,
    -1,
    2.5,
    1e300,
    "",
    "x",
    "x" * 5_000,
    [],
    ["x"] * 60,
    {},
    {"y": 1},
]


def _said(schema: Schema, value: Any) -> list[str]:
    told = dict.fromkeys(schema.fields, value)
    try:
        schema.load(told)
    except ValidationError as wrong:
        return [fault.message for fault in faults_of(wrong.messages)]
    return []


@pytest.mark.parametrize("kind", [None, *EntryKind], ids=str)
def test_every_fault_of_an_entry_is_told_in_both_languages(kind: EntryKind | None) -> None:
    schema = (BODIES[kind] if kind else EntryIn)()
    said = [message for value in WRONG for message in _said(schema, value)]
    said += [fault.message for fault in faults_of(schema.validate({"more": 1}))]
    assert said or kind is EntryKind.ALARM
    assert [message for message in said if not isinstance(message, Bilingual)] == []


@pytest.mark.parametrize(
    ("field", "value", "chinese"),
    [
        (fields.Integer(validate=validate.Range(1, 5)), 9, "须在 1 至 5 之间"),
        (fields.Integer(validate=validate.Range(min=1)), 0, "不能小于 1"),
        (
            fields.Float(validate=validate.Range(0, 1, min_inclusive=False)),
            0,
            "须大于 0 且不超过 1",
        ),
        (fields.String(validate=validate.Length(max=2)), "xyz", "长度不能超过 2"),
        (fields.String(validate=validate.OneOf(["a", "b"])), "c", "只能为以下之一：a, b"),
        (fields.Float(allow_nan=False), "nan", "不能为非数值或无穷大"),
        (fields.Date(), "today", "不是日期，例如 2026-03-02"),
    ],
    ids=lambda value: type(value).__name__,
)
def test_figures_stand_in_both(field: Any, value: Any, chinese: str) -> None:
    schema = Schema.from_dict({"it": field})()
    (fault,) = faults_of(schema.validate({"it": value}))
    assert isinstance(fault.message, Bilingual)
    assert fault.message.zh == chinese
