"""The two processes whose memory is measured: one builds a pack, one verifies it.

`python -m bench.packing build|verify FOLDER KIND` is started afresh for each, imports nothing that
the work does not need, and writes one line of JSON: seconds, and the most memory in MiB.
"""

import json
import os
import resource
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime, timedelta
from functools import partial
from hashlib import sha256
from pathlib import Path
from typing import Any
from uuid import UUID

CASE, PACK, LOG = "case-1", "pack-1", "bench/log"
START = datetime(2026, 3, 2, 1, 0, tzinfo=UTC)
LATER = START + timedelta(days=2)
KEY = bytes(range(32))
ORGANISATION = UUID(int=1)
LIST, TRUST = "files.json", "trust.pem"
PIECE = 256 * 1024


def pack_path(folder: Path, kind: str) -> Path:
    """Where the pack of a kind (`plain` or `sealed` originals) is written."""
    return folder / f"{kind}.zip"


def main(argv: Sequence[str]) -> int:
    """Do what the arguments say once and write what it took."""
    what, folder, kind = argv[0], Path(argv[1]), argv[2]
    seconds = build(folder, kind) if what == "build" else verify(folder, kind)
    sys.stdout.write(json.dumps({"seconds": seconds, "mib": most_memory()}) + "\n")
    return 0


def most_memory() -> float:
    """The most memory that this process, or one that it started, has held at a time, in MiB."""
    children = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss
    return max(_own_memory(), children) / 1024


def _own_memory() -> int:
    # The kernel's figure for this program alone: getrusage also counts the program that it was
    # before it was started, a copy of the one that measures.
    status = Path("/proc/self/status")
    if status.exists():
        for line in status.read_text().splitlines():
            if line.startswith("VmHWM:"):
                return int(line.split()[1])
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss


def verify(folder: Path, kind: str) -> float:
    """Seconds that verifying takes; AssertionError when a claim does not hold."""
    from evidence.custody.verify.judge import verify as judge

    begun = time.perf_counter()
    report = judge(pack_path(folder, kind), folder / TRUST, now=LATER)
    seconds = time.perf_counter() - begun
    if report.exit_status:
        raise AssertionError("\n".join(report.lines("en")))
    return seconds


def build(folder: Path, kind: str) -> float:
    """Seconds that building takes, until the disk has the pack."""
    from evidence.pack.authority import create_authority, trust_pem
    from evidence.pack.build import build as write
    from evidence.pack.revocation import local_sealer

    authority = create_authority("Example lender", START - timedelta(days=30))
    pem = trust_pem(authority.signer.certificate, (authority.root.certificate,))
    (folder / TRUST).write_bytes(pem)
    source = _source(folder, _opener(folder, kind), authority)
    at = START + timedelta(days=1)
    sealer = local_sealer(authority, _stamper(authority, at), at)
    begun = time.perf_counter()
    with pack_path(folder, kind).open("wb") as sink:
        write(source, sink, sealer=sealer)
        sink.flush()
        os.fsync(sink.fileno())
    return time.perf_counter() - begun


def _opener(folder: Path, kind: str) -> Callable[[str, str], Iterator[bytes]]:
    if kind == "plain":
        return lambda name, _: _read(folder / name)
    from fieldops.gateways.blobs import DiskBlobs

    store = DiskBlobs(folder)
    return lambda _, digest: store.open_chunks(ORGANISATION, digest, KEY)


def _read(path: Path) -> Iterator[bytes]:
    with path.open("rb") as file:
        while piece := file.read(PIECE):
            yield piece


def _source(folder: Path, opener: Callable[[str, str], Iterator[bytes]], authority: Any) -> Any:
    from evidence.custody.checkpoint import Checkpoint, SealedCheckpoint
    from evidence.custody.disclosure import commitment
    from evidence.custody.entry import CUT, RECEIVED, Placed, follow
    from evidence.custody.merkle import inclusion_paths, root_of
    from evidence.pack.fonts import chinese_font
    from evidence.pack.signing import sign_cms
    from evidence.pack.source import CaseHeader, PackSource

    items = [_item(one, opener) for one in json.loads((folder / LIST).read_text())]
    told: dict[str, Any] = {"log": LOG, "case": CASE, "actor": "bench"}
    entries: list[Any] = []
    for item in items:
        entries.append(
            follow(
                entries[-1] if entries else None, **told, at=START, action=RECEIVED,
                item=item.item, sha256=item.sha256, size=item.size,
                detail={"record_sha256": commitment(item.as_received)},
            )
        )  # fmt: skip
    entries.append(follow(entries[-1], **told, at=START, action=CUT, detail={"pack": PACK}))
    leaves = [entry.hash() for entry in entries]
    paths = inclusion_paths(leaves, range(len(leaves)))
    placed = [
        Placed(entry, place, tuple(path))
        for place, (entry, path) in enumerate(zip(entries, paths, strict=True))
    ]
    text = Checkpoint(LOG, len(leaves), root_of(leaves), START).text()
    stamp = _stamper(authority, START).stamp(sha256(text).digest())
    return PackSource(
        pack_id=PACK, case=CaseHeader(CASE, CASE, "Benchmark", "Example lender"), made_at=START,
        items=items, entries=placed, font=chinese_font(),
        checkpoint=SealedCheckpoint(text, sign_cms(text, authority.signer, START), stamp),
    )  # fmt: skip


def _stamper(authority: Any, at: datetime) -> Any:
    from evidence.pack.timestamp import LocalTimestamper

    return LocalTimestamper(authority.stamper, lambda: at)


def _item(told: dict[str, Any], opener: Callable[[str, str], Iterator[bytes]]) -> Any:
    from evidence.custody.disclosure import cover
    from evidence.pack.source import CatalogueRow, PackItem

    name, digest = told["name"], told["sha256"]
    salt = sha256(name.encode()).hexdigest()[:32]
    return PackItem(
        item=name,
        visit="visit-1",
        sha256=digest,
        size=told["size"],
        media_type="application/octet-stream",
        extension="bin",
        as_received=cover({"upload_session": f"upload of {name}"}, lambda: salt),
        catalogue=CatalogueRow(f"现场照片 {name}", "外访员手机", "到访 visit", "1", "2026-03-02"),
        open=partial(opener, name, digest),
    )


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
