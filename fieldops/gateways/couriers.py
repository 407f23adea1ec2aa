"""Carrying a checkpoint outside: by mail, to a web address, or to a file that only grows."""

import os
import smtplib
import ssl
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from email.message import EmailMessage
from functools import cache
from pathlib import Path
from typing import Protocol
from urllib.parse import urlsplit

import httpx

from fieldops.settings import Settings, SettingsError

_SECONDS = 30.0
_SUBJECT = "Custody checkpoint 证据链检查点 {line}"
_BODY = """\
请妥善保存附件 checkpoint：日后可用它核对证据包（verify --checkpoint）。
Keep the attached file "checkpoint": any later evidence pack can be held against it
(verify --checkpoint).

{text}
"""


class NotCarried(Exception):
    """The checkpoint did not arrive; the message says why."""


@dataclass(frozen=True, slots=True)
class Letter:
    """What is carried: the checkpoint's text alone, and all of it as one line of JSON."""

    text: bytes
    document: str


class Courier(Protocol):
    """Whoever carries letters to one address."""

    def carry(self, letter: Letter) -> None:
        """Return once it has arrived; raises NotCarried."""
        ...


@dataclass(frozen=True, slots=True)
class MailServer:
    """The mail server of the settings."""

    host: str
    port: int
    security: str
    sender: str
    user: str
    password: str
    timeout: float = _SECONDS

    def send(self, message: EmailMessage) -> None:
        """Hand a mail to the server; raises NotCarried."""
        try:
            with self._connected() as server:
                if self.security == "starttls":
                    server.starttls(context=ssl.create_default_context())
                if self.user:
                    server.login(self.user, self.password)
                server.send_message(message)
        except (OSError, smtplib.SMTPException) as failed:
            raise NotCarried(f"{type(failed).__name__}: {failed}") from failed

    def _connected(self) -> smtplib.SMTP:
        if self.security == "tls":
            context = ssl.create_default_context()
            return smtplib.SMTP_SSL(self.host, self.port, timeout=self.timeout, context=context)
        return smtplib.SMTP(self.host, self.port, timeout=self.timeout)


def mail_server(settings: Settings) -> MailServer | None:
    """The mail server of the settings, if one is set."""
    if not settings.smtp_host or not settings.smtp_sender:
        return None
    return MailServer(
        settings.smtp_host, settings.smtp_port, settings.smtp_security,
        settings.smtp_sender, settings.smtp_user, settings.smtp_password,
    )  # fmt: skip


@dataclass(frozen=True, slots=True)
class MailCourier:
    """Sends a mail with the text as its attachment `checkpoint`."""

    to: str
    server: MailServer

    def carry(self, letter: Letter) -> None:
        """Hand the mail to the server; raises NotCarried."""
        self.server.send(self._message(letter))

    def _message(self, letter: Letter) -> EmailMessage:
        message = EmailMessage()
        message["From"], message["To"] = self.server.sender, self.to
        lines = letter.text.decode().splitlines()
        message["Subject"] = _SUBJECT.format(line=" ".join(lines[:2]))
        message.set_content(_BODY.format(text=letter.text.decode()))
        # As bytes: a mail server must not change the line ends of what was signed.
        for name, data in (
            ("checkpoint", letter.text),
            ("checkpoint.json", letter.document.encode()),
        ):
            message.add_attachment(
                data, maintype="application", subtype="octet-stream", filename=name
            )
        return message


@dataclass(frozen=True, slots=True)
class WebCourier:
    """Posts the JSON; any answer from 200 to 299 means that it arrived."""

    url: str
    timeout: float = _SECONDS

    def carry(self, letter: Letter) -> None:
        """Post it; raises NotCarried."""
        post_json(self.url, letter.document, timeout=self.timeout)


def post_json(
    url: str, document: str, headers: Mapping[str, str] | None = None, timeout: float = _SECONDS
) -> bytes:
    """Post JSON and give back the answer; raises NotCarried unless its status is 200 to 299."""
    told = {"Content-Type": "application/json", **(headers or {})}
    try:
        with httpx.Client(timeout=timeout, trust_env=False, verify=_trust()) as client:
            answer = client.post(url, content=document, headers=told)
    except (httpx.HTTPError, httpx.InvalidURL) as failed:
        raise NotCarried(f"{type(failed).__name__}: {failed}") from failed
    if not answer.is_success:
        raise NotCarried(f"answered with status {answer.status_code}")
    return answer.content


@cache
def _trust() -> ssl.SSLContext:
    """The roots that are trusted, read once: to read them costs more than all else of a call."""
    return httpx.create_ssl_context(trust_env=False)


@dataclass(frozen=True, slots=True)
class FileCourier:
    """Adds the JSON as a line; on a medium that can only be added to nobody takes it back."""

    path: Path

    def carry(self, letter: Letter) -> None:
        """Add the line and have it on the disk; raises NotCarried."""
        try:
            with self.path.open("ab") as file:
                file.write(letter.document.encode() + b"\n")
                file.flush()
                os.fsync(file.fileno())
        except OSError as failed:
            raise NotCarried(f"{self.path}: {failed.strerror}") from failed


def courier(address: str, settings: Settings) -> Courier:
    """Who carries to this address; raises SettingsError when nobody can."""
    scheme, _, rest = address.partition(":")
    if scheme in ("http", "https") and urlsplit(address).hostname and len(address) <= 200:
        return WebCourier(address)
    if scheme == "file" and rest.startswith("/"):
        return FileCourier(Path(urlsplit(address).path))
    if scheme == "mailto" and "@" in rest and rest.isprintable():
        server = mail_server(settings)
        if server is None:
            raise SettingsError("checkpoint_addresses: a mail needs smtp_host and smtp_sender")
        return MailCourier(rest, server)
    raise SettingsError(
        f"checkpoint_addresses: {address!r}: say mailto:a@b, https://… or file:/path"
    )


def check(addresses: Sequence[str], settings: Settings) -> None:
    """Raise SettingsError unless something can be carried to every address."""
    for address in addresses:
        courier(address, settings)
