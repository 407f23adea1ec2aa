"""The house rules that no linter states: sizes, sentences, names, cycles, one clock, one commit."""

import ast
import statistics
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
PACKAGES = ("fieldops", "routing", "evidence", "scripts", "bench", "tests")
DRAWERS = {"utils", "util", "helpers", "helper", "common", "misc"}


def _files() -> list[Path]:
    listed = subprocess.run(
        ["git", "ls-files", "-co", "--exclude-standard", "*.py"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    ).stdout.split()
    every = (path for part in PACKAGES for path in (ROOT / part).rglob("*.py"))
    names = listed or [str(path.relative_to(ROOT)) for path in every]
    return [ROOT / name for name in names if name.split("/")[0] in PACKAGES]


FILES = [path for path in _files() if path.exists()]


def _functions(tree: ast.AST) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef]:
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            yield node


def _length(node: ast.FunctionDef | ast.AsyncFunctionDef) -> int:
    return (node.end_lineno or node.lineno) - node.lineno + 1


def _name(path: Path) -> str:
    return str(path.relative_to(ROOT))


@pytest.mark.parametrize("path", FILES, ids=_name)
def test_a_file_is_short_and_says_what_it_is_for(path: Path) -> None:
    text = path.read_text()
    assert text.count("\n") <= 400, "split it"
    if text.strip():
        assert ast.get_docstring(ast.parse(text)), "say in a sentence what it is for"


@pytest.mark.parametrize("path", FILES, ids=_name)
def test_no_function_has_fifty_lines(path: Path) -> None:
    long = {f.name: _length(f) for f in _functions(ast.parse(path.read_text())) if _length(f) >= 50}
    assert not long


def test_the_median_function_is_short() -> None:
    lengths = [
        _length(function)
        for path in FILES
        if "tests" not in path.parts
        for function in _functions(ast.parse(path.read_text()))
    ]
    assert statistics.median(lengths) < 12


def test_no_drawer_for_odds_and_ends() -> None:
    assert not [p for p in FILES if {p.stem, *p.relative_to(ROOT).parts} & DRAWERS]


def test_one_file_commits() -> None:
    commits = [
        _name(path)
        for path in FILES
        if path.parts[len(ROOT.parts)] == "fieldops" and ".commit()" in path.read_text()
    ]
    assert set(commits) <= {"fieldops/transaction.py", "fieldops/gateways/schema.py"}


def test_one_file_reads_the_clock() -> None:
    readers = [
        _name(path)
        for path in FILES
        if path.parts[len(ROOT.parts)] == "fieldops" and "datetime.now(" in path.read_text()
    ]
    assert readers == ["fieldops/clock.py"]


def test_no_import_cycle() -> None:
    import grimp

    graph = grimp.build_graph("fieldops", "routing", "evidence")
    graph_of = {
        module: {
            found
            for found in graph.find_modules_directly_imported_by(module)
            if found.split(".")[0] in ("fieldops", "routing", "evidence")
        }
        for module in graph.modules
    }
    assert not _cycle(graph_of)


def _cycle(graph: dict[str, set[str]]) -> list[str]:
    """A cycle of imports, or nothing; packages importing their own children do not count."""
    done: set[str] = set()
    for start in graph:
        stack, path = [(start, iter(graph[start]))], [start]
        while stack:
            module, children = stack[-1]
            child = next((c for c in children if not c.startswith(f"{module}.")), None)
            if child is None:
                done.add(module)
                stack.pop()
                path.pop()
            elif child in path:
                return [*path[path.index(child) :], child]
            elif child not in done and child in graph:
                path.append(child)
                stack.append((child, iter(graph[child])))
    return []
