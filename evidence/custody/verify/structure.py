"""The claims on files: the container and layout are a pack's, and no byte differs."""

from hashlib import sha256
from pathlib import Path

from evidence.custody import layout
from evidence.custody.manifest import DECLARATION
from evidence.custody.verify.alone import SCRIPT
from evidence.custody.verify.examined import Examined, read_bag_files, records
from evidence.custody.verify.report import Claim


def judge_structure(pack: Examined) -> Claim:
    """The container is sound, every file has a place, and the tag files can be read."""
    claim = Claim("structure")
    bag = pack.bag
    for fault in bag.faults:
        claim.fault("container", name=fault.name or "ZIP", why=fault.text)
    for name in bag.sizes:
        if not layout.has_place(name):
            claim.fault("no-place", name=name)
    read_bag_files(pack, claim)
    if bag.text(layout.BAGIT) != DECLARATION:
        claim.fault("bad-file", name=layout.BAGIT, why="not BagIt 1.0")
    _judge_info(pack, claim)
    for name in (layout.FINDINGS, layout.TRACE, layout.SYSTEM):
        for _ in records(pack, name, claim):
            pass
    claim.note("shape", count=len(bag.sizes))
    differing = _other_verifier(pack)
    if differing is not None:
        claim.note("other-verifier", name=differing)
    return claim


def _other_verifier(pack: Examined) -> str | None:
    """The first file of the verifier in the pack that is not as it runs here, if any.

    A note and no fault: an older pack rightly carries an older verifier.
    """
    root = Path(__file__).parents[3]
    if pack.bag.hashes.get(layout.SCRIPT_PATH) != sha256(SCRIPT).hexdigest():
        return layout.SCRIPT_PATH
    for path in sorted((root / "evidence" / "custody").rglob("*.py")):
        name = f"{layout.VERIFY}{path.relative_to(root).as_posix()}"
        if pack.bag.hashes.get(name) != sha256(path.read_bytes()).hexdigest():
            return name
    return None


def _judge_info(pack: Examined, claim: Claim) -> None:
    payload = [n for n in pack.bag.sizes if n.startswith(layout.PAYLOAD)]
    total = sum(pack.bag.sizes[name] for name in payload)
    limit = pack.info.get(layout.STAMP_LIMIT, "")
    right = {
        layout.PACK_FORMAT: pack.info.get(layout.PACK_FORMAT) == layout.FORMAT,
        "Payload-Oxum": pack.info.get("Payload-Oxum") == f"{total}.{len(payload)}",
        layout.PACK_ID: bool(pack.pack_id),
        layout.CASE: bool(pack.info.get(layout.CASE)),
        layout.LOG: bool(pack.info.get(layout.LOG)),
        layout.STAMP_LIMIT: limit.isascii() and limit.isdigit() and len(limit) < 8,
    }
    for label, good in right.items():
        if not good:
            claim.fault("label", label=label)


def judge_payload(pack: Examined) -> Claim:
    """Every listed file is there unchanged, and none is there that is not listed."""
    claim = Claim("payload")
    originals = [name for name in pack.bag.sizes if name.startswith(layout.PAYLOAD)]
    others = [name for name in pack.bag.sizes if not name.startswith(layout.PAYLOAD)]
    _compare(pack, claim, originals, pack.manifest)
    listed = [name for name in others if name not in layout.OUTSIDE]
    _compare(pack, claim, listed, pack.tags)
    size = sum(pack.bag.sizes[name] for name in originals)
    claim.note("payload-held", count=len(originals), size=size)
    return claim


def _compare(pack: Examined, claim: Claim, present: list[str], listed: dict[str, str]) -> None:
    for name in present:
        found = pack.bag.hashes[name]
        if name not in listed:
            claim.fault("added", name=name)
        elif listed[name] != found:
            claim.fault("changed", name=name, found=found, listed=listed[name])
    for name in sorted(set(listed) - set(present)):
        claim.fault("removed", name=name)
