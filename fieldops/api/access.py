"""Who may call an endpoint: declared beside it, checked before it, and kept when it reads."""

from collections.abc import Callable
from functools import wraps
from typing import Any, TypeVar, cast

from flask import g, request
from flask_wtf.csrf import CSRFError, validate_csrf
from sqlalchemy.orm import Session
from wtforms import ValidationError

from fieldops import clock
from fieldops.api import idempotency
from fieldops.db import db, reading
from fieldops.domain.errors import Forbidden, Unauthenticated
from fieldops.domain.permissions import Actor, Permission
from fieldops.services import access_log, sign_in
from fieldops.transaction import transaction
from fieldops.wiring import wiring

PAGE_COOKIE = "fieldops_page"
_SAFE = frozenset({"GET", "HEAD", "OPTIONS"})

View = TypeVar("View", bound=Callable[..., Any])


def allow(
    permission: Permission, *, reads: str = "", offline: bool = True
) -> Callable[[View], View]:
    """Declare who may call a view; must stand outermost, above flask-smorest's decorators.

    `reads` names the personal data that a successful call shows: it is logged with its purpose.
    A POST that carries an Idempotency-Key is done once, unless `offline` is False.
    """

    def decorate(view: View) -> View:
        @wraps(view)
        def guarded(*args: Any, **kwargs: Any) -> Any:
            if permission is not Permission.ANYONE:
                authorise(permission)
            if request.method in _SAFE:
                return _read(view, reads, args, kwargs)
            if request.method == "POST" and offline and "actor" in g:
                return idempotency.once(current_actor(), lambda: view(*args, **kwargs))
            return view(*args, **kwargs)

        # Read by the walking test, and by the description of the interface.
        guarded.permission = permission  # type: ignore[attr-defined]
        guarded.reads, guarded.offline = reads, offline  # type: ignore[attr-defined]
        return cast("View", guarded)

    return decorate


def authorise(permission: Permission) -> Actor:
    """Identify the caller and check his permission; raises Unauthenticated or Forbidden."""
    with reading():
        proven = _identify(db.session())
        db.session.rollback()
    if proven.is_stale:
        with transaction(db.session) as session:
            sign_in.note_seen(session, proven.family, now=clock.wall_time())
    g.actor, g.sign_in = proven.actor, proven.family
    if not proven.actor.may(permission):
        raise Forbidden(permission.value)
    return proven.actor


def current_actor() -> Actor:
    """The caller, identified before the view began."""
    return cast("Actor", g.actor)


def current_sign_in() -> str:
    """The family of the token that the caller sent."""
    return cast("str", g.sign_in)


def shows_nobody() -> None:
    """Say that this answer shows nobody's data after all, so that it is no reading of any."""
    g.shows_nobody = True


def unit() -> Any:
    """The transaction of this request: commit once, then publish what happened."""
    return transaction(db.session, wiring().publish)


def _identify(session: Session) -> sign_in.Proven:
    scheme, _, token = request.headers.get("Authorization", "").partition(" ")
    if token:
        if scheme.lower() != "bearer":
            raise Unauthenticated("Send the access token as: Authorization: Bearer …")
        proven = sign_in.actor_of(session, token, sign_in.ACCESS, now=clock.wall_time())
    elif cookie := request.cookies.get(PAGE_COOKIE):
        _require_csrf()
        proven = sign_in.actor_of(session, cookie, sign_in.PAGE, now=clock.wall_time())
    else:
        raise Unauthenticated("No access token was sent.")
    g.language = proven.account.language
    return proven


def _require_csrf() -> None:
    # A cookie travels by itself; only a page of ours knows the token that goes with it.
    if request.method in _SAFE:
        return
    try:
        validate_csrf(request.headers.get("X-CSRFToken") or request.form.get("csrf_token"))
    except (ValidationError, CSRFError) as wrong:
        raise Unauthenticated("The page is too old; reload it.") from wrong


def _read(view: Callable[..., Any], reads: str, args: Any, kwargs: dict[str, Any]) -> Any:
    with reading():
        answer = view(*args, **kwargs)
        db.session.rollback()
    if reads and "actor" in g and not g.pop("shows_nobody", False):
        _log_read(current_actor(), reads, next(iter(kwargs.values()), ""))
    return answer


def _log_read(actor: Actor, kind: str, subject: object) -> None:
    purpose = request.headers.get("X-Purpose", "case-handling")
    about = f"{kind}:{subject}" if subject else kind
    with unit() as session:
        access_log.note(session, about, purpose, actor=actor, now=clock.now())
