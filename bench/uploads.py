"""Uploads over HTTP until the receipt is there, against copying the file and hashing it."""

import hashlib
import http.client
import os
import random
import shutil
import subprocess
import sys
from base64 import b64encode
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from tempfile import mkdtemp
from uuid import uuid4

from bench.rows import Row
from bench.timing import best_of_each
from fieldops import settings
from fieldops.gateways import embedded_queue
from tests.processes.served_agent import ServedAgent, an_agent_of
from tests.processes.service import Service, environment, eventually, run

MEBI = 1024 * 1024
PIECES = (8, 1)
RUNS = 4


def measure(mebibytes: int) -> Sequence[Row]:
    """A file goes in by PATCHes of 8 and of 1 MiB; the limit syncs as often, for no less is due."""
    rows = []
    with _served() as agent:
        file = agent.service.directory / "file.bin"
        _fill(file, mebibytes)
        for piece in PIECES:
            send, copy = partial(_send, agent, file), partial(_copy, file)
            sent_s, copied_s = best_of_each(
                RUNS, partial(send, piece * MEBI), partial(copy, piece * MEBI)
            )
            rows.append(
                Row(f"received in pieces of {piece} MiB", mebibytes / sent_s,
                    "copy, fsync each piece, SHA-256", mebibytes / copied_s, "MiB/s", "more")
            )  # fmt: skip
    return rows


@contextmanager
def _served() -> Iterator[ServedAgent]:
    """The web part alone: workers that look at what came would disturb the next run."""
    home = Path(mkdtemp(prefix="fo-"))
    service = Service(home / "d")
    migrated = run(service.directory, "migrate")
    if migrated.returncode:
        raise AssertionError(migrated.stderr)
    web = ("gunicorn", "fieldops.wsgi:app", "--worker-class", "gthread", "--threads", "4")
    with service.log.open("ab") as log:
        process = subprocess.Popen(
            [sys.executable, "-m", *web, "--bind", f"127.0.0.1:{service.port}"],
            env=environment(service.directory), stderr=log, stdout=log,
        )  # fmt: skip
    queue = embedded_queue.start(settings.load({}, data_dir=service.directory))
    try:
        eventually(lambda: service.get("/healthz"), "the web part answers")
        yield an_agent_of(service)
    finally:
        for one in (process, queue):
            one.terminate()
            one.wait()
        shutil.rmtree(home)


def _fill(file: Path, mebibytes: int) -> None:
    dice = random.Random(5)
    with file.open("wb") as sink:
        for _ in range(mebibytes):
            sink.write(dice.randbytes(MEBI))


def _send(agent: ServedAgent, file: Path, piece: int) -> None:
    """Upload the file over one connection, until its receipt is there."""
    connection = http.client.HTTPConnection("127.0.0.1", agent.service.port, timeout=60)
    headers = {**agent.headers, "Tus-Resumable": "1.0.0"}
    told = {"visit": str(agent.visit_id), "filename": file.name}
    metadata = ",".join(f"{k} {b64encode(v.encode()).decode()}" for k, v in told.items())
    size, offset = file.stat().st_size, 0
    create = {**headers, "Upload-Length": str(size), "Upload-Metadata": metadata}
    place = _answer(connection, "POST", "/api/v1/uploads", b"", create)["Location"]
    with file.open("r+b") as source:
        # Each run brings a file that was never seen: of one known already no blob is made.
        source.write(os.urandom(16))
        source.seek(0)
        while data := source.read(piece):
            part = {"Upload-Offset": str(offset), "Content-Type": "application/offset+octet-stream"}
            answer = _answer(connection, "PATCH", place, data, {**headers, **part})
            offset = int(answer["Upload-Offset"])
    if offset != size or "Fieldops-Receipt" not in answer:
        raise AssertionError(f"{offset} bytes were acknowledged and no receipt came")
    connection.close()


def _answer(
    connection: http.client.HTTPConnection,
    method: str,
    url: str,
    data: bytes,
    headers: dict[str, str],
) -> http.client.HTTPMessage:
    connection.request(method, url, data, headers)
    answer = connection.getresponse()
    answer.read()
    if answer.status >= 300:
        raise AssertionError(f"{method} was answered with {answer.status}")
    return answer.headers


def _copy(file: Path, piece: int) -> str:
    # A new file, as evidence is: one that is written over is several times quicker on some disks.
    copy = file.with_suffix(f".{uuid4().hex}")
    with file.open("rb") as source, copy.open("xb") as sink:
        while data := source.read(piece):
            sink.write(data)
            sink.flush()
            os.fsync(sink.fileno())
    with copy.open("rb") as written:
        return hashlib.file_digest(written, "sha256").hexdigest()
