"""Calls that no schema describes: files by tus, and what balancers and watchers ask.

What they take and answer is written down in `by_hand.toml`; who may call is read from their views.
"""

import tomllib
from collections.abc import Iterator, Mapping
from importlib.resources import files
from typing import Any

from apispec import APISpec
from flask import Flask
from werkzeug.routing import Rule

from fieldops.api import tus
from fieldops.api.describing import header, response_of, say_who
from fieldops.domain.bilingual import Bilingual
from fieldops.domain.errors import BadHeader, FieldFault, FieldopsError
from fieldops.services import evidence, uploads

Told = Mapping[str, Any]

# How each looks that only these calls answer with; the others are shared with all calls.
_ERRORS: tuple[FieldopsError, ...] = (
    BadHeader(faults=[FieldFault("Upload-Offset", "is missing or no whole number from 0")]),
    tus.OtherVersion("This service speaks tus 1.0.0."),
    tus.OtherType("text/plain was sent."),
    tus.PartChanged("Send the part again from the same offset."),
    uploads.TooLarge(),
    uploads.TooManyUploads(),
    uploads.OffsetMismatch(
        Bilingual(
            "The upload ends at 1024, the part begins at 0.", "已上传至 1024,所发分段始于 0。"
        ),
        offset=1024,
    ),
    evidence.ChecksumMismatch(),
)


def describe(app: Flask, spec: APISpec) -> None:
    """Add them to the description of the interface."""
    told = tomllib.loads(files("fieldops.api").joinpath("by_hand.toml").read_text("utf-8"))
    for name, text in told["groups"].items():
        spec.tag({"name": name, "description": text})
    for error in _ERRORS:
        spec.components.response(type(error).__name__, response_of(error))
    statuses = {type(error).__name__: error.status for error in _ERRORS} | _shared()
    paths: dict[str, tuple[Rule, dict[str, Any]]] = {}
    for call in told["call"]:
        rule = _served(app, call)
        view: Any = app.view_functions[rule.endpoint]
        operation = _operation(rule.endpoint, call, told, statuses)
        say_who(operation, view.permission)
        paths.setdefault(rule.rule, (rule, {}))[1][call["method"]] = operation
    for rule, operations in paths.values():
        spec.path(rule=rule, operations=operations, by_hand=True)


def _served(app: Flask, call: Told) -> Rule:
    """The address that is described; what is not served is not described either."""
    for rule in app.url_map.iter_rules():
        if rule.rule == call["path"] and call["method"].upper() in (rule.methods or ()):
            return rule
    raise LookupError(f"{call['method']} {call['path']} is described and not served")


def _shared() -> dict[str, int]:
    return {one.__name__: one.status for one in FieldopsError.__subclasses__()}


def _operation(
    endpoint: str, call: Told, told: Told, statuses: Mapping[str, int]
) -> dict[str, Any]:
    operation: dict[str, Any] = {
        "operationId": f"{endpoint}.{call['method']}",
        "tags": [endpoint.partition(".")[0]],
        "summary": call["summary"],
        "parameters": list(_parameters(call, told["header"])),
        "responses": {
            status: _answer(answer, told["told"]) for status, answer in call["answers"].items()
        },
    }
    if "description" in call:
        operation["description"] = call["description"]
    if "body" in call:
        schema = {"type": "string", "format": "binary"}
        operation["requestBody"] = {"content": {call["body"]: {"schema": schema}}}
    for name in call.get("refuses", ()):
        operation["responses"][str(statuses[name])] = name
    return operation


def _parameters(call: Told, headers: Told) -> Iterator[dict[str, Any]]:
    for name in call.get("takes", ()):
        one = headers[name.removesuffix("?")]
        required = one.get("required", False) and not name.endswith("?")
        yield header(name.removesuffix("?"), one["text"], one["example"], required)


def _answer(answer: Told, told: Told) -> dict[str, Any]:
    found: dict[str, Any] = {"description": answer["text"]}
    if names := answer.get("headers"):
        found["headers"] = {
            name: {"description": told[name], "schema": {"type": "string"}} for name in names
        }
    if "json" in answer:
        content = {"schema": {"type": "object"}, "example": answer["json"]}
        found["content"] = {"application/json": content}
    elif "media_type" in answer:
        found["content"] = {answer["media_type"]: {"schema": {"type": "string"}}}
    else:
        # Such an answer is told in its headers alone.
        found["content"] = {}
    return found
