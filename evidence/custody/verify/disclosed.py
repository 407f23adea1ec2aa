"""The claim on disclosure: profile, exhibits and what is withheld are those of the pack's cut."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from evidence.custody import layout
from evidence.custody.entry import CUT
from evidence.custody.statement import DIGEST, VERSION, stamps_told, told_by
from evidence.custody.verify.examined import Examined, records
from evidence.custody.verify.report import Claim
from evidence.custody.verify.stamps import chains

_LABELS = (layout.PROFILE, layout.GROUND)


def judge_disclosure(pack: Examined) -> Claim | None:
    """The statement is the one in the log, and every record of the pack agrees with it.

    None for a pack that was cut before there were statements and does not speak of one.
    """
    claim = Claim("disclosure")
    promised = _promised(pack)
    is_there = layout.DISCLOSURE in pack.bag.sizes
    if promised is None:
        claim.fault("statement-unpromised")
        return claim if is_there or any(label in pack.info for label in _LABELS) else None
    if not is_there:
        claim.fault("statement-missing")
        return claim
    if pack.bag.hashes[layout.DISCLOSURE] != promised:
        claim.fault("statement-changed")
    lines = [line for _, line in records(pack, layout.DISCLOSURE, claim)]
    if len(lines) != 1 or lines[0].get("v") != VERSION:
        claim.fault("bad-file", name=layout.DISCLOSURE, why=f"no statement of version {VERSION}")
        return claim
    for what in _differences(pack, lines[0]):
        claim.fault("disclosed-otherwise", what=what)
    if not claim.faults:
        claim.note("disclosed", **_counted(pack, lines[0]["items"]))
    return claim


def _promised(pack: Examined) -> object:
    """What this pack's cut says of its statement; None for an older pack, which has none."""
    for entry in (placed.entry for placed in pack.entries):
        if entry.action == CUT and entry.detail.get("pack") == pack.pack_id:
            return entry.detail.get(DIGEST)
    return None


def _differences(pack: Examined, statement: Mapping[str, Any]) -> Iterator[str]:
    if statement.get("pack") != pack.pack_id:
        yield layout.PACK_ID
    profile = statement.get("profile")
    named = profile if isinstance(profile, dict) else {}
    labels = {
        layout.PROFILE: f"{named.get('name')} {named.get('version')}",
        layout.GROUND: named.get("ground"),
        layout.STAMP_LIMIT: str(statement.get("stamp_limit_seconds")),
    }
    yield from (label for label, said in labels.items() if pack.info.get(label) != said)
    files = statement.get("files")
    hashes = {name: pack.bag.hashes.get(name) for name in layout.TOLD}
    if files != hashes:
        told = files if isinstance(files, dict) else {}
        yield ", ".join(name for name in hashes if told.get(name) != hashes[name]) or "files"
    # Packs that were cut before stamps were promised may have lost some.
    if "stamps" in statement:
        yield from _stamp_differences(pack, statement["stamps"])
    yield from _item_differences(pack, statement.get("items"))


def _stamp_differences(pack: Examined, listed: object) -> Iterator[str]:
    lines = listed if isinstance(listed, list) else []
    if len(lines) != len(pack.older):
        yield f"the number of older checkpoints ({len(pack.older)}, said to be {len(lines)})"
    for line, (size, (name, _)) in zip(lines, sorted(pack.older.items()), strict=False):
        found = [[link.response for link in links] for links in chains(pack.bag, name)[0]]
        if line != stamps_told(size, found):
            yield f"{name}: its stamps"


def _item_differences(pack: Examined, listed: object) -> Iterator[str]:
    lines = listed if isinstance(listed, list) else []
    if len(lines) != len(pack.items):
        yield f"the number of items ({len(pack.items)}, said to be {len(lines)})"
    for line, (item, record) in zip(lines, pack.items.items(), strict=False):
        try:
            shown = told_by(record)
        except (KeyError, TypeError, AttributeError):
            yield f"item {item}: its record"
            continue
        if not isinstance(line, dict) or line != shown:
            told = line if isinstance(line, dict) else {}
            wrong = [name for name, value in shown.items() if told.get(name) != value]
            yield f"item {item}: {', '.join(wrong) or 'its line'}"


def _counted(pack: Examined, lines: Sequence[Mapping[str, Any]]) -> dict[str, object]:
    """What the note says of lines that are as they should be."""
    stubs = sum(line["status"] == "withheld" for line in lines)
    return {
        "profile": pack.info.get(layout.PROFILE, ""),
        "shown": len(lines) - stubs,
        "stubs": stubs,
        "copies": sum(len(line["copies"]) for line in lines),
        "fields": sum(len(line["withheld_fields"]) for line in lines),
    }
