"""What the description of the interface says of every endpoint beyond its schemas.

Who may call it, which headers it heeds, which errors it answers with, and an example of what goes
in and what comes out: all of it read from the endpoint itself, so that it cannot fall behind.
"""

import inspect
import tomllib
from collections.abc import Iterator, Mapping
from copy import deepcopy
from functools import cache
from importlib.resources import files
from typing import Any

from apispec import APISpec, BasePlugin
from flask import Flask
from werkzeug.routing import Rule

from fieldops.api.examples import ID, example_of
from fieldops.domain import errors
from fieldops.domain.bilingual import Bilingual
from fieldops.domain.permissions import GRANTS, Permission, Role
from fieldops.domain.problem_documents import document

PROBLEM = "application/problem+json"
_WROTE = frozenset({"post", "put", "patch", "delete"})
_DETAILS: Mapping[type[errors.FieldopsError], errors.FieldopsError] = {
    errors.InvalidInput: errors.InvalidInput(
        faults=[errors.FieldFault("day", "Not a valid date.")]
    ),
    errors.Unauthenticated: errors.Unauthenticated("No access token was sent."),
    errors.Forbidden: errors.Forbidden(Permission.READ_CASES.value),
    errors.NotFound: errors.NotFound(
        Bilingual(f"There is no case {ID}.", f"没有编号为 {ID} 的记录。")
    ),
    errors.Conflict: errors.Conflict(),
    errors.PreconditionFailed: errors.PreconditionFailed(
        Bilingual("You read version 3; the present one is 4.", "您所读为第 3 版,现为第 4 版。")
    ),
    errors.PreconditionRequired: errors.PreconditionRequired(),
}
_PROBLEM_SCHEMA = {
    "type": "object",
    "description": "RFC 9457; `type` is stable, title and detail are for people",
    "required": ["type", "title", "status"],
    "properties": {
        "type": {"type": "string"},
        "title": {"type": "string"},
        "status": {"type": "integer"},
        "detail": {"type": "string"},
        "errors": {
            "type": "array",
            "items": {
                "type": "object",
                "properties": {
                    "field": {"type": "string"},
                    "message": {"type": "string"},
                    "cure": {"type": "string"},
                },
            },
        },
    },
}


class Describing(BasePlugin):
    """Completes each operation while it is added to the description."""

    def __init__(self, app: Flask) -> None:
        super().__init__()
        self._app = app
        self._spec: APISpec | None = None

    def init_spec(self, spec: APISpec) -> None:
        """Add what all operations share."""
        self._spec = spec
        spec.options["x-tags-zh"] = _tables()["groups"]
        spec.components.security_scheme("bearer", {"type": "http", "scheme": "bearer"})
        spec.components.schema("Problem", _PROBLEM_SCHEMA)
        for error in _DETAILS:
            spec.components.response(error.__name__, response_of(_DETAILS[error]))

    def operation_helper(
        self,
        path: Any = None,
        operations: Any = None,
        rule: Rule | None = None,
        by_hand: bool = False,
        **_: Any,
    ) -> None:
        """Complete the operations of one address; of those by hand the Chinese alone is lacking."""
        if rule is None or self._spec is None:
            return
        if by_hand:
            for operation in operations.values():
                self._finish(operation)
            return
        view: Any = self._app.view_functions[rule.endpoint]
        for method, operation in operations.items():
            answering = getattr(getattr(view, "view_class", None), method, view)
            operation["operationId"] = f"{rule.endpoint}.{method}"
            operation["responses"] = _our_own(operation["responses"])
            for error in _errors(method, rule, operation, answering):
                operation["responses"].setdefault(str(error.status), error.__name__)
            say_who(operation, answering.permission)
            operation.setdefault("parameters", []).extend(_headers(method, answering))
            self._finish(operation)

    def _finish(self, operation: dict[str, Any]) -> None:
        _put_into_chinese(operation)
        if self._spec is not None:
            _exemplify(operation, self._spec.components.schemas)


def _our_own(responses: Mapping[Any, Any]) -> dict[str, Any]:
    """The answers without those that name an error in the framework's form."""
    return {str(status): one for status, one in responses.items() if not isinstance(one, str)}


