"""The claim on completeness: the chain runs 1..n up to this pack, with nothing left out."""

from evidence.custody.entry import CUT, WITHHELD, chain_faults
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
    reasons = {e.item for e in entries if e.action in {WITHHELD, "key-destroyed"}}
    withheld = [item for item, record in pack.items.items() if record.get("status") == "withheld"]
    for item in withheld:
        if item not in reasons:
            claim.fault("unlogged-withholding", item=item)
    shown = len(pack.items) - len(withheld)
    claim.note("complete", last=len(entries), shown=shown, withheld=len(withheld))
    return claim
