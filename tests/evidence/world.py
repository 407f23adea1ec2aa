"""A small log with one case in it, and the pack source that follows from it."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import cache
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest

from evidence.custody.checkpoint import Checkpoint, OlderCheckpoint, SealedCheckpoint
from evidence.custody.disclosure import cover, derived_commitment
from evidence.custody.entry import CUT, DERIVED, RECEIVED, WITHHELD, Entry, Placed, follow
from evidence.custody.merkle import consistency_path, inclusion_paths, leaf_hash, root_of
from evidence.pack.authority import Authority, create_authority, trust_pem
from evidence.pack.fonts import FontMissingError, chinese_font
from evidence.pack.revocation import local_sealer
from evidence.pack.seals import Sealer
from evidence.pack.signing import sign_cms
from evidence.pack.source import (
    CaseHeader,
    CatalogueRow,
    DerivedFile,
    PackItem,
    PackSource,
    Withheld,
)
from evidence.pack.timestamp import LocalTimestamper

LOG, CASE, PACK = "evidence.example/log", "case-7", "pack-1"
START = datetime(2026, 3, 2, 1, 0, tzinfo=UTC)
NOW = START + timedelta(days=10)  # When the reader verifies.


@cache
def authority() -> Authority:
    """One authority for all tests: making keys takes time."""
    return create_authority("Example lender 示例", START - timedelta(days=30))


@cache
def font() -> Path:
    """The installed Chinese font; without one, tests that draw pages skip."""
    try:
        return chinese_font()
    except FontMissingError as error:
        pytest.skip(str(error))


def trust(folder: Path, made: Authority | None = None) -> Path:
    """A trust file in `folder`."""
    owner = made or authority()
    path = folder / "trust.pem"
    path.write_bytes(trust_pem(owner.signer.certificate, (owner.root.certificate,)))
    return path


def stamp(data: bytes, at: datetime, made: Authority | None = None) -> bytes:
    """A timestamp over data at a time."""
    stamper = LocalTimestamper((made or authority()).stamper, lambda: at)
    return stamper.stamp(sha256(data).digest())


def content(number: int) -> bytes:
    """The bytes of the item of that number."""
    return f"photograph {number} ".encode() * 40


def opener(data: bytes) -> Callable[[], Iterator[bytes]]:
    """Open stored bytes in two chunks."""
    return lambda: iter((data[:7], data[7:]))


def salts(seed: str) -> Callable[[], str]:
    """Salts that are the same in every run."""
    numbers = iter(range(1000))
    return lambda: sha256(f"{seed}/{next(numbers)}".encode()).hexdigest()[:32]


def as_received(number: int) -> dict[str, dict[str, Any]]:
    """An item's covered record."""
    values = {
        "device_time": "2026-03-02T01:00:00Z",
        "position": {"lat": "31.2304167", "lon": "121.4737000", "datum": "WGS-84"},
        "accuracy_m": 12,
        "mock": False,
        "upload_session": f"upload-{number}",
    }
    return cover(values, salts(f"item-{number}"))


def record_sha256(record: Mapping[str, Any]) -> str:
    """The commitment of a covered record."""
    from evidence.custody.disclosure import commitment

    return commitment(record)


@dataclass
class World:
    """A log shared with other cases; entries of the case are appended one by one."""

    leaves: list[bytes] = field(default_factory=list)
    entries: list[Entry] = field(default_factory=list)
    places: list[int] = field(default_factory=list)
    older: list[SealedCheckpoint] = field(default_factory=list)
    at: datetime = START
    made: Authority = field(default_factory=authority)

    def others(self, count: int) -> None:
        """Entries of other cases, of which the pack shows nothing."""
        for _ in range(count):
            self.leaves.append(leaf_hash(f"other {len(self.leaves)}".encode()))

    def add(self, action: str, **more: Any) -> Entry:
        """Append the case's next entry, a minute later."""
        self.at += timedelta(minutes=1)
        before = self.entries[-1] if self.entries else None
        told = {"log": LOG, "case": CASE, "at": self.at, "actor": "agent-3", **more}
        entry = follow(before, action=action, **told)
        self.entries.append(entry)
        self.places.append(len(self.leaves))
        self.leaves.append(entry.hash())
        return entry

    def receive(self, number: int) -> Entry:
        """Receive the item of that number."""
        data, record = content(number), as_received(number)
        return self.add(
            RECEIVED, item=f"item-{number}", sha256=sha256(data).hexdigest(), size=len(data),
            detail={"record_sha256": record_sha256(record)},
        )  # fmt: skip

    def seal_head(self, later: timedelta = timedelta(minutes=2)) -> SealedCheckpoint:
        """Sign and stamp a checkpoint over all there is."""
        self.at += later
        text = Checkpoint(LOG, len(self.leaves), root_of(self.leaves), self.at).text()
        signature = sign_cms(text, self.made.signer, self.at)
        return SealedCheckpoint(text, signature, stamp(text, self.at, self.made))

    def checkpoint(self, later: timedelta = timedelta(minutes=2)) -> None:
        """A checkpoint that packs will show as an older one."""
        self.older.append(self.seal_head(later))

    def placed(self) -> tuple[Placed, ...]:
        """The case's entries with their paths under the whole log."""
        paths = inclusion_paths(self.leaves, self.places)
        found = zip(self.entries, self.places, paths, strict=True)
        return tuple(Placed(entry, place, tuple(path)) for entry, place, path in found)

    def older_checkpoints(self) -> tuple[OlderCheckpoint, ...]:
        """The older checkpoints with their consistency paths."""
        sizes = [Checkpoint.parse(sealed.text).size for sealed in self.older]
        paths = [tuple(consistency_path(self.leaves, size)) for size in sizes]
        return tuple(OlderCheckpoint(s, path) for s, path in zip(self.older, paths, strict=True))


