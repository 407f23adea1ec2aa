"""The description of the interface: whole in both languages, and its examples do what they say."""

from collections.abc import Iterator, Mapping
from typing import Any

import pytest
from flask import Flask
from marshmallow import Schema

from fieldops.api.describing import PROBLEM, chinese
from fieldops.domain.permissions import Permission

_METHODS = ("options", "head", "get", "post", "put", "patch", "delete")


@pytest.fixture(scope="module")
def spec(configured_app: Flask) -> Mapping[str, Any]:
    """The document as clients get it."""
    found: Mapping[str, Any] = configured_app.test_client().get("/api/v1/openapi.json").get_json()
    return found


def _operations(spec: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    for path, operations in spec["paths"].items():
        for method in _METHODS:
            if method in operations:
                yield {"path": path, "method": method, **operations[method]}


def _name(one: Mapping[str, Any]) -> str:
    return f"{one['method']} {one['path']}"


def test_every_call_says_what_it_does_and_who_may_make_it(spec: Mapping[str, Any]) -> None:
    silent = [
        _name(one)
        for one in _operations(spec)
        if not one.get("summary") or one["x-permission"] not in Permission.__members__
    ]
    assert silent == []


def test_every_sentence_stands_in_chinese_and_no_chinese_is_left_over(
    spec: Mapping[str, Any],
) -> None:
    said: set[str] = {tag["description"] for tag in spec["tags"]}
    for one in _operations(spec):
        answers = [answer for answer in one["responses"].values() if "$ref" not in answer]
        headers = [told for one in answers for told in one.get("headers", {}).values()]
        for told in (one, *one["parameters"], *answers, *headers):
            said |= {told[key] for key in ("summary", "description") if told.get(key)}
    for schema in spec["components"]["schemas"].values():
        for field in schema.get("properties", {}).values():
            said |= {field[key] for key in ("description",) if key in field}
    own = {sentence for sentence in said if sentence in chinese()}
    assert set(chinese()) - own == set()
    assert said - own == set()


def test_every_call_names_the_errors_it_may_meet(spec: Mapping[str, Any]) -> None:
    wrong = []
    for one in _operations(spec):
        wanted = set() if one["x-permission"] == "ANYONE" else {"401"}
        wanted |= {"404"} if "{" in one["path"] else set()
        wanted |= {"422"} if "requestBody" in one else set()
        if wanted - set(one["responses"]):
            wrong.append(_name(one))
    assert wrong == []


def test_an_error_shows_how_it_looks(spec: Mapping[str, Any]) -> None:
    shown = spec["components"]["responses"]["InvalidInput"]["content"][PROBLEM]["example"]
    assert shown["type"] == "urn:fieldops:problem:invalid-input"
    (fault,) = shown["errors"]
    assert fault["cure"] == "write it as 2026-03-02"


def test_every_body_and_every_answer_of_text_has_an_example(spec: Mapping[str, Any]) -> None:
    bare = []
    for one in _operations(spec):
        for body in (one.get("requestBody", {}), *one["responses"].values()):
            for media_type, content in body.get("content", {}).items():
                if "json" in media_type and "example" not in content:
                    bare.append((_name(one), media_type))
    assert bare == []


def _schema_of(view: Any) -> Schema | None:
    """What reads the body of a call, where one does."""
    for told in getattr(view, "_apidoc", {}).get("arguments", {}).get("parameters", ()):
        if told["in"] in ("json", "form"):
            schema = told["schema"]
            return schema() if isinstance(schema, type) else schema
    return None


def test_the_example_of_a_body_is_one_that_the_call_takes(
    configured_app: Flask, spec: Mapping[str, Any]
) -> None:
    refused = {}
    for one in _operations(spec):
        endpoint, _, method = one["operationId"].rpartition(".")
        view = getattr(configured_app.view_functions[endpoint], "view_class", None)
        schema = _schema_of(getattr(view, method, None))
        if schema is None:
            continue
        (content,) = one["requestBody"]["content"].values()
        if faults := schema.validate(content["example"]):
            refused[_name(one)] = faults
    assert refused == {}


def test_a_client_writer_finds_how_files_are_sent_and_receipts_had(spec: Mapping[str, Any]) -> None:
    part = spec["paths"]["/api/v1/uploads/{upload_id}"]["patch"]
    taken = {one["name"] for one in part["parameters"] if one["in"] == "header"}
    assert {"Tus-Resumable", "Upload-Offset", "Upload-Checksum"} <= taken
    assert "Fieldops-Receipt" in part["responses"]["204"]["headers"]
    shown = spec["components"]["responses"]["OffsetMismatch"]["content"][PROBLEM]["example"]
    assert shown["offset"] == 1024
    assert "Upload-Length" in {
        one["name"] for one in spec["paths"]["/api/v1/uploads"]["post"]["parameters"]
    }
