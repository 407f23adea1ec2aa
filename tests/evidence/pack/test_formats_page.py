"""The examples in docs/formats.md are exactly what the software writes."""

import base64
import json
import re
from functools import cache
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest

from evidence.custody import layout
from evidence.custody.canonical import canonical
from evidence.custody.checkpoint import Checkpoint
from evidence.custody.der import read_stamp
from evidence.custody.disclosure import commitment
from evidence.custody.entry import ACTIONS, Entry
from evidence.custody.instants import format_instant
from evidence.custody.merkle import leaf_hash, verify_inclusion
from evidence.custody.receipt import Receipt, receipt_for
from evidence.custody.statement import (
    DIGEST,
    REASONS,
    stamps_told,
    statement_line,
    statement_sha256,
)
from evidence.custody.verify.words import CLAIMS
from evidence.pack.records import item_records
from tests.evidence import disclosed, world
from tests.evidence.tampering import files

PAGE = Path(__file__).parents[3] / "docs" / "formats.md"
_EXAMPLE = re.compile(r"<!-- example: ([^>]+) -->\n```\w+\n(.*?)\n```", re.DOTALL)


@cache
def examples() -> dict[str, str]:
    return dict(_EXAMPLE.findall(PAGE.read_text(encoding="utf-8")))


def example(name: str) -> Any:
    return json.loads(examples()[name])


def test_the_entry_s_leaf_bytes_and_hash_follow_from_one_another() -> None:
    entry = Entry.from_json(example("entry"))
    assert entry.leaf() == examples()["leaf"].encode()
    assert entry.hash() == leaf_hash(examples()["leaf"].encode())
    assert entry.hash().hex() == examples()["leaf-hash"]


def test_the_path_leads_to_the_checkpoint() -> None:
    line = example("entries.jsonl")
    head = Checkpoint.parse((examples()["checkpoint"] + "\n").encode())
    path = [bytes.fromhex(step) for step in line["path"]]
    leaf = Entry.from_json(line["entry"]).hash()
    assert verify_inclusion(leaf, line["index"], head.size, path, head.root)


def test_the_receipt_is_that_of_the_entry() -> None:
    entry = Entry.from_json(example("entry"))
    receipt: Receipt = receipt_for(entry, example("entries.jsonl")["index"], "ab" * 32)
    assert receipt.body() == example("receipt")


def test_the_item_s_record_is_what_its_entry_commits_to() -> None:
    record = example("items.jsonl")
    lines = [json.loads(line) for line in files()[layout.ENTRIES].splitlines()]
    received = lines[record["received"]["case_seq"] - 1]["entry"]
    assert commitment(record["as_received"]) == received["detail"]["record_sha256"]


@pytest.mark.parametrize(
    ("name", "path"),
    [
        ("entries.jsonl", layout.ENTRIES),
        ("consistency.jsonl", layout.CONSISTENCY),
        ("findings.jsonl", layout.FINDINGS),
        ("trace.jsonl", layout.TRACE),
        ("system.jsonl", layout.SYSTEM),
    ],
)
def test_the_example_is_the_first_line_of_the_file(name: str, path: str) -> None:
    assert canonical(example(name)) == files()[path].splitlines()[0]


def test_the_item_examples_are_what_is_written() -> None:
    records = list(item_records(world.source()))
    assert example("items.jsonl") == records[1]
    withheld = example("items.jsonl withheld")
    assert withheld == {name: records[2][name] for name in withheld}


@pytest.mark.parametrize(
    ("name", "path"), [("checkpoint", layout.CHECKPOINT), ("bag-info.txt", layout.INFO)]
)
def test_the_text_examples_are_what_is_written(name: str, path: str) -> None:
    assert f"{examples()[name]}\n".encode() == files()[path]


def test_the_examples_of_disclosure_are_what_is_written() -> None:
    told = disclosed.files()
    said, written = example("disclosure.jsonl"), json.loads(told[layout.DISCLOSURE])
    # Stamps come out differently each time; the example's own are tried below.
    assert {**said, "stamps": None} == {**written, "stamps": None}
    entries = [json.loads(line)["entry"] for line in told[layout.ENTRIES].splitlines()]
    scoped = next(entry for entry in entries if entry["action"] == "withheld")
    assert example("entry withheld from one pack") == {
        name: scoped[name] for name in ("action", "actor", "item", "detail")
    }
    promised = {DIGEST: statement_sha256(statement_line(said)), "pack": world.PACK}
    assert example("entry of a cut") == {"action": entries[-1]["action"], "detail": promised}
    shown, _, stub = list(item_records(disclosed.source()))[:3]
    assert example("items.jsonl exhibit") == {
        **{name: shown[name] for name in ("item", "number", "exhibit", "status")},
        "as_received": {"upload_session": shown["as_received"]["upload_session"]},
    }
    assert example("items.jsonl stub") == {
        name: stub[name] for name in ("item", "number", "status", "withheld")
    }
    assert f"{examples()['bag-info.txt disclosure']}\n".encode() in told[layout.INFO]


def test_the_stamps_are_over_what_the_page_says_and_are_those_that_a_statement_promises() -> None:
    text = (examples()["stamped checkpoint"] + "\n").encode()
    stamp, renewal = (base64.b64decode(examples()[name]) for name in ("stamp", "renewal"))
    head = layout.older_path(Checkpoint.parse(text).size)
    assert text == disclosed.files()[head]
    files = (
        (layout.stamp_path(head), stamp, text),
        (layout.stamp_path(head, 1, 1), renewal, text + stamp),
    )
    for told, (path, response, data) in zip(example("stamps read"), files, strict=True):
        read = read_stamp(response)
        assert read.digest == sha256(data).digest()
        assert told == {
            "algorithm": read.algorithm, "at": format_instant(read.at), "over": read.digest.hex(),
            "path": path, "policy": read.policy, "sha256": sha256(response).hexdigest(),
        }  # fmt: skip
    line = example("disclosure.jsonl")["stamps"][0]
    (first, other) = line["chains"]
    assert stamps_told(line["size"], ((stamp, renewal),)) == {**line, "chains": [first]}
    written = json.loads(disclosed.files()[layout.DISCLOSURE])["stamps"][0]
    assert [len(one) for one in written["chains"]] == [len(first), len(other)]


@pytest.mark.parametrize(
    "word",
    [*ACTIONS, *CLAIMS, *layout.REQUIRED[:4], layout.STAMP_LIMIT, layout.PROFILE, *REASONS],
)
def test_every_word_is_explained(word: str) -> None:
    assert f"`{word}`" in PAGE.read_text(encoding="utf-8")


def test_the_original_s_hash_is_in_the_manifest_under_its_path() -> None:
    record = example("items.jsonl")
    assert sha256(files()[record["path"]]).hexdigest() == record["sha256"]
    assert f"{record['sha256']}  {record['path']}\n".encode() in files()[layout.MANIFEST]
