"""Who may open a page: declared beside it, checked before it, and kept when it shows a person."""

from collections.abc import Callable
from functools import wraps
from typing import Any, TypeVar, cast
from uuid import UUID
from zoneinfo import ZoneInfo

from flask import g, redirect, request, url_for
from flask_wtf.csrf import CSRFError, validate_csrf
from sqlalchemy.orm import Session
from wtforms import ValidationError

from fieldops import clock
from fieldops.db import db, reading
from fieldops.domain.errors import Forbidden, InvalidInput, Unauthenticated
from fieldops.domain.permissions import Actor, Permission
from fieldops.models import Organisation
from fieldops.services import access_log, sign_in
from fieldops.services.organisations import DRILL
from fieldops.transaction import transaction
from fieldops.wiring import wiring

COOKIE = "fieldops_page"
_SAFE = frozenset({"GET", "HEAD", "OPTIONS"})

View = TypeVar("View", bound=Callable[..., Any])


class PageTooOld(InvalidInput):
    """The form's token is missing, wrong or too old: the page must be opened again."""

    slug = "page-too-old"
    status = 400
    title_en = "This page is too old; open it again"
    title_zh = "页面已过期，请重新打开"


def page(
    permission: Permission, *, reads: str = "", writes: bool = False
) -> Callable[[View], View]:
    """Declare who may open a page; whoever is not signed in is led to the sign-in first.

    `reads` names the personal data that the page shows: opening it is logged. `writes` is for a
    page that writes although it is only opened, such as one that keeps who read what.
    """

    def decorate(view: View) -> View:
        @wraps(view)
        def guarded(*args: Any, **kwargs: Any) -> Any:
            # Nobody is signed in until this request has shown who it is.
            g.pop("actor", None)
            if request.method not in _SAFE:
                check_form()
            if permission is not Permission.ANYONE:
                try:
                    authorise(permission)
                except Unauthenticated:
                    return redirect(url_for("web.sign_in_page", next=_wanted()))
            elif request.cookies.get(COOKIE):
                known()
            if writes or request.method not in _SAFE:
                return view(*args, **kwargs)
            return _read(view, reads, args, kwargs)

        guarded.permission = permission  # type: ignore[attr-defined]  # Read by the walking test.
        return cast("View", guarded)

    return decorate


def authorise(permission: Permission) -> Actor:
    """Who opened this page; raises Unauthenticated or Forbidden."""
    actor = known()
    if actor is None:
        raise Unauthenticated
    if not actor.may(permission):
        raise Forbidden(permission.value)
    return actor


def known() -> Actor | None:
    """Who carries the page cookie, if it still holds; keeps him for the rest of the request."""
    cookie = request.cookies.get(COOKIE)
    if not cookie:
        return None
    with reading():
        try:
            proven = sign_in.actor_of(db.session(), cookie, sign_in.PAGE, now=clock.wall_time())
            _keep(db.session(), proven)
        except Unauthenticated:
            return None
        finally:
            db.session.rollback()
    if proven.is_stale:
        with transaction(db.session) as session:
            sign_in.note_seen(session, proven.family, now=clock.wall_time())
    return proven.actor


def current_actor() -> Actor:
    """The reader of this page."""
    return cast("Actor", g.actor)


def current_sign_in() -> str:
    """The family of the token that the reader carries."""
    return cast("str", g.sign_in)


def zone() -> ZoneInfo:
    """The zone in which the reader's organisation counts its days."""
    return cast("ZoneInfo", g.get("zone") or wiring().settings.zone)


def unit() -> Any:
    """The transaction of this request: commit once, then publish what happened."""
    return transaction(db.session, wiring().publish)


def is_https() -> bool:
    """Whether cookies may travel over TLS alone."""
    return request.is_secure or wiring().settings.is_production


def check_form() -> None:
    """Raise PageTooOld unless the form carries the token that one of our pages was given."""
    try:
        validate_csrf(request.headers.get("X-CSRFToken") or request.form.get("csrf_token"))
    except (ValidationError, CSRFError) as wrong:
        raise PageTooOld from wrong


def log_read(kind: str, subject: UUID | str) -> None:
    """Keep that the reader saw whose data."""
    actor = current_actor()
    about = f"{kind}:{subject}" if subject else kind
    with unit() as session:
        access_log.note(session, about, "case-handling", actor=actor, now=clock.now())


def _keep(session: Session, proven: sign_in.Proven) -> None:
    organisation = session.get_one(Organisation, proven.actor.organisation_id)
    g.actor, g.language, g.sign_in = proven.actor, proven.account.language, proven.family
    g.zone, g.organisation_name = ZoneInfo(organisation.timezone), organisation.name
    g.is_drill = organisation.kind == DRILL


def _wanted() -> str:
    # A form that came too late is not sent again by itself: only its page is opened anew.
    return request.full_path.rstrip("?") if request.method == "GET" else "/"


def _read(view: View, reads: str, args: Any, kwargs: dict[str, Any]) -> Any:
    with reading():
        answer = view(*args, **kwargs)
        db.session.rollback()
    if reads and "actor" in g:
        log_read(reads, str(next(iter(kwargs.values()), "")))
    return answer
