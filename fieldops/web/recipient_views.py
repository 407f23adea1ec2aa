"""A shared pack as somebody outside meets it, without an account.

Before the passphrase is given, nothing here names a debtor, a debt or whose page it is: whoever
looks over a shoulder, or holds the link alone, must not learn of it. Whatever does not hold gets
one and the same answer, which is also that of a link that nobody gave out.
"""

import errno
from collections.abc import Iterator
from typing import Any
from zoneinfo import ZoneInfo

from flask import Flask, Response, current_app, g, redirect, render_template, request, url_for
from flask import send_file as flask_send_file
from werkzeug.wrappers import Response as AnyResponse

from fieldops import clock
from fieldops.db import db, reading
from fieldops.domain.errors import Unavailable
from fieldops.domain.permissions import Permission
from fieldops.models import Organisation, PackShare
from fieldops.services import packs, receiving_shares
from fieldops.services.receiving_shares import Sending
from fieldops.transaction import transaction
from fieldops.web.access import is_https, page, unit
from fieldops.web.blueprint import pages
from fieldops.web.catalogue import language
from fieldops.web.faults import OUTSIDE, is_outside
from fieldops.wiring import wiring

COOKIE = "opening"
HEADERS = {
    "Cache-Control": "no-store",
    "Referrer-Policy": "no-referrer",
    "X-Robots-Tag": "noindex, nofollow, noarchive",
}
# A revocation ends what is under way after so many seconds at the latest.
_LOOKS_EVERY = 2.0


@pages.get(f"{OUTSIDE}<token>")
@page(Permission.ANYONE)
def shared_page(token: str) -> str:
    """Ask for the passphrase; where it was given, show the pack and how to check it."""
    share = _opened(token)
    if share is None:
        return render_template("shared.html", token=token)
    session = db.session()
    organisation = session.get_one(Organisation, share.organisation_id)
    g.zone = ZoneInfo(organisation.timezone)
    return render_template(
        "shared.html", token=token, share=share, pack=share.pack, sender=organisation.name,
        folder=packs.folder_of(share.pack), commands=_commands(share),
    )  # fmt: skip


@pages.post(f"{OUTSIDE}<token>")
@page(Permission.ANYONE)
def open_shared(token: str) -> AnyResponse | tuple[str, int]:
    """Take the passphrase; what does not hold is told alike, whatever the reason."""
    with reading():
        is_right = receiving_shares.fits(
            db.session(), token, request.form.get("passphrase", "")[:1000]
        )
        db.session.rollback()
    with unit() as session:
        secret = receiving_shares.enter(
            session, token, is_right, settings=wiring().settings, at=clock.wall_time()
        )
    if secret is None:
        return _closed(token)
    address = url_for("web.shared_page", token=token)
    answer = redirect(address, 303)
    answer.set_cookie(
        COOKIE, secret, path=address, httponly=True, samesite="Strict", secure=is_https(),
        max_age=int(receiving_shares.OPEN_FOR.total_seconds()),
    )  # fmt: skip
    return answer


@pages.get(f"{OUTSIDE}<token>/pack")
@page(Permission.ANYONE, writes=True)
def shared_pack(token: str) -> AnyResponse | tuple[str, int]:
    """The pack; ranges are served, and the whole of it counts as one download."""
    with reading():
        share = _opened(token)
        if share is None:
            return _closed(token)
        path = wiring().pack_files.path(share.pack_id)
        is_there = share.pack.state == packs.READY and path.is_file()
        name, etag = _name(share), str(share.pack.sha256)
        db.session.rollback()
    if not is_there:
        raise Unavailable
    answer = flask_send_file(
        path, mimetype="application/zip", as_attachment=True, download_name=name, etag=etag
    )
    wanted = answer.content_length or 0
    if request.method == "HEAD" or answer.status_code not in (200, 206) or not wanted:
        return answer
    with unit() as session:
        sending = receiving_shares.begin(session, token, _secret(), wanted, at=clock.wall_time())
    if sending is None:
        answer.close()
        return _closed(token)
    return _counted(answer, sending)


@pages.get(f"{OUTSIDE}<token>/trust.pem")
@page(Permission.ANYONE, writes=True)
def shared_trust(token: str) -> AnyResponse | tuple[str, int]:
    """The trust file, against which the pack is verified."""
    with unit() as session:
        share = _opened(token)
        if share is None:
            return _closed(token)
        pem = wiring().trust(session, share.organisation_id)
        if pem is None:
            raise Unavailable
        if request.method != "HEAD":
            receiving_shares.note_trust(session, share, at=clock.wall_time())
    answer = Response(pem, content_type="application/x-pem-file")
    answer.headers.set("Content-Disposition", "attachment", filename="trust.pem")
    return answer


@pages.after_app_request
def keep_private(answer: Response) -> Response:
    """Nothing at these addresses is kept, indexed or told to another site, faults included."""
    if is_outside():
        answer.headers.update(HEADERS)
    return answer


class _Counting:
    """The bytes of an answer, counted as the server takes them; told when it has ended."""

    def __init__(self, source: Any, sending: Sending, app: Flask) -> None:
        self._source, self._chunks = source, iter(source)
        self._sending, self._app = sending, app
        self._sent = self._last = 0
        self._looked = clock.monotonic()
        self._has_ended = False

    def __iter__(self) -> Iterator[bytes]:
        return self

    def __next__(self) -> bytes:
        # Whoever asks for more has taken what he was given before.
        self._sent, self._last = self._sent + self._last, 0
        if clock.monotonic() - self._looked >= _LOOKS_EVERY:
            self._look()
        chunk: bytes = next(self._chunks)
        self._last = len(chunk)
        return chunk

    def close(self) -> None:
        """Let the file go and count what was handed over; the server calls it in any case."""
        if hasattr(self._source, "close"):
            self._source.close()
        if self._has_ended:
            return
        self._has_ended = True
        with self._app.app_context(), transaction(db.session) as session:
            receiving_shares.end(session, self._sending, self._sent, at=clock.wall_time())

    def _look(self) -> None:
        self._looked = clock.monotonic()
        with self._app.app_context(), reading(), transaction(db.session) as session:
            if receiving_shares.is_revoked(session, self._sending):
                # The server ends the connection, so that nobody takes the rest for the whole.
                raise ConnectionResetError(errno.ECONNRESET, "the share was revoked")


def _counted(answer: Response, sending: Sending) -> Response:
    app = current_app._get_current_object()  # type: ignore[attr-defined]  # The documented way.
    answer.direct_passthrough = False
    answer.response = _Counting(answer.response, sending, app)
    # A proxy that takes the whole file at once would make every broken download a whole one.
    answer.headers["X-Accel-Buffering"] = "no"
    return answer


def _opened(token: str) -> PackShare | None:
    found = receiving_shares.opened(db.session(), token, _secret(), at=clock.wall_time())
    return None if found is None else found[0]


def _secret() -> str:
    return request.cookies.get(COOKIE, "")[:200]


def _closed(token: str) -> tuple[str, int]:
    return render_template("shared.html", token=token, is_refused=True), 403


def _commands(share: PackShare) -> str:
    """What verifies the pack, to be run where pack and trust file lie."""
    file, folder = _name(share), packs.folder_of(share.pack)
    tongue = "zh" if language() == "zh-CN" else "en"
    verifier = f"python -I {folder}/verify/verify.py {file} --trust trust.pem --lang {tongue}"
    return f"sha256sum {file}\nunzip {file}\n{verifier}"


def _name(share: PackShare) -> str:
    return f"pack-{share.pack_id}.zip"
