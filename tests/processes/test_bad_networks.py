"""Real tus clients through a network that breaks: every file arrives whole, and once."""

import json
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from functools import partial
from hashlib import sha256
from pathlib import Path
from random import Random

import httpx
import pytest

from tests.processes.bad_network import BadNetwork, Weather
from tests.processes.served_agent import ServedAgent, an_agent_of
from tests.processes.service import Service, eventually

CLIENTS = Path(__file__).parent / "clients"
BOTH = ("tuspy", "tus-js-client")
CUTS, TRIES, THREADS = 30, 300, 4
KIB = 1024


# One worker runs them all, so that what is started for the module is started once.
pytestmark = pytest.mark.xdist_group("bad-networks")


@pytest.fixture(scope="module")
def agent() -> Iterator[ServedAgent]:
    """An agent of a service that has one web process with four threads."""
    made = Path(tempfile.mkdtemp(prefix="fo-"))
    more = {
        "FIELDOPS_WEB_PROCESSES": "1",
        "FIELDOPS_WEB_THREADS": str(THREADS),
        "FIELDOPS_UPLOAD_IDLE_SECONDS": "2",
    }
    service = Service(made / "d", more=more)
    try:
        yield an_agent_of(service.start())
    finally:
        service.stop()
        shutil.rmtree(made)


def _command(client: str) -> list[str]:
    if client == "tuspy":
        return [sys.executable, str(CLIENTS / "upload.py")]
    node = shutil.which("node")
    if node is None or not (CLIENTS / "node_modules").is_dir():
        if os.environ.get("CI") == "true":
            pytest.fail("node and tus-js-client must be there on CI")
        pytest.skip("node or tus-js-client is missing; see scripts/install_test_programs.sh")
    return [node, str(CLIENTS / "upload.mjs")]


def _files(folder: Path, seed: int, sizes: Sequence[int]) -> list[Path]:
    found = []
    for number, size in enumerate(sizes):
        found.append(folder / f"{seed}-{number}.bin")
        found[-1].write_bytes(Random(f"{seed}/{number}").randbytes(size))
    return found


def _send(
    client: str, agent: ServedAgent, network: BadNetwork, files: Sequence[Path],
    *, chunk: int | None = None, pause: int = 0,
) -> list[str]:  # fmt: skip
    """Upload files side by side by a client in a process of its own; their addresses."""
    asked = {
        "endpoint": f"http://127.0.0.1:{network.port}/api/v1/uploads",
        "headers": agent.headers,
        "files": [{"path": str(one), "metadata": agent.metadata(one.stem)} for one in files],
        "chunk": chunk,
        "tries": TRIES,
        "pause": pause,
    }
    ended = subprocess.run(
        _command(client), input=json.dumps(asked), capture_output=True, text=True, timeout=120,
        check=False,
    )  # fmt: skip
    assert ended.returncode == 0, ended.stderr[-3000:]
    return list(json.loads(ended.stdout))


def _check(agent: ServedAgent, files: Sequence[Path], urls: Sequence[str]) -> None:
    for file, url in zip(files, urls, strict=True):
        receipt = agent.receipt(url)
        assert receipt["sha256"] == sha256(file.read_bytes()).hexdigest()
        assert receipt["size"] == file.stat().st_size


@pytest.mark.parametrize("client", BOTH)
@pytest.mark.parametrize(("seed", "size"), [(1, 1_000_003), (2, 9 * KIB * KIB)])
def test_a_file_arrives_whole_through_thirty_cuts(
    agent: ServedAgent, tmp_path: Path, client: str, seed: int, size: int
) -> None:
    # Parts so small that the cuts are used up before the file is through.
    part, seed = size // (CUTS + 10), seed * 10 + len(client)
    files = _files(tmp_path, seed, [size])
    before = agent.left()
    with BadNetwork(agent.service.port, Weather(seed, CUTS, part)).running() as network:
        urls = _send(client, agent, network, files, chunk=part)
    assert network.cuts == CUTS
    _check(agent, files, urls)
    assert agent.left() == {**before, "items": before["items"] + 1}


def test_forty_files_side_by_side_arrive_whole_and_leave_nothing_behind(
    agent: ServedAgent, tmp_path: Path
) -> None:
    before, dice = agent.left(), Random(7)
    weather = Weather(7, cuts=200, part=300 * KIB, share=0.6, delay=0.004)
    halves = [
        _files(tmp_path, 100 + half, [dice.randrange(1, 600 * KIB) for _ in range(20)])
        for half in range(2)
    ]
    with BadNetwork(agent.service.port, weather).running() as network, ThreadPoolExecutor() as pool:
        sending = [
            pool.submit(_send, client, agent, network, files, pause=20)
            for client, files in zip(BOTH, halves, strict=True)
        ]
        for files, urls in zip(halves, sending, strict=True):
            _check(agent, files, urls.result())
    assert network.cuts >= 40
    assert agent.left() == {**before, "items": before["items"] + 40}


def test_phones_that_vanish_without_a_word_hold_no_thread_and_lose_nothing(
    agent: ServedAgent,
) -> None:
    sent = b"x" * 70_001
    headers = {**agent.headers, "Tus-Resumable": "1.0.0"}
    places = [agent.begin(f"vanished-{at}", 100_000) for at in range(THREADS)]
    with ExitStack() as phones:
        for place in places:
            phones.enter_context(agent.half_a_part(place, sent))
        # All threads wait for bytes now, and yet there are answers, though not at once.
        for place in places:
            eventually(partial(_has, agent, place, len(sent)), "what came is kept")
    for place in places:
        assert httpx.delete(place, headers=headers, timeout=60).status_code == 204


def _has(agent: ServedAgent, place: str, offset: int) -> bool:
    headers = {**agent.headers, "Tus-Resumable": "1.0.0"}
    try:
        answer = httpx.head(place, headers=headers, timeout=60)
    except httpx.TransportError:
        return False
    return answer.headers["Upload-Offset"] == str(offset)