def item(number: int, **changes: Any) -> PackItem:
    """The pack's item of that number."""
    data = content(number)
    row = CatalogueRow(
        f"现场照片 {number}", "外访员手机 agent's phone", "到访 visit", "1", "2026-03-02"
    )
    told: dict[str, Any] = {
        "item": f"item-{number}", "visit": "visit-9", "sha256": sha256(data).hexdigest(),
        "size": len(data), "media_type": "image/jpeg", "extension": "jpg",
        "as_received": as_received(number), "catalogue": row, "open": opener(data),
        **changes,
    }  # fmt: skip
    return PackItem(**told)


MASKED = b"photograph with a mask" * 9
HOW = {"media_type": "image/png", "masks": ["face"], "actor": "counsel-1", "reason": "PIPL art. 6"}


def derived() -> DerivedFile:
    """A redacted copy of item 2."""
    return DerivedFile(
        sha256(MASKED).hexdigest(), len(MASKED), extension="png", open=opener(MASKED),
        media_type="image/png", masks=["face"], actor="counsel-1", reason="PIPL art. 6",
    )  # fmt: skip


def story(world: World | None = None) -> World:
    """Three items received (the third withheld), one redacted copy, two older checkpoints, cut."""
    told = world or World()
    told.others(5)
    told.receive(1)
    told.checkpoint()
    told.others(3)
    told.receive(2)
    told.receive(3)
    told.checkpoint()
    original = sha256(content(2)).hexdigest()
    detail = {"original_sha256": original, "record_sha256": derived_commitment(HOW)}
    digest = sha256(MASKED).hexdigest()
    told.add(DERIVED, item="item-2", sha256=digest, size=len(MASKED), detail=detail)
    told.add(WITHHELD, item="item-3", detail={"reason": "third person's home"})
    told.others(2)
    told.add(CUT, detail={"pack": PACK})
    return told


def items() -> tuple[PackItem, ...]:
    """The three items of the story."""
    why = Withheld("third person's home", "counsel-1", START)
    return (item(1), item(2, derived=[derived()]), item(3, open=None, withheld=why))


def source(world: World | None = None, **changes: Any) -> PackSource:
    """The pack source of the story."""
    told = world or story()
    header = CaseHeader(
        CASE, "case-7", "示例公司诉张某 loan dispute", "示例公司 Example Co", "示例区人民法院",
        [("被告 Defendant", "张某")],
    )  # fmt: skip
    values: dict[str, Any] = {
        "pack_id": PACK, "case": header, "made_at": told.at, "items": items(),
        "entries": told.placed(), "checkpoint": told.seal_head(),
        "older": told.older_checkpoints(), "font": font(),
        "findings": [{"check": "exif-position", "item": "item-1", "limit_m": 200, "ok": True}],
        "trace": [{"kind": "observation", "id": "o-1"}],
        "system": [{"kind": "version", "value": "0.1.0"}],
        **changes,
    }  # fmt: skip
    return PackSource(**values)


def sealer(made: Authority | None = None, at: datetime | None = None) -> Sealer:
    """The sealer an hour after the story unless another time is given."""
    owner, moment = made or authority(), at or START + timedelta(hours=1)
    return local_sealer(owner, LocalTimestamper(owner.stamper, lambda: moment), moment)
