"""Counsel's side of shared packs: made on the case page, told once, watched and revoked."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from flask import make_response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from fieldops import clock
from fieldops.db import db
from fieldops.domain import sharing
from fieldops.domain.errors import FieldFault, InvalidInput
from fieldops.domain.permissions import Actor, Permission
from fieldops.models import Case, Pack
from fieldops.services import scoped, shares
from fieldops.web.access import current_actor, page, unit
from fieldops.web.blueprint import pages
from fieldops.web.form_words import NOT_WHOLE
from fieldops.wiring import wiring


@dataclass(frozen=True, slots=True)
class Shown:
    """The shares of a case's packs with the last lines of their logs, at a time."""

    by_pack: Any
    logs: Any
    at: datetime
    kinds: Callable[[Pack], Sequence[str]] = shares.recipients_of
    days: int = sharing.DAYS
    most_days: int = sharing.MOST_DAYS
    downloads: int = sharing.DOWNLOADS
    most_downloads: int = sharing.MOST_DOWNLOADS


def shown(case_id: UUID, actor: Actor) -> Shown | None:
    """What the page of a case shows of shares; None for a reader who draws no packs."""
    if not actor.may(Permission.BUILD_PACKS):
        return None
    by_pack = shares.of_case(db.session(), case_id, actor=actor)
    ids = [share.id for found in by_pack.values() for share in found]
    return Shown(by_pack, shares.latest(db.session(), ids), clock.wall_time())


@pages.post("/packs/<uuid:pack_id>/shares")
@page(Permission.BUILD_PACKS)
def make_share(pack_id: UUID) -> AnyResponse:
    """Share a pack; the page that answers is the only one to show link and passphrase."""
    order = sharing.ShareOrder(
        request.form.get("recipient", ""),
        request.form.get("recipient_kind", ""),
        request.form.get("purpose", ""),
        _number("days", sharing.DAYS),
        _number("most_downloads", sharing.DOWNLOADS),
    )
    with unit() as session:
        made = shares.make(session, pack_id, order, actor=current_actor(), at=clock.wall_time())
        case = scoped.get(session, Case, made.share.pack.case_id, current_actor())
    path = url_for("web.shared_page", token=made.token)
    link = wiring().settings.absolute(path, host_url=request.host_url)
    answer = make_response(render_template("share_made.html", made=made, link=link, case=case))
    answer.headers["Cache-Control"] = "no-store"
    return answer


@pages.post("/shares/<uuid:share_id>/revoke")
@page(Permission.BUILD_PACKS)
def revoke_share(share_id: UUID) -> AnyResponse:
    """End a share at once."""
    with unit() as session:
        share = shares.revoke(session, share_id, actor=current_actor(), at=clock.wall_time())
        case_id = share.pack.case_id
    return redirect(url_for("web.packs_page", case_id=case_id, _anchor=f"share-{share_id}"))


def _number(name: str, otherwise: int) -> int:
    text = request.form.get(name, "").strip()
    if not text:
        return otherwise
    if not (text.isascii() and text.isdecimal() and len(text) <= 6):
        raise InvalidInput(faults=[FieldFault(name, NOT_WHOLE)])
    return int(text)
