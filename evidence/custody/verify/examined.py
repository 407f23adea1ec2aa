"""A pack taken apart for the claims: its bag, and what its tag files say once they are parsed."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from evidence.custody import layout
from evidence.custody.bag import Bag
from evidence.custody.canonical import read_canonical
from evidence.custody.checkpoint import Checkpoint
from evidence.custody.entry import RECEIVED, Placed
from evidence.custody.manifest import read_info, read_manifest
from evidence.custody.openssl import Trust
from evidence.custody.verify.report import Claim


@dataclass(slots=True)
class Examined:
    """One pack under examination; the parts that could not be parsed stay empty."""

    bag: Bag
    trust: Trust | None
    now: datetime
    info: dict[str, str] = field(default_factory=dict)
    manifest: dict[str, str] = field(default_factory=dict)
    tags: dict[str, str] = field(default_factory=dict)
    checkpoint: Checkpoint | None = None
    older: dict[int, tuple[str, Checkpoint]] = field(default_factory=dict)
    entries: list[Placed] = field(default_factory=list)
    items: dict[str, dict[str, Any]] = field(default_factory=dict)
    stamps: dict[str, datetime] = field(default_factory=dict)

    @property
    def pack_id(self) -> str:
        """The pack's id as bag-info.txt gives it."""
        return self.info.get(layout.PACK_ID, "")

    def received(self) -> Iterator[Placed]:
        """The entries by which items arrived."""
        return (placed for placed in self.entries if placed.entry.action == RECEIVED)


def read_bag_files(pack: Examined, claim: Claim) -> None:
    """Parse bag-info.txt, the manifests and the checkpoint; what cannot be read is a fault."""
    bag = pack.bag
    for name in layout.REQUIRED:
        if name not in bag.sizes:
            claim.fault("missing", name=name)
    try:
        name = layout.INFO
        pack.info = read_info(bag.text(name))
        name = layout.MANIFEST
        pack.manifest = read_manifest(bag.text(name))
        name = layout.TAG_MANIFEST
        pack.tags = read_manifest(bag.text(name))
        name = layout.CHECKPOINT
        pack.checkpoint = Checkpoint.parse(bag.text(name))
    except ValueError as error:
        claim.fault("bad-file", name=name, why=error)


def records(pack: Examined, name: str, claim: Claim) -> Iterator[tuple[int, dict[str, Any]]]:
    """The canonical objects of a JSON-lines file with their numbers from 1."""
    number = 0
    try:
        for number, line in enumerate(pack.bag.lines(name), 1):
            value = read_canonical(line)
            if not isinstance(value, dict):
                raise ValueError("not an object")  # noqa: TRY301, TRY004  A fault like the others.
            yield number, value
    except ValueError as error:
        claim.fault("bad-file", name=f"{name}, line {number}", why=error)
