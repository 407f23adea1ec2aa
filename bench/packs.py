"""A pack of many files built and verified, against `sha256sum` and `cp` of the same files.

Builds from plain files and from the encrypted store; each build and each verification is a process
of its own, whose memory is held against a limit that does not grow with the pack.
"""

import json
import random
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from hashlib import sha256
from pathlib import Path
from uuid import uuid4

from bench.packing import KEY, LIST, ORGANISATION, pack_path
from bench.rows import Row, UnavailableError
from bench.timing import timed
from evidence.pack.fonts import FontMissingError, chinese_font
from fieldops.gateways.blobs import DiskBlobs

MOST_FILES, LEAST_FILES = 500, 8
MIB = 1024 * 1024
PART = 4 * MIB
RUNS = 3
# What of the speed of the plain commands a pack may cost, and the memory it may take.
BUILT, VERIFIED, MEMORY = 0.5, 0.7, 64.0
KINDS = {"plain": "plain files", "sealed": "encrypted store"}


def measure(mebibytes: int) -> Sequence[Row]:
    """A pack of so many MiB: 500 files of equal size, fewer in a very small one."""
    try:
        chinese_font()
    except FontMissingError as missing:
        raise UnavailableError(str(missing)) from missing
    absent = [name for name in ("openssl", "sha256sum", "cp", "sync") if not shutil.which(name)]
    if absent:
        raise UnavailableError(f"not on this machine: {', '.join(absent)}")
    with tempfile.TemporaryDirectory(prefix="fieldops-bench-") as name:
        folder = Path(name)
        files = _write(folder, mebibytes)
        return [*_measured(folder, files, float(mebibytes))]


def _measured(folder: Path, files: Sequence[str], size: float) -> Sequence[Row]:
    taken: dict[str, float] = {}
    for _ in range(RUNS):
        _note(taken, "hashed", timed(lambda: _run(folder, "sha256sum", "--", *files))[0])
        _note(taken, "copied", timed(lambda: _copy(folder, files))[0])
        for kind in KINDS:
            for what in ("build", "verify"):
                _measure_process(folder, what, kind, taken)
    plain = size / (taken["hashed"] + taken["copied"])
    limit, rows = f"limit for {len(files)} files", list[Row]()
    for kind, told in KINDS.items():
        rows += [
            Row(f"built from {told}", size / taken[f"build {kind}"],
                f"{BUILT} of sha256sum + cp + fsync", BUILT * plain, "MiB/s", "more"),
            Row(f"verified, made from {told}", size / taken[f"verify {kind}"],
                f"{VERIFIED} of sha256sum", VERIFIED * size / taken["hashed"], "MiB/s", "more"),
            Row(f"memory to build from {told}", taken[f"memory of build {kind}"],
                limit, MEMORY, "MiB", "less"),
            Row(f"memory to verify, made from {told}", taken[f"memory of verify {kind}"],
                limit, MEMORY, "MiB", "less"),
        ]  # fmt: skip
    return rows


def _measure_process(folder: Path, what: str, kind: str, taken: dict[str, float]) -> None:
    if what == "build":
        pack_path(folder, kind).unlink(missing_ok=True)
    told = json.loads(_run(folder, sys.executable, "-m", "bench.packing", what, folder, kind))
    _note(taken, f"{what} {kind}", told["seconds"])
    memory = f"memory of {what} {kind}"
    taken[memory] = max(taken.get(memory, 0.0), told["mib"])


def _note(taken: dict[str, float], what: str, seconds: float) -> None:
    """Keep the shortest time: noise only ever adds."""
    taken[what] = min(taken.get(what, float("inf")), seconds)


def _copy(folder: Path, files: Sequence[str]) -> None:
    target = folder / "copies"
    target.mkdir(exist_ok=True)
    for name in files:
        (target / name).unlink(missing_ok=True)
    _run(folder, "cp", "--", *files, "copies")
    _run(folder, "sync", "--", *(f"copies/{name}" for name in files))


def _run(folder: Path, *command: str | Path) -> str:
    here = Path(__file__).resolve().parents[1]
    done = subprocess.run(
        [str(word) for word in command], cwd=here if command[1:2] == ("-m",) else folder,
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    if done.returncode:
        raise AssertionError(done.stderr[-2000:])
    return done.stdout


def _write(folder: Path, mebibytes: int) -> list[str]:
    """The files, plain and in the store, and the list of them; gives back their names."""
    count = min(MOST_FILES, max(LEAST_FILES, mebibytes))
    size = mebibytes * MIB // count
    store, told = DiskBlobs(folder), []
    for number in range(count):
        data = random.Random(number).randbytes(size)
        name, digest = f"{number:03d}.bin", sha256(data).hexdigest()
        (folder / name).write_bytes(data)
        _store(store, data, digest)
        told.append({"name": name, "sha256": digest, "size": size})
    (folder / LIST).write_text(json.dumps(told))
    return [str(one["name"]) for one in told]


def _store(store: DiskBlobs, data: bytes, digest: str) -> None:
    upload, offset = uuid4(), 0
    store.begin(upload)
    while offset < len(data):
        offset = store.append(upload, offset, data[offset : offset + PART], KEY)
    store.keep(upload, ORGANISATION, digest)
    store.discard(upload)
