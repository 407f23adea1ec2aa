"""The claim on consistency: the log only ever grew, as far as older checkpoints can show."""

from collections.abc import Mapping
from typing import Any

from evidence.custody import layout
from evidence.custody.canonical import is_sha256
from evidence.custody.checkpoint import Checkpoint, consistent
from evidence.custody.verify.examined import Examined, records
from evidence.custody.verify.report import Claim


def read_older(pack: Examined, claim: Claim) -> None:
    """Parse the older checkpoints in the pack; done before time is judged."""
    names = [n for n in pack.bag.sizes if n.startswith(layout.OLDER) and "." not in n]
    for name in sorted(names):
        try:
            head = Checkpoint.parse(pack.bag.text(name))
        except ValueError as error:
            claim.fault("bad-file", name=name, why=error)
            continue
        if layout.older_path(head.size) != name:
            claim.fault("older", size=head.size, why="is not the one its file name says")
        pack.older[head.size] = (name, head)
    beside = {f"{name}{end}" for name in names for end in (".p7s", ".tsr")}
    found = {
        name
        for name in pack.bag.sizes
        if name.startswith(layout.OLDER)
        and name not in names
        # Further stamps are judged with the time of the checkpoint that is there for them.
        and (layout.stamp_place(name) or ("",))[0] not in names
    }
    for name in sorted(beside ^ found):
        claim.fault("missing" if name in beside else "no-place", name=name)


def judge_consistency(pack: Examined, claim: Claim, outside: Checkpoint | None) -> Claim:
    """Every older checkpoint, and the one from outside if any, is a beginning of this log."""
    proofs = dict(_proofs(pack, claim))
    own = pack.checkpoint
    for size, (_, head) in sorted(pack.older.items()):
        path = proofs.pop(size, None)
        if path is None:
            claim.fault("older", size=size, why="the pack gives no proof for it")
        elif own is None or not head.size < own.size or not consistent(head, own, path):
            claim.fault("older", size=size, why="the log does not begin with it: rewritten")
        elif head.at > own.at:
            claim.fault("older", size=size, why="is dated after the newer one")
    for size in proofs:
        claim.fault("older", size=size, why="a proof without its checkpoint")
    claim.note("consistent", count=len(pack.older))
    if outside is None:
        claim.note("no-outside")
    elif own is not None:
        _judge_outside(pack, own, outside, claim)
    return claim


def _judge_outside(pack: Examined, own: Checkpoint, outside: Checkpoint, claim: Claim) -> None:
    size = outside.size
    known = {**{s: head for s, (_, head) in pack.older.items()}, own.size: own}
    if outside.origin != own.origin:
        claim.fault("other-log", origin=outside.origin)
    elif size in known:
        if known[size].root != outside.root:
            claim.fault("forked", size=size)
        claim.note("outside-held", size=size)
    elif size > own.size:
        claim.fault("newer", size=size, own=own.size)
    else:
        claim.fault("no-proof", size=size)


def _proofs(pack: Examined, claim: Claim) -> list[tuple[int, tuple[bytes, ...]]]:
    found: list[tuple[int, tuple[bytes, ...]]] = []
    for number, line in records(pack, layout.CONSISTENCY, claim):
        proof = _proof(line)
        if proof is None or (found and proof[0] <= found[-1][0]):
            claim.fault("bad-file", name=layout.CONSISTENCY, why=f"line {number}: no proof")
        else:
            found.append(proof)
    return found


def _proof(line: Mapping[str, Any]) -> tuple[int, tuple[bytes, ...]] | None:
    size, path = line.get("size"), line.get("path")
    if set(line) != {"size", "path"} or type(size) is not int or not isinstance(path, list):
        return None
    if len(path) > 64 or not all(is_sha256(step) for step in path):
        return None
    return size, tuple(bytes.fromhex(step) for step in path)
