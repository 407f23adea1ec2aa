"""The claim on custody: every entry is in the log, and every item is as it was received."""

from collections.abc import Collection, Iterable, Mapping
from typing import Any

from evidence.custody import layout
from evidence.custody.canonical import is_sha256
from evidence.custody.disclosure import commitment, derived_commitment
from evidence.custody.entry import DERIVED, Entry, Placed
from evidence.custody.merkle import verify_inclusion
from evidence.custody.verify.examined import Examined, records
from evidence.custody.verify.item_form import form_faults, receipt_faults
from evidence.custody.verify.report import Claim

MOST_STEPS = 64


def judge_custody(pack: Examined) -> Claim:
    """Entries are in the log under the checkpoint; records and files are those of entries."""
    claim = Claim("custody")
    _read_entries(pack, claim)
    _read_items(pack, claim)
    owners = {placed.entry.item: placed for placed in pack.received()}
    if len(owners) != sum(1 for _ in pack.received()):
        claim.fault("bad-file", name=layout.ENTRIES, why="an item was received twice")
    vouched: set[str] = set()
    logged = _logged_copies(pack)
    for number, (item, record) in enumerate(pack.items.items(), 1):
        for why in (*form_faults(record, number), *_item_faults(pack, record, owners.get(item))):
            claim.fault("record", item=item, why=why)
        path = record.get("path")
        if isinstance(path, str) and not layout.names_original(path, number, record.get("sha256")):
            claim.fault("record", item=item, why=f"{path} is not how its original is named")
        vouched.update(_derived_files(pack, item, record, logged.get(item, ()), claim))
        if isinstance(path, str):
            vouched.add(path)
    for name in pack.bag.sizes:
        if name.startswith((layout.PAYLOAD, layout.DERIVED)) and name not in vouched:
            claim.fault("file-of-nobody", name=name)
    for seq in _copies_of_nothing(pack, owners):
        claim.fault("copy-of-nothing", seq=seq)
    claim.note("custody-held", entries=len(pack.entries), items=len(pack.items))
    return claim


def _read_entries(pack: Examined, claim: Claim) -> None:
    for number, line in records(pack, layout.ENTRIES, claim):
        try:
            placed = _placed(line)
        except (ValueError, TypeError, KeyError) as error:
            claim.fault("entry", number=number, why=error)
            continue
        for why in _entry_faults(pack, placed):
            claim.fault("entry", number=number, why=why)
        if not _in_log(pack, placed):
            claim.fault("not-in-log", seq=placed.entry.case_seq)
        pack.entries.append(placed)


def _placed(line: Mapping[str, Any]) -> Placed:
    if set(line) != {"entry", "index", "path"} or type(line["index"]) is not int:
        raise ValueError("a line has an entry, its index and its path")
    steps = line["path"]
    if not isinstance(steps, list) or len(steps) > MOST_STEPS:
        raise ValueError("the path is no list of hashes")
    if not all(is_sha256(step) for step in steps):
        raise ValueError("a step of the path is no hash")
    path = tuple(bytes.fromhex(step) for step in steps)
    return Placed(Entry.from_json(line["entry"]), line["index"], path)


def _entry_faults(pack: Examined, placed: Placed) -> Iterable[str]:
    entry = placed.entry
    if entry.case != pack.info.get(layout.CASE):
        yield "belongs to another case than bag-info.txt says"
    if entry.log != pack.info.get(layout.LOG):
        yield "belongs to another log than bag-info.txt says"
    if pack.entries and placed.index <= pack.entries[-1].index:
        yield "stands before its predecessor in the log"


def _in_log(pack: Examined, placed: Placed) -> bool:
    head = pack.checkpoint
    return (
        head is not None
        and head.origin == placed.entry.log
        and verify_inclusion(placed.entry.hash(), placed.index, head.size, placed.path, head.root)
    )


def _read_items(pack: Examined, claim: Claim) -> None:
    for number, record in records(pack, layout.ITEMS, claim):
        item = record.get("item")
        if not isinstance(item, str) or item in pack.items:
            claim.fault("bad-file", name=layout.ITEMS, why=f"line {number}: no new item")
        else:
            pack.items[item] = record


def _item_faults(pack: Examined, record: Mapping[str, Any], owner: Placed | None) -> Iterable[str]:
    if owner is None:
        yield "no custody entry says that it was received"
        return
    entry = owner.entry
    if (record.get("sha256"), record.get("size")) != (entry.sha256, entry.size):
        yield "its hash or size is not what was received"
    if not _committed(record.get("as_received"), entry):
        yield "its details as received were changed since its custody entry was made"
    yield from receipt_faults(record, owner)
    path = record.get("path")
    if record.get("status") == "included":
        if not isinstance(path, str) or not path.startswith(layout.PAYLOAD):
            yield "names no original"
        elif pack.bag.hashes.get(path) != entry.sha256 or pack.bag.sizes[path] != entry.size:
            yield f"{path} is not the file that was received"
    elif record.get("status") != "withheld" or path is not None:
        yield "is neither included with its file nor withheld without it"


def _committed(record: object, entry: Entry) -> bool:
    try:
        return commitment(record) == entry.detail.get("record_sha256")
    except (ValueError, TypeError):
        return False


def _logged_copies(pack: Examined) -> dict[str | None, list[tuple[object, ...]]]:
    """What the entries say of the making of each item's copies."""
    # Lists: what a hostile record says need not be hashable.
    found: dict[str | None, list[tuple[object, ...]]] = {}
    for entry in (placed.entry for placed in pack.entries if placed.entry.action == DERIVED):
        original, made = entry.detail.get("original_sha256"), entry.detail["record_sha256"]
        found.setdefault(entry.item, []).append((entry.sha256, entry.size, original, made))
    return found


def _derived_files(
    pack: Examined,
    item: str,
    record: Mapping[str, Any],
    logged: Collection[tuple[object, ...]],
    claim: Claim,
) -> list[str]:
    """The derived files of one item that its custody entries (`logged`) vouch for."""
    vouched: list[str] = []
    listed = record.get("derived")
    if not isinstance(listed, list):
        claim.fault("record", item=item, why="derived is no list")
        return []
    for place, made in enumerate(listed, 1):
        path = made.get("path") if isinstance(made, dict) else None
        if not isinstance(path, str) or not path.startswith(layout.DERIVED):
            claim.fault("record", item=item, why="a derived copy has no place under derived/")
            continue
        said = (
            made.get("sha256"),
            made.get("size"),
            record.get("sha256"),
            derived_commitment(made),
        )
        if said not in logged or pack.bag.hashes.get(path) != made.get("sha256"):
            claim.fault("record", item=item, why=f"{path} has no custody entry of its making")
        if not layout.names_copy(path, _number(record), place, made.get("sha256")):
            claim.fault("record", item=item, why=f"{path} is not how its copy is named")
        vouched.append(path)
    return vouched


def _number(record: Mapping[str, Any]) -> int:
    number = record.get("number")
    return number if type(number) is int else 0


def _copies_of_nothing(pack: Examined, owners: Mapping[str | None, Placed]) -> Iterable[int]:
    """Entries of copies whose original was never received as they say."""
    for entry in (placed.entry for placed in pack.entries if placed.entry.action == DERIVED):
        owner = owners.get(entry.item)
        if owner is None or entry.detail.get("original_sha256") != owner.entry.sha256:
            yield entry.case_seq
