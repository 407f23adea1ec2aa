"""Verifying a pack, signatures and chains and all, against hashing the bytes of its file."""

import hashlib
import random
import tempfile
from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path

from bench.rows import Row, UnavailableError
from bench.timing import best_of
from evidence.custody.checkpoint import Checkpoint, SealedCheckpoint
from evidence.custody.disclosure import commitment, cover
from evidence.custody.entry import CUT, RECEIVED, Entry, Placed, follow
from evidence.custody.merkle import inclusion_paths, root_of
from evidence.custody.openssl import OpensslMissingError
from evidence.custody.verify.judge import verify
from evidence.pack.authority import Authority, create_authority, trust_pem
from evidence.pack.build import build
from evidence.pack.fonts import FontMissingError, chinese_font
from evidence.pack.revocation import local_sealer
from evidence.pack.signing import sign_cms
from evidence.pack.source import CaseHeader, CatalogueRow, PackItem, PackSource
from evidence.pack.timestamp import LocalTimestamper

LOG, CASE, PACK = "bench/log", "case-1", "pack-1"
START = datetime(2026, 3, 2, 1, 0, tzinfo=UTC)
ITEMS = 8
MEGA = 1_000_000


def measure(megabytes: int) -> Sequence[Row]:
    """A pack of eight items with so many megabytes altogether."""
    authority = create_authority("Example lender", START - timedelta(days=30))
    with tempfile.TemporaryDirectory(prefix="fieldops-bench-") as name:
        pack, trust = Path(name, "pack.zip"), Path(name, "trust.pem")
        trust.write_bytes(trust_pem(authority.signer.certificate, (authority.root.certificate,)))
        _write(pack, authority, megabytes * MEGA // ITEMS)
        seconds = _verified(pack, trust)
        peer_seconds, _ = best_of(3, lambda: _hash_file(pack))
        size = pack.stat().st_size / MEGA
    return [
        Row("verified", size / seconds, "SHA-256 of the file", size / peer_seconds, "MB/s", "more"),
    ]


def _verified(pack: Path, trust: Path) -> float:
    try:
        seconds, report = best_of(2, lambda: verify(pack, trust, now=START + timedelta(days=2)))
    except OpensslMissingError as missing:
        raise UnavailableError(str(missing)) from missing
    if report.exit_status:
        raise AssertionError("\n".join(report.lines("en")))
    return seconds


def _hash_file(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _write(path: Path, authority: Authority, each: int) -> None:
    try:
        font = chinese_font()
    except FontMissingError as missing:
        raise UnavailableError(str(missing)) from missing
    items, entries = [], list[Entry]()
    for number in range(ITEMS):
        item = _item(number, each)
        items.append(item)
        detail = {"record_sha256": commitment(item.as_received)}
        entries.append(_next(entries, RECEIVED, item, detail))
    entries.append(_next(entries, CUT, None, {"pack": PACK}))
    source = PackSource(
        pack_id=PACK,
        case=CaseHeader(CASE, CASE, "Benchmark", "Example lender"),
        made_at=entries[-1].at,
        items=items,
        entries=_placed(entries),
        checkpoint=_checkpoint(authority, entries),
        font=font,
    )
    at = START + timedelta(hours=1)
    with path.open("wb") as sink:
        build(source, sink, sealer=local_sealer(authority, _stamper(authority, at), at))


def _next(
    entries: Sequence[Entry], action: str, item: PackItem | None, detail: dict[str, str]
) -> Entry:
    return follow(
        entries[-1] if entries else None, log=LOG, case=CASE, action=action, actor="bench",
        at=START + timedelta(minutes=len(entries)), detail=detail,
        item=item.item if item else None, sha256=item.sha256 if item else None,
        size=item.size if item else None,
    )  # fmt: skip


def _placed(entries: Sequence[Entry]) -> tuple[Placed, ...]:
    leaves = [entry.hash() for entry in entries]
    paths = inclusion_paths(leaves, range(len(leaves)))
    return tuple(
        Placed(entry, place, tuple(path))
        for place, (entry, path) in enumerate(zip(entries, paths, strict=True))
    )


def _checkpoint(authority: Authority, entries: Sequence[Entry]) -> SealedCheckpoint:
    at = entries[-1].at + timedelta(minutes=1)
    leaves = [entry.hash() for entry in entries]
    text = Checkpoint(LOG, len(leaves), root_of(leaves), at).text()
    stamp = _stamper(authority, at).stamp(hashlib.sha256(text).digest())
    return SealedCheckpoint(text, sign_cms(text, authority.signer, at), stamp)


def _stamper(authority: Authority, at: datetime) -> LocalTimestamper:
    return LocalTimestamper(authority.stamper, lambda: at)


def _item(number: int, size: int) -> PackItem:
    data = random.Random(number).randbytes(size)
    salt = hashlib.sha256(b"bench").hexdigest()[:32]
    return PackItem(
        item=f"item-{number}",
        visit="visit-1",
        sha256=hashlib.sha256(data).hexdigest(),
        size=size,
        media_type="application/octet-stream",
        extension="bin",
        as_received=cover({"upload_session": f"upload-{number}"}, lambda: salt),
        catalogue=CatalogueRow(f"Item {number}", "bench", "nothing", "1", "2026-03-02"),
        open=_opener(data),
    )


def _opener(data: bytes) -> Callable[[], Iterator[bytes]]:
    return lambda: (data[at : at + 262_144] for at in range(0, len(data), 262_144))