def say_who(operation: dict[str, Any], permission: Permission) -> None:
    """Add who may make the call."""
    operation["x-permission"] = permission.name
    if permission is Permission.ANYONE:
        operation["security"] = []
        operation["x-roles"] = []
        return
    operation["security"] = [{"bearer": []}]
    operation["x-roles"] = [
        role.value for role in Role if role is not Role.SYSTEM and permission in GRANTS[role]
    ]


def _headers(method: str, answering: Any) -> Iterator[dict[str, Any]]:
    """The headers that the endpoint heeds, beside the token."""
    if _asks_version(answering):
        yield header("If-Match", "The ETag that was given with what is changed", '"3"', True)
    if method == "post" and answering.offline and answering.permission is not Permission.ANYONE:
        yield header("Idempotency-Key", "Makes a repeated call one; any new text", ID, False)
    if answering.reads:
        yield header("X-Purpose", "What it is read for; kept with the reading", "", False)


def header(name: str, text: str, example: str, required: bool) -> dict[str, Any]:
    """A header that a call heeds, as a parameter."""
    told = {
        "in": "header",
        "name": name,
        "description": text,
        "required": required,
        "schema": {"type": "string"},
    }
    return {**told, "example": example} if example else told


def _asks_version(answering: Any) -> bool:
    # The endpoint itself asks for the version, so nothing beside it can say otherwise.
    return "required_version" in inspect.unwrap(answering).__code__.co_names


def _errors(
    method: str, rule: Rule, operation: Mapping[str, Any], answering: Any
) -> Iterator[type[errors.FieldopsError]]:
    if answering.permission is not Permission.ANYONE:
        yield errors.Unauthenticated
    if answering.permission not in (Permission.ANYONE, Permission.SIGNED_IN):
        yield errors.Forbidden
    if rule.arguments:
        yield errors.NotFound
    if method in _WROTE and answering.permission is not Permission.ANYONE:
        yield errors.Conflict
    if _asks_version(answering):
        yield errors.PreconditionFailed
        yield errors.PreconditionRequired
    if {"requestBody", "parameters"} & operation.keys():
        yield errors.InvalidInput


def response_of(error: errors.FieldopsError) -> dict[str, Any]:
    """The answer with which an error is told, with this one as its example."""
    shown = document(error, "en")
    return {
        "description": error.title_en,
        "x-description-zh": error.title_zh,
        "content": {PROBLEM: {**_PROBLEM_CONTENT[PROBLEM], "example": shown}},
    }


# An answer of which only that it is JSON is said.
_UNSAID = {"application/json": {"schema": {"type": "object"}}}
_PROBLEM_CONTENT = {PROBLEM: {"schema": {"$ref": "#/components/schemas/Problem"}}}


def _exemplify(operation: dict[str, Any], schemas: Mapping[str, Any]) -> None:
    bodies = [operation.get("requestBody", {}), *operation["responses"].values()]
    for status, one in operation["responses"].items():
        if isinstance(one, dict) and status not in ("204", "304"):
            one.setdefault("content", deepcopy(_UNSAID if status < "300" else _PROBLEM_CONTENT))
    for body in bodies:
        for content in body.get("content", {}).values() if isinstance(body, dict) else ():
            if content.get("schema") and not {"example", "examples"} & set(content):
                made = example_of(content["schema"], schemas)
                if made not in ("", None):
                    content["example"] = made


def _put_into_chinese(operation: dict[str, Any]) -> None:
    answers = [one for one in operation["responses"].values() if isinstance(one, dict)]
    headers = (one for answer in answers for one in answer.get("headers", {}).values())
    for told in (operation, *operation["parameters"], *answers, *headers):
        for name in ("summary", "description"):
            if name in told:
                told[name] = " ".join(told[name].split())
                if said := chinese().get(told[name]):
                    told[f"x-{name}-zh"] = said


@cache
def chinese() -> Mapping[str, str]:
    """The sentences of the description, in Chinese."""
    return {key: said for table in _tables().values() for key, said in table.items()}


@cache
def _tables() -> Mapping[str, Mapping[str, str]]:
    return tomllib.loads(files("fieldops.api").joinpath("words.zh.toml").read_text("utf-8"))
