"""The description of the interface as a person reads it: groups of calls, in his language."""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

from flask import current_app

_METHODS = ("options", "head", "get", "post", "put", "patch", "delete")
_JSON = "application/json"


@dataclass(frozen=True, slots=True)
class Field:
    """A parameter or a field of a body; `limits` says what its value may be."""

    name: str
    place: str
    kind: str
    required: bool
    limits: str
    text: str
    example: str


@dataclass(frozen=True, slots=True)
class Answer:
    """What comes back under one status: its headers, and an example where it is text."""

    status: str
    text: str
    media_type: str
    example: str
    headers: Sequence[tuple[str, str]]


@dataclass(frozen=True, slots=True)
class Call:
    """One call: what it does, who may make it, what it takes and what it answers."""

    id: str
    method: str
    path: str
    summary: str
    more: str
    is_open: bool
    roles: Sequence[str]
    fields: Sequence[Field]
    media_type: str
    body: Sequence[Field]
    example: str
    answers: Sequence[Answer]


@dataclass(frozen=True, slots=True)
class Group:
    """The calls about one kind of thing."""

    id: str
    name: str
    calls: Sequence[Call]


@dataclass(frozen=True, slots=True)
class Interface:
    """The whole description in one language."""

    version: str
    groups: Sequence[Group]

    def group(self, wanted: str) -> Group | None:
        """The group of this id."""
        return next((one for one in self.groups if one.id == wanted), None)


def read(language: str) -> Interface:
    """The interface as this service offers it; read once in each language."""
    interface = current_app.extensions["flask-smorest"]["apis"][""]["ext_obj"]
    return _read(interface, language)


@cache
def _read(interface: Any, language: str) -> Interface:
    return _Reader(interface.spec.to_dict(), language == "zh-CN").interface()


class _Reader:
    def __init__(self, spec: Mapping[str, Any], in_chinese: bool) -> None:
        self._spec, self._chinese = spec, in_chinese
        self._parts = spec.get("components", {})

    def interface(self) -> Interface:
        calls: dict[str, list[Call]] = {}
        for path, operations in self._spec["paths"].items():
            for method in _METHODS:
                if method in operations:
                    one = self._call(method, path, operations)
                    calls.setdefault(operations[method]["tags"][0], []).append(one)
        groups = [
            Group(tag["name"], self._of_group(tag["description"]), calls[tag["name"]])
            for tag in self._spec["tags"]
            if tag["name"] in calls
        ]
        return Interface(self._spec["info"]["version"], groups)

    def _call(self, method: str, path: str, operations: Mapping[str, Any]) -> Call:
        told = operations[method]
        parameters = [*operations.get("parameters", ()), *told.get("parameters", ())]
        media_type, content = _first(told.get("requestBody", {}).get("content", {}))
        return Call(
            told["operationId"], method.upper(), path,
            self._said(told, "summary"), self._said(told, "description"),
            not told["security"], told["x-roles"],
            [self._parameter(self._part(one)) for one in parameters],
            media_type, list(self._fields(content.get("schema", {}))),
            _text(content.get("example")),
            [self._answer(status, self._part(one)) for status, one in told["responses"].items()],
        )  # fmt: skip

    def _parameter(self, told: Mapping[str, Any]) -> Field:
        schema = self._part(told["schema"])
        example = told.get("example", "")
        text = self._said(told, "description")
        return Field(
            told["name"], told["in"], _kind(schema), bool(told.get("required")),
            _limits(schema), text, str(example),
        )  # fmt: skip

    def _fields(self, schema: Mapping[str, Any]) -> Iterator[Field]:
        schema = self._part(schema)
        required = schema.get("required", ())
        for name, given in schema.get("properties", {}).items():
            one = self._part(given)
            text = self._said({**one, **given}, "description")
            yield Field(name, "body", _kind(one), name in required, _limits(one), text, "")

    def _answer(self, status: str, told: Mapping[str, Any]) -> Answer:
        media_type, content = _first(told.get("content", {}))
        text = self._said(told, "description")
        headers = [
            (name, self._said(one, "description")) for name, one in told.get("headers", {}).items()
        ]
        return Answer(status, text, media_type, _text(content.get("example")), headers)

    def _part(self, given: Mapping[str, Any]) -> Mapping[str, Any]:
        """What a reference names, or the thing itself."""
        while "$ref" in given:
            kind, name = given["$ref"].split("/")[-2:]
            given = self._parts[kind][name]
        return given

    def _of_group(self, english: str) -> str:
        words = self._spec["x-tags-zh"] if self._chinese else {}
        return str(words.get(english, english))

    def _said(self, told: Mapping[str, Any], name: str) -> str:
        english = str(told.get(name, ""))
        return str(told.get(f"x-{name}-zh", english)) if self._chinese else english


def _first(content: Mapping[str, Any]) -> tuple[str, Mapping[str, Any]]:
    return next(iter(content.items()), ("", {}))


def _text(example: Any) -> str:
    if example is None or example == "":
        return ""
    if isinstance(example, str):
        return example
    return json.dumps(example, ensure_ascii=False, indent=2)


def _kind(schema: Mapping[str, Any]) -> str:
    told = schema.get("type", "any")
    names = [told] if isinstance(told, str) else [one for one in told if one != "null"]
    return schema.get("format") or " / ".join(names)


def _limits(schema: Mapping[str, Any]) -> str:
    words = [str(word) for word in schema.get("enum", ()) if word is not None]
    if words:
        return " · ".join(words)
    low = schema.get("minimum", schema.get("minLength", schema.get("minItems")))
    high = schema.get("maximum", schema.get("maxLength", schema.get("maxItems")))
    if low is None and high is None:
        return ""
    return f"{'' if low is None else low} … {'' if high is None else high}".strip()
