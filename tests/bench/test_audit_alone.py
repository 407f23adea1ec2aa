"""The audit knows nothing of what it judges: it stands on the standard library and plain SQL."""

import ast
import sys
from pathlib import Path

import pytest

import bench.audit

FILES = sorted(Path(bench.audit.__file__).parent.glob("*.py"))


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
def test_a_file_of_the_audit_imports_nothing_of_the_system(path: Path) -> None:
    tree = ast.parse(path.read_text())
    named = {
        alias.name
        for node in ast.walk(tree)
        if isinstance(node, ast.Import)
        for alias in node.names
    }
    named |= {node.module or "" for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)}
    outside = {name for name in named if name.partition(".")[0] not in sys.stdlib_module_names}
    assert all(
        name == "sqlalchemy" or name.startswith(("sqlalchemy.", "bench.audit")) for name in outside
    )
