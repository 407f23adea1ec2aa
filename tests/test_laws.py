"""The laws of the architecture that neither the import contracts nor the sizes state."""

import ast
import importlib
import pkgutil
from collections.abc import Iterator
from dataclasses import fields
from pathlib import Path
from uuid import UUID

import pytest

import fieldops
from fieldops.domain.errors import FieldopsError
from fieldops.domain.facts import FACTS, Fact
from fieldops.jobs import follow, register
from fieldops.jobs.registry import JOBS

ROOT = Path(__file__).resolve().parent.parent
WEB = {"flask", "flask_babel", "flask_smorest", "flask_sqlalchemy", "flask_wtf", "werkzeug"}


def _imported(path: Path) -> set[str]:
    found: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            found |= {alias.name.split(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            found.add(node.module.split(".")[0])
    return found


@pytest.mark.parametrize("layer", ["services", "models", "domain"])
def test_below_the_edges_nobody_knows_the_web(layer: str) -> None:
    files = (ROOT / "fieldops" / layer).rglob("*.py")
    assert not [path.name for path in files if _imported(path) & WEB]


def _errors(root: type[FieldopsError]) -> Iterator[type[FieldopsError]]:
    for one in root.__subclasses__():
        yield one
        yield from _errors(one)


def _every_error() -> list[type[FieldopsError]]:
    for layer in ("domain", "services", "api", "gateways"):
        package = importlib.import_module(f"fieldops.{layer}")
        for module in pkgutil.walk_packages(package.__path__, f"{package.__name__}."):
            importlib.import_module(module.name)
    own = (one for one in _errors(FieldopsError) if one.__module__.startswith(fieldops.__name__))
    return list(dict.fromkeys(own))


def test_every_error_has_a_slug_a_status_and_two_titles() -> None:
    wrong = [
        error.__name__
        for error in _every_error()
        if error.slug == "error"
        or not 400 <= error.status < 600
        or not error.title_en.isascii()
        or error.title_zh.isascii()
    ]
    assert not wrong


def test_a_slug_means_one_status() -> None:
    statuses: dict[str, set[int]] = {}
    for error in _every_error():
        statuses.setdefault(error.slug, set()).add(error.status)
    assert not {slug: found for slug, found in statuses.items() if len(found) > 1}


@pytest.mark.parametrize("fact", FACTS.values(), ids=lambda fact: fact.name)
def test_a_fact_carries_ids_alone(fact: type[Fact]) -> None:
    assert fields(fact)
    assert all(field.type in (UUID, "UUID") for field in fields(fact))


def test_every_job_that_follows_a_fact_exists() -> None:
    register()
    assert {name for names in follow.FOLLOWS.values() for name in names} <= set(JOBS)


def test_every_fact_has_its_line_in_the_table() -> None:
    assert set(follow.FOLLOWS) == set(FACTS.values())
