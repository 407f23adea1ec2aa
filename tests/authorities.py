"""A timestamp authority on loopback that openssl runs, as honest or as bad as a test wants."""

import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from cryptography.hazmat.primitives import serialization

from bench.serving import Answers, web
from evidence.custody.der import parse
from evidence.pack.asn1 import integer, sequence, value
from evidence.pack.authority import create_member, create_root
from evidence.pack.timestamp import imprint, request
from fieldops import clock

POLICY = "1.2.3.4.1"
_CONFIG = """[tsa]
default_tsa = one
[one]
serial = {folder}/serial
signer_digest = sha256
default_policy = {policy}
digests = sha256
accuracy = secs:1
ess_cert_id_alg = sha256
"""


@dataclass
class Authority:
    """Where it answers, its root, and what it does: see `_answer`."""

    folder: Path
    url: str = ""
    manner: str = "honest"
    asked: list[bytes] = field(default_factory=list)

    @property
    def root(self) -> Path:
        """The root's certificate (PEM)."""
        return self.folder / "root.pem"

    @property
    def line(self) -> str:
        """As the settings name it."""
        return f"{self.url} {self.root}"

    def found(self, years: int = 10) -> None:
        """Make keys, certificates and the configuration."""
        now = clock.wall_time()
        root = create_root("A neutral party", now, years=years + 5)
        member = create_member(root, "Timestamps", "A neutral party", "stamp", now, years=years)
        self.folder.mkdir(exist_ok=True)
        self.root.write_bytes(root.certificate)
        (self.folder / "signer.pem").write_bytes(member.certificate)
        key = serialization.load_der_private_key(member.key, password=None)
        pem = key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
        (self.folder / "key.pem").write_bytes(pem)
        (self.folder / "serial").write_text("01\n")
        (self.folder / "tsa.conf").write_text(_CONFIG.format(folder=self.folder, policy=POLICY))

    def reply(self, query: bytes) -> bytes:
        """What openssl answers to a query."""
        (self.folder / "query").write_bytes(query)
        subprocess.run(
            ["openssl", "ts", "-reply", "-config", "tsa.conf", "-queryfile", "query",
             "-inkey", "key.pem", "-signer", "signer.pem", "-chain", "root.pem", "-out", "reply"],
            cwd=self.folder, check=True, capture_output=True,
        )  # fmt: skip
        return (self.folder / "reply").read_bytes()


@contextmanager
def serving(folder: Path, *, years: int = 10) -> Iterator[Authority]:
    """An honest authority; change its `manner` to make it a bad one."""
    authority = Authority(folder)
    authority.found(years)

    class Handler(Answers):
        def respond(self) -> None:
            query = self.body()
            authority.asked.append(query)
            status, body = _answer(authority, query)
            self.answer(status, body, "application/timestamp-reply")

    with web(Handler) as address:
        authority.url = f"{address}/tsa"
        yield authority


def _answer(authority: Authority, query: bytes) -> tuple[int, bytes]:
    asked = parse(query)
    nonce = int.from_bytes(asked.members[2].content, "big")
    digest = asked.members[1].members[1].content
    match authority.manner:
        case "failing":
            return 503, b""
        case "garbage":
            return 200, b"<html>Sign in to go on</html>"
        case "endless":
            return 200, b"0" * 300_000
        case "refusing":
            return 200, sequence(sequence(integer(2)))
        case "another-hash":
            return 200, authority.reply(request(bytes(32), nonce))
        case "another-nonce":
            return 200, authority.reply(request(digest, nonce + 1))
        case "no-nonce":
            bare = sequence(integer(1), imprint(digest), value(0x01, b"\xff"))
            return 200, authority.reply(bare)
        case "replaying":
            return 200, authority.reply(authority.asked[0])
        case _:
            return 200, authority.reply(query)
