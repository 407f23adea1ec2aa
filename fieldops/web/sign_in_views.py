"""Signing in and out, the choice of language, and the way home."""

from typing import Any

from flask import g, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from fieldops import clock
from fieldops.domain.browsers import device_words
from fieldops.domain.errors import Unauthenticated
from fieldops.domain.permissions import Permission, Role
from fieldops.services import sign_in
from fieldops.web import languages
from fieldops.web.access import COOKIE, current_actor, is_https, page, unit
from fieldops.web.blueprint import pages
from fieldops.web.phone_views import is_phone
from fieldops.wiring import wiring

HOMES = {
    Role.AGENT: "web.my_day_page",
    Role.DISPATCHER: "web.board_page",
    Role.COUNSEL: "web.desk_page",
    Role.COMPLIANCE: "web.compliance_page",
    Role.ADMIN: "web.admin_page",
    Role.AUDITOR: "web.compliance_page",
}
_YEAR = 31_536_000


@pages.get("/")
@page(Permission.SIGNED_IN)
def home() -> AnyResponse:
    """Lead everybody to the page where his work lies; an agent with a phone to the phone's."""
    role = current_actor().role
    if role is Role.AGENT and is_phone():
        return redirect(url_for("web.phone_page"))
    return redirect(url_for(HOMES[role]))


@pages.get("/sign-in")
@page(Permission.ANYONE)
def sign_in_page() -> AnyResponse | str:
    """Ask for name and password; somebody who is signed in goes home."""
    if "actor" in g:
        return redirect(url_for("web.home"))
    return render_template("sign_in.html", wanted=_local(request.args.get("next")))


@pages.post("/sign-in")
@page(Permission.ANYONE)
def sign_in_form() -> AnyResponse | tuple[str, int]:
    """Take name, password and code; every failure looks the same."""
    with unit() as session:
        found = sign_in.authenticate(
            session,
            request.form.get("username", "")[:200].strip(),
            request.form.get("password", "")[:1000],
            request.form.get("code", "")[:20].strip() or None,
            settings=wiring().settings,
            now=clock.wall_time(),
        )
        token = "" if isinstance(found, Unauthenticated) else _open(session, found)
    if isinstance(found, Unauthenticated):
        return _asked_again(found), 401
    answer = redirect(_local(request.form.get("next")))
    answer.set_cookie(
        COOKIE,
        token,
        max_age=wiring().settings.session_hours * 3600,
        httponly=True,
        samesite="Lax",
        secure=is_https(),
    )
    return answer


@pages.post("/sign-out")
@page(Permission.SIGNED_IN)
def sign_out() -> AnyResponse:
    """End the sign-in of this browser."""
    with unit() as session:
        sign_in.sign_out(session, request.cookies.get(COOKIE, ""), now=clock.wall_time())
    answer = redirect(url_for("web.sign_in_page"))
    answer.delete_cookie(COOKIE)
    return answer


@pages.post("/language")
@page(Permission.ANYONE)
def choose_language() -> AnyResponse:
    """Keep the reader's language and lead him back to where he was."""
    answer = redirect(_local(request.form.get("next")))
    chosen = request.form.get("language")
    if chosen in languages.LOCALES:
        answer.set_cookie(
            languages.COOKIE, chosen, max_age=_YEAR, samesite="Lax", secure=is_https()
        )
    return answer


def _open(session: Any, account: Any) -> str:
    device = device_words(request.headers.get("User-Agent", ""))
    return sign_in.open_page_session(
        session, account, device=device, settings=wiring().settings, now=clock.wall_time()
    )


def _asked_again(refusal: Unauthenticated) -> str:
    return render_template(
        "sign_in.html",
        wanted=_local(request.form.get("next")),
        username=request.form.get("username", "")[:200],
        refusal="code" if isinstance(refusal, sign_in.SecondFactorNeeded) else "wrong",
    )


def _local(address: str | None) -> str:
    """An address on this site only: a link must not lead a fresh sign-in elsewhere."""
    if address and address.startswith("/") and not address.startswith(("//", "/\\")):
        return address if address.isprintable() else "/"
    return "/"
