"""Carrying alerts: by mail, as a signed web call, to a WeCom group robot, or to an SMS gateway.

A web call carries `X-Fieldops-Signature: v1=<hex>`, the HMAC-SHA256 under the channel's secret of
`<X-Fieldops-Time>.<body>`, and `X-Fieldops-Id`, which stays the same when a call is repeated.
"""

import hashlib
import hmac
import ipaddress
import json
import socket
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from email.message import EmailMessage
from typing import Any
from urllib.parse import urlsplit

from fieldops.gateways.couriers import NotCarried, mail_server, post_json
from fieldops.settings import Settings

# What a WeCom robot takes as one text, in bytes.
_WECOM_BYTES = 2048
# An SMS of several parts is still read; a longer one is cut, the link stays in the first line.
_SMS_LETTERS = 300


@dataclass(frozen=True, slots=True)
class Alert:
    """What is carried: a subject, lines for people, and the same as JSON for programs."""

    id: str
    subject: str
    lines: tuple[str, ...]
    document: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Where:
    """One channel, opened."""

    kind: str
    target: str
    url: str
    secret: str


def carry(alert: Alert, where: Where, settings: Settings, *, at: datetime) -> None:
    """Return once the channel has taken it; raises NotCarried with the reason."""
    if where.kind == "mail":
        _mail(alert, where, settings)
        return
    _check_host(where.url, settings)
    _POSTS[where.kind](alert, where, at)


def _mail(alert: Alert, where: Where, settings: Settings) -> None:
    server = mail_server(settings)
    if server is None:
        raise NotCarried("no mail server is set: give smtp_host and smtp_sender")
    message = EmailMessage()
    message["From"], message["To"], message["Subject"] = server.sender, where.target, alert.subject
    # A repetition after a crash has the same id, so that mailboxes can drop it.
    message["Message-ID"] = f"<{alert.id}@{server.sender.partition('@')[2] or 'fieldops.invalid'}>"
    message["Auto-Submitted"] = "auto-generated"
    message.set_content("\n".join(alert.lines) + "\n")
    server.send(message)


def _webhook(alert: Alert, where: Where, at: datetime) -> None:
    _signed(alert, where, {"form": "fieldops-alert-1", "id": alert.id, **alert.document}, at)


def _sms(alert: Alert, where: Where, at: datetime) -> None:
    text = "\n".join((alert.subject, *alert.lines))[:_SMS_LETTERS]
    body = {"form": "fieldops-sms-1", "id": alert.id, "to": where.target, "text": text}
    _signed(alert, where, body, at)


def _wecom(alert: Alert, where: Where, _at: datetime) -> None:
    text = _within("\n".join((alert.subject, *alert.lines)), _WECOM_BYTES)
    body = json.dumps({"msgtype": "text", "text": {"content": text}}, ensure_ascii=False)
    answer = post_json(where.url, body)
    try:
        code = json.loads(answer)["errcode"]
    except (ValueError, KeyError, TypeError) as odd:
        raise NotCarried("the robot's answer cannot be read") from odd
    if code != 0:
        raise NotCarried(f"the robot answered errcode {code}")


_POSTS: Mapping[str, Callable[[Alert, Where, datetime], None]] = {
    "webhook": _webhook,
    "wecom": _wecom,
    "sms": _sms,
}


def unsecret(reason: str, where: Where) -> str:
    """Why something was not carried, without what is secret in its address."""
    for secret in (where.url, where.secret, where.target):
        reason = reason.replace(secret, "…") if secret else reason
    return reason


def signature(secret: str, stamp: str, body: str) -> str:
    """What a receiver computes to know that a call is ours and that nobody changed it."""
    told = hmac.new(secret.encode(), f"{stamp}.{body}".encode(), hashlib.sha256)
    return f"v1={told.hexdigest()}"


def _signed(alert: Alert, where: Where, document: Mapping[str, Any], at: datetime) -> None:
    body = json.dumps(document, sort_keys=True)
    stamp = str(int(at.timestamp()))
    headers = {
        "X-Fieldops-Id": alert.id,
        "X-Fieldops-Time": stamp,
        "X-Fieldops-Signature": signature(where.secret, stamp, body),
    }
    post_json(where.url, body, headers)


def _check_host(url: str, settings: Settings) -> None:
    """Refuse what lies inside the house unless the settings name it: an address is only typed in.

    A name that is led elsewhere between this look and the call is not caught here; whoever runs
    the service for several organisations also limits where its workers may connect.
    """
    parts = urlsplit(url)
    host = parts.hostname or ""
    if host in settings.alert_hosts:
        return
    if parts.scheme != "https":
        raise NotCarried("only https leads outside")
    try:
        found = socket.getaddrinfo(host, parts.port or 443, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError) as unknown:
        raise NotCarried(f"{host}: cannot be found: {unknown}") from unknown
    for *_, address in found:
        if not ipaddress.ip_address(str(address[0]).partition("%")[0]).is_global:
            raise NotCarried(f"{host} lies inside the house: name it in alert_hosts if it may")


def _within(text: str, most: int) -> str:
    """As much of a text as fits into so many bytes of UTF-8, cut between letters."""
    return text.encode()[:most].decode(errors="ignore")
