"""Whatever a schema of ours says of a field, it says in both languages and with its cure."""

import importlib
import pkgutil
from collections.abc import Iterator
from typing import Any

import pytest
from marshmallow import Schema, ValidationError, fields, validate

from fieldops import api
from fieldops.api.problems import faults_of
from fieldops.domain.bilingual import Bilingual
from fieldops.domain.errors import FieldFault, InvalidInput
from fieldops.web import form_words

# One of each kind that the schemas know, and more of what none of them is.
WRONG: list[Any] = [
    None,
    True,
    3,
    -1,
    2.5,
    1e300,
    "nan",
    "",
    "x",
    "x" * 5_000,
    [],
    ["x"] * 60,
    {},
    {"y": 1},
]


def _schemata() -> list[type[Schema]]:
    for module in pkgutil.walk_packages(api.__path__, f"{api.__name__}."):
        importlib.import_module(module.name)

    def below(parent: type[Schema]) -> Iterator[type[Schema]]:
        for one in parent.__subclasses__():
            yield one
            yield from below(one)

    found = {one for one in below(Schema) if one.__module__.startswith(api.__name__)}
    return sorted(found, key=lambda one: (one.__module__, one.__name__))


def _said(schema: Schema, value: Any) -> list[FieldFault]:
    try:
        schema.load(value)
    except ValidationError as wrong:
        return faults_of(wrong.messages)
    return []


@pytest.mark.parametrize("kind", _schemata(), ids=lambda one: one.__name__)
def test_every_fault_of_a_schema_is_told_in_both_languages_with_its_cure(
    kind: type[Schema],
) -> None:
    schema = kind()
    told: list[Any] = [dict.fromkeys(schema.fields, value) for value in WRONG]
    said = [fault for value in [*told, {"more": 1}, {}, 3] for fault in _said(schema, value)]
    assert said
    bare = {
        (fault.field, fault.message)
        for fault in said
        if not isinstance(fault.message, Bilingual) or not isinstance(fault.cure, Bilingual)
    }
    assert bare == set()


@pytest.mark.parametrize(
    ("field", "value", "chinese", "cure"),
    [
        (
            fields.Integer(validate=validate.Range(1, 5)),
            9,
            "须在 1 至 5 之间",
            "write a number from 1 to 5",
        ),
        (fields.Integer(validate=validate.Range(min=1)), 0, "不能小于 1", "write 1 or more"),
        (
            fields.Float(validate=validate.Range(0, 1, min_inclusive=False)),
            0,
            "须大于 0 且不超过 1",
            "write a number above 0 and up to 1",
        ),
        (
            fields.String(validate=validate.Length(max=2)),
            "xyz",
            "长度不能超过 2",
            "shorten it to 2 characters or entries",
        ),
        (
            fields.String(validate=validate.OneOf(["a", "b"])),
            "c",
            "不在所列选项之内",
            "write one of: a, b",
        ),
        (fields.Date(), "today", "不是日期", "write it as 2026-03-02"),
    ],
    ids=lambda value: type(value).__name__,
)
def test_figures_stand_in_both(field: Any, value: Any, chinese: str, cure: str) -> None:
    schema = Schema.from_dict({"it": field})()
    (fault,) = faults_of(schema.validate({"it": value}))
    assert isinstance(fault.message, Bilingual)
    assert (fault.message.zh, fault.cure) == (chinese, cure)


def test_what_a_form_says_is_mended_by_the_same_table() -> None:
    words = [form_words.NOT_WHOLE, form_words.NOT_A_NUMBER, form_words.MISSING]
    wrong = InvalidInput(faults=[FieldFault("x", word) for word in words])
    assert all(isinstance(fault.cure, Bilingual) for fault in wrong.faults)
    assert all(isinstance(fault.message, Bilingual) for fault in wrong.faults)


def test_a_cure_of_its_own_stays() -> None:
    (fault,) = InvalidInput(faults=[FieldFault("x", "is missing", "ask the court")]).faults
    assert fault.cure == "ask the court"
