"""`serve --tls` as it runs: HTTPS under an authority of the machine's own, plain HTTP to its guide.

One start of the service serves all of these tests.
"""

import shutil
import ssl
import stat
import tempfile
import urllib.error
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from http.client import HTTPConnection
from pathlib import Path

import pytest

from fieldops import clock
from fieldops.gateways import local_authority
from tests.processes.service import DEADLINE, Service, free_port

NAMES = ("127.0.0.1", "localhost")


@dataclass
class Served:
    """A service with the certificates that lay there before its start."""

    service: Service
    plain_port: int
    authority: bytes
    old_leaf: bytes

    def plain(self, path: str) -> tuple[int, str, str]:
        """Status, where it leads, and the text of a page over plain HTTP."""
        asked = HTTPConnection("127.0.0.1", self.plain_port, timeout=DEADLINE)
        try:
            asked.request("GET", path)
            answer = asked.getresponse()
            return answer.status, answer.headers.get("Location", ""), answer.read().decode()
        finally:
            asked.close()


# One worker runs them all, so that what is started for the module is started once.
pytestmark = pytest.mark.xdist_group("serving-tls")


@pytest.fixture(scope="module")
def served() -> Iterator[Served]:
    """Served by an authority that was made long ago, whose certificate comes to its end."""
    home = Path(tempfile.mkdtemp(prefix="fo-"))
    made_at = clock.wall_time() - local_authority.LEAF_LIFE + local_authority.RENEWED_BEFORE
    kept = local_authority.ensure(home / "d", NAMES, at=made_at - timedelta(days=1))
    plain_port = free_port()
    service = Service(
        home / "d",
        more={
            "FIELDOPS_WEB_PROCESSES": "1",
            "FIELDOPS_EMBEDDED_WORKERS": "1",
            "FIELDOPS_TRUST_PORT": str(plain_port),
        },
        options=("--tls", *(word for name in NAMES for word in ("--tls-name", name))),
        trust=ssl.create_default_context(cafile=str(kept.authority)),
    )
    found = Served(service, plain_port, kept.authority.read_bytes(), kept.leaf.read_bytes())
    try:
        service.start()
        yield found
    finally:
        service.stop()
        shutil.rmtree(home)


def test_https_answers_whom_the_authority_is_trusted_by_and_nobody_else(served: Served) -> None:
    assert served.service.is_ready()
    url = f"https://127.0.0.1:{served.service.port}/readyz"
    with pytest.raises(urllib.error.URLError) as refused:
        urllib.request.urlopen(url, timeout=5)
    assert isinstance(refused.value.reason, ssl.SSLCertVerificationError)


def test_the_authority_is_made_once_and_the_certificate_renewed_before_its_end(
    served: Served,
) -> None:
    files = local_authority.files(served.service.directory)
    assert files.authority.read_bytes() == served.authority
    assert files.leaf.read_bytes() != served.old_leaf
    asked = ssl.get_server_certificate(("127.0.0.1", served.service.port))
    assert asked.split() == files.leaf.read_text().split()


def test_nobody_else_on_the_machine_reads_the_keys_of_a_service(served: Served) -> None:
    files = local_authority.files(served.service.directory)
    for file in (files.authority_key, files.leaf_key):
        assert stat.S_IMODE(file.stat().st_mode) == 0o600


def test_plain_http_leads_to_the_guide_and_to_nothing_else(served: Served) -> None:
    told = local_authority.trusted(served.service.directory)
    assert told is not None
    status, _, text = served.plain("/trust")
    assert status == 200
    assert told.fingerprint in text
    assert 'class="qr" src="data:image/svg+xml' in text
    status, _, pem = served.plain("/trust/authority.crt")
    assert (status, pem) == (200, told.pem.decode())
    for path in ("/", "/phone/", "/api/v1/auth/token"):
        status, leads_to, _ = served.plain(path)
        assert (status, leads_to) == (307, f"https://127.0.0.1:{served.service.port}/")
