"""Parsing: what is good is read, what is bad is reported with its line and the field."""

import gzip
import json
from pathlib import Path
from typing import Any

import pytest

from evidence.trace import Observation, Rejected, TraceError, parse_line
from evidence.trace.observation import MAX_LINE_BYTES, read_observations

GOOD: dict[str, Any] = {
    "id": "o1",
    "person": "p1",
    "address": "a1",
    "kind": "visit.vacant",
    "observed_at": "2024-01-01T10:15+08:00",
    "recorded_at": "2024-01-01T11:00:00.5+08:00",
    "source": {"class": "agent", "id": "agent05"},
}
SOLD = {"disposed_on": "2024-01-01", "counterparty": "related", "price_ratio": 0.5}


def line(**changes: Any) -> str:
    """The good line with changes; a value of ... leaves the field out."""
    raw = {key: value for key, value in (GOOD | changes).items() if value is not ...}
    return json.dumps(raw)


def test_a_good_line_is_read_with_times_without_seconds() -> None:
    found = parse_line(line(grade={"reliability": "B", "credibility": 2}, evidence=["a" * 64]))
    assert found.observed_at.isoformat() == "2024-01-01T10:15:00+08:00"
    assert (found.source_class, found.group) == ("agent", "agent:agent05")
    assert found.grade is not None
    assert found.grade.reliability == "B"


@pytest.mark.parametrize(
    ("text", "field"),
    [
        ("{", "not JSON"),
        ("[1]", "object"),
        ("[" * 100_000, "not JSON"),  # Nested until a naive reader's stack overflows.
        (line(id=...), "id is missing"),
        (line(person=7), "person"),
        (line(person=""), "person"),
        (line(person="p" * 201), "person"),
        (line(address="a\x1b[2J"), "address"),  # Would clear the terminal of who reads the error.
        (line(observed_at="yesterday"), "observed_at"),
        (line(observed_at="2024-01-01T10:15"), "offset"),
        (line(recorded_at="0001-01-01T00:00+08:00"), "1970"),
        (line(source="agent"), "source"),
        (line(source={"class": "agent"}), "source.id"),
        (line(grade={"reliability": "G", "credibility": 1}), "reliability"),
        (line(grade={"reliability": "A", "credibility": True}), "credibility"),
        (line(evidence=["abc"]), "evidence"),
        (line(data=[]), "data"),
        (line(data={"independence_group": 3}), "independence_group"),
        (line(data={"x": float("nan")}), "NaN"),
        (line(kind="asset.disposed"), "disposed_on"),
        (line(kind="asset.disposed", data=SOLD | {"disposed_on": "2024-13-01"}), "disposed_on"),
        (line(kind="asset.disposed", data=SOLD | {"price_ratio": -1}), "price_ratio"),
        (line(kind="asset.disposed", data=SOLD | {"price_ratio": True}), "price_ratio"),
        (line(kind="asset.disposed", data=SOLD | {"price_ratio": 10**400}), "price_ratio"),
        (line(kind="asset.disposed", data=SOLD | {"counterparty": "aunt"}), "counterparty"),
    ],
)
def test_a_bad_line_is_refused_with_the_field(text: str, field: str) -> None:
    with pytest.raises(TraceError, match=field):
        parse_line(text)


def test_a_file_is_read_past_its_bad_lines_which_keep_their_numbers(tmp_path: Path) -> None:
    path = tmp_path / "o.jsonl"
    long = b'"' + b"x" * (MAX_LINE_BYTES + 5) + b'"\n'
    good = line().encode() + b"\n"
    path.write_bytes(b"\xef\xbb\xbf" + good + b"\n{\n" + long + b"\xff\xfe\n" + good)
    found = list(read_observations(path))
    assert [f.line for f in found if isinstance(f, Rejected)] == [3, 4, 5]
    assert sum(isinstance(f, Observation) for f in found) == 2


def test_a_gzipped_file_is_read_whatever_its_name(tmp_path: Path) -> None:
    path = tmp_path / "o.bin"
    path.write_bytes(gzip.compress(line().encode()))
    assert [f.id for f in read_observations(path) if isinstance(f, Observation)] == ["o1"]


def test_a_truncated_gzip_file_is_one_clear_error(tmp_path: Path) -> None:
    path = tmp_path / "o.jsonl.gz"
    path.write_bytes(gzip.compress(line().encode() * 50)[:-9])
    with pytest.raises(TraceError, match="cannot be read"):
        list(read_observations(path))
