"""The claim on completeness: the chain runs 1..n up to this pack, with nothing left out."""

from collections.abc import Iterable, Mapping
from typing import Any

from evidence.custody.entry import CUT, Entry, chain_faults, keeps_out
from evidence.custody.instants import format_instant
from evidence.custody.verify.examined import Examined
from evidence.custody.verify.report import Claim


def judge_completeness(pack: Examined) -> Claim:
    """No gap in 1..n, the last entry is this pack's cut, each item is shown or a stub."""
    claim = Claim("completeness")
    entries = [placed.entry for placed in pack.entries]
    for fault in chain_faults(entries):
        claim.fault("chain", why=fault.text)
    last = entries[-1] if entries else None
    if last is None or last.action != CUT or last.detail.get("pack") != pack.pack_id:
        claim.fault("no-cut", pack=pack.pack_id)
    for placed in pack.received():
        if placed.entry.item not in pack.items:
            claim.fault("left-out", item=placed.entry.item, seq=placed.entry.case_seq)
    withheld = _judge_stubs(pack, entries, claim)
    shown = len(pack.items) - withheld
    claim.note("complete", last=len(entries), shown=shown, withheld=withheld)
    return claim


def _judge_stubs(pack: Examined, entries: Iterable[Entry], claim: Claim) -> int:
    """Hold every stub against the entry that keeps its item out; how many stubs there are."""
    # The last of them speaks: it may be of this pack alone, after one for good.
    keeping = {entry.item: entry for entry in entries if keeps_out(entry, pack.pack_id)}
    count = 0
    for item, record in pack.items.items():
        entry = keeping.get(item)
        if record.get("status") != "withheld":
            if entry is not None:
                claim.fault("shown-though-withheld", item=item, seq=entry.case_seq)
            continue
        count += 1
        if entry is None:
            claim.fault("unlogged-withholding", item=item)
        elif entry.detail.get("pack") == pack.pack_id and not _says(record, entry):
            claim.fault("withheld-otherwise", item=item, seq=entry.case_seq)
    return count


def _says(record: Mapping[str, Any], entry: Entry) -> bool:
    """Whether a stub gives the reason, person and time of the entry."""
    told = record.get("withheld")
    said = (entry.detail.get("reason"), entry.actor, format_instant(entry.at))
    return isinstance(told, dict) and said == (
        told.get("reason"), told.get("actor"), told.get("at")
    )  # fmt: skip
