"""Places on loopback that take what is sent to them: a mail server and a web address."""

import socketserver
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from email.message import EmailMessage
from urllib.parse import urlsplit

from bench.serving import Answers, serving, web


@dataclass
class Sink:
    """Where it listens, what came, and whether it turns all away."""

    port: int = 0
    refuses: bool = False
    mails: list[EmailMessage] = field(default_factory=list)
    posts: list[bytes] = field(default_factory=list)
    headers: list[dict[str, str]] = field(default_factory=list)
    answer: bytes = b""


@contextmanager
def mail_server() -> Iterator[Sink]:
    """Speaks as much SMTP as a client needs."""
    sink = Sink()

    class Handler(socketserver.StreamRequestHandler):
        def handle(self) -> None:
            self._say("220 sink")
            while line := self.rfile.readline():
                word = line[:4].upper()
                if word == b"QUIT":
                    self._say("221 bye")
                    return
                if word == b"RCPT" and sink.refuses:
                    self._say("550 nobody of this name")
                elif word == b"DATA":
                    self._say("354 go on")
                    sink.mails.append(self._mail())
                    self._say("250 taken")
                else:
                    self._say("250 ok")

        def _mail(self) -> EmailMessage:
            lines: list[bytes] = []
            while (line := self.rfile.readline()) not in (b".\r\n", b""):
                lines.append(line.removeprefix(b".") if line.startswith(b"..") else line)
            return message_from_bytes(b"".join(lines), policy=policy.default)

        def _say(self, text: str) -> None:
            self.wfile.write(text.encode() + b"\r\n")

    server = socketserver.ThreadingTCPServer(("127.0.0.1", 0), Handler)
    sink.port = int(server.server_address[1])
    with serving(server):
        yield sink


@contextmanager
def web_address() -> Iterator[Sink]:
    """Takes POSTs."""
    sink = Sink()

    class Handler(Answers):
        def respond(self) -> None:
            body = self.body()
            if not sink.refuses:
                sink.posts.append(body)
                sink.headers.append(dict(self.headers))
            self.answer(500 if sink.refuses else 200, sink.answer)

    with web(Handler) as address:
        sink.port = urlsplit(address).port or 0
        yield sink
