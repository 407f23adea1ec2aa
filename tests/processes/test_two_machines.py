"""Web and worker as on two machines: no directory in common, only database, queue and bucket."""

import base64
import shutil
import subprocess
import sys
import tempfile
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from evidence.custody.verify.judge import verify
from evidence.pack.fonts import FontMissingError, chinese_font
from fieldops import settings
from fieldops.gateways import embedded_queue
from tests import databases
from tests.builders.evidence import a_photo
from tests.gateways.clamav import clamd
from tests.processes.served_agent import ServedAgent, a_colleague_of, an_agent_of
from tests.processes.service import Service, environment, eventually, run
from tests.s3_server import S3Server

PHOTO = a_photo()


@pytest.fixture
def home() -> Iterator[Path]:
    """A directory of the test's own, with a short name for the sockets in it."""
    made = Path(tempfile.mkdtemp(prefix="fo-"))
    yield made
    shutil.rmtree(made)


@pytest.fixture
def shared(home: Path, s3: S3Server) -> Iterator[dict[str, str]]:
    """What the settings of both machines say."""
    place = s3.place()
    url = databases.fresh("postgresql", home)
    loaded = settings.load({}, data_dir=home / "queue")
    queue = embedded_queue.start(loaded)
    yield {
        "DATABASE_URL": url,
        "REDIS_URL": f"unix://{embedded_queue.socket_path(loaded)}",
        "FIELDOPS_MASTER_KEY": base64.b64encode(bytes(range(32))).decode(),
        "FIELDOPS_BLOBS_BUCKET": place.bucket,
        "FIELDOPS_BLOBS_ENDPOINT": place.endpoint,
        "FIELDOPS_BLOBS_PREFIX": place.prefix,
        "FIELDOPS_BLOBS_PATH_STYLE": "yes",
        "FIELDOPS_BLOBS_ACCESS_KEY": place.access_key,
        "FIELDOPS_BLOBS_SECRET_KEY": place.secret_key,
        "FIELDOPS_CLAMAV_SOCKET": str(home / "clamd"),
        "FIELDOPS_WEB_PROCESSES": "1",
    }
    databases.stop(queue)
    databases.drop(url)


def _upload(agent: ServedAgent) -> str:
    """Send a photo in two parts; its item."""
    place = agent.address(agent.begin("door", len(PHOTO)))
    for begin, end in ((0, 300), (300, len(PHOTO))):
        headers = {
            **agent.headers, "Tus-Resumable": "1.0.0", "Upload-Offset": str(begin),
            "Content-Type": "application/offset+octet-stream",
        }  # fmt: skip
        told = httpx.patch(place, content=PHOTO[begin:end], headers=headers, timeout=60)
    return told.raise_for_status().headers["Fieldops-Item"]


def _stored(directory: Path) -> list[str]:
    """The evidence and uploads that lie in a data directory."""
    folders = (directory / name for name in ("blobs", "uploads"))
    return [path.name for folder in folders for path in folder.rglob("*") if path.is_file()]


def test_what_the_web_took_in_the_worker_scans_and_packs_and_the_web_hands_out(
    home: Path, shared: dict[str, str]
) -> None:
    try:
        chinese_font()
    except FontMissingError as missing:
        pytest.skip(str(missing))
    assert run(home / "web", "migrate", **shared).returncode == 0
    web = Service(home / "web", more=shared).start()
    worker = subprocess.Popen(
        [sys.executable, "-m", "fieldops", "worker"], env=environment(home / "worker", **shared)
    )
    try:
        with clamd(home / "clamd") as scanner:
            agent = an_agent_of(web)
            with _client(web, a_colleague_of(agent, "counsel")) as counsel:
                item = _upload(agent)
                shown = eventually(lambda: _scanned(counsel, item), "the worker scans the photo")
                assert scanner.heard == PHOTO
                _check_pack(counsel, shown["case_id"], home)
        # A copy of a pack may lie on either; evidence and uploads on neither.
        assert not [*_stored(home / "web"), *_stored(home / "worker")]
    finally:
        worker.terminate()
        worker.wait(60)
        web.stop()


def _client(web: Service, headers: dict[str, str]) -> httpx.Client:
    return httpx.Client(base_url=f"http://127.0.0.1:{web.port}", headers=headers, timeout=60)


def _scanned(counsel: httpx.Client, item: str) -> dict[str, Any] | None:
    shown = counsel.get(f"/api/v1/evidence/{item}").raise_for_status().json()
    checks = {found["check"]: found["holds"] for found in shown["findings"]}
    return shown if checks.get("virus-free") else None


def _check_pack(counsel: httpx.Client, case_id: str, home: Path) -> None:
    """Draw a pack, fetch it from the web and judge it by what the web says of its signer."""
    asked = counsel.post("/api/v1/packs", json={"case_id": case_id, "purpose": "诉讼"})
    place = asked.raise_for_status().headers["Location"]
    eventually(lambda: counsel.get(place).json()["state"] == "ready", "the worker builds the pack")
    pack, trust = home / "pack.zip", home / "trust.pem"
    pack.write_bytes(counsel.get(f"{place}/file").raise_for_status().content)
    trust.write_bytes(counsel.get("/api/v1/trust.pem").content)
    assert verify(pack, trust).ok
    with zipfile.ZipFile(pack) as archive:
        assert PHOTO in [archive.read(name) for name in archive.namelist() if "/data/" in name]
