"""The phone's page: a shell without anybody's data, which works without a network."""

from flask import Response, abort, jsonify, render_template, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from fieldops.domain.permissions import Permission
from fieldops.web import phone_shell
from fieldops.web.access import page
from fieldops.web.blueprint import pages
from fieldops.web.catalogue import language, words
from fieldops.wiring import wiring

# Recordings are played from memory, and links of the page lead to no other site by themselves.
_POLICY = (
    "default-src 'self'; img-src 'self' data: blob:; media-src 'self' blob: mediastream:; "
    "object-src 'none'; base-uri 'none'; frame-ancestors 'none'; form-action 'self'"
)


@pages.get("/phone/")
@page(Permission.ANYONE)
def phone_page() -> AnyResponse:
    """The shell, alike for everybody: what is personal comes from the phone's own store."""
    answer = Response(_shell(), mimetype="text/html")
    answer.headers["Content-Security-Policy"] = _POLICY
    answer.headers["Permissions-Policy"] = "camera=(self), microphone=(self), geolocation=(self)"
    answer.headers["Cache-Control"] = "no-cache"
    return answer


@pages.get("/phone/worker.js")
@page(Permission.ANYONE)
def phone_worker() -> AnyResponse:
    """The service worker; another byte in anything that it keeps makes it another worker."""
    text = phone_shell.worker(_addresses(), _shell(), wiring().rulebook)
    answer = Response(text, mimetype="text/javascript")
    answer.headers["Cache-Control"] = "no-cache"
    return answer


@pages.get("/phone/words/<name>.json")
@page(Permission.ANYONE)
def phone_words(name: str) -> AnyResponse:
    """The words of one language."""
    if name not in phone_shell.LANGUAGES:
        abort(404)
    text = phone_shell.catalogue_of(name, wiring().rulebook)
    return Response(text, mimetype="application/json")


@pages.get("/phone/manifest.webmanifest")
@page(Permission.ANYONE)
def phone_manifest() -> AnyResponse:
    """What the phone needs to put the page among its applications."""
    icons = {size: url_for("web.phone_icon", size=size) for size in phone_shell.ICON_SIZES}
    found = phone_shell.manifest(words(language()), url_for("web.phone_page"), icons)
    answer = jsonify(found)
    answer.mimetype = "application/manifest+json"
    return answer


@pages.get("/phone/icon-<int:size>.png")
@page(Permission.ANYONE)
def phone_icon(size: int) -> AnyResponse:
    """The icon in one of its sizes."""
    if size not in phone_shell.ICON_SIZES:
        abort(404)
    answer = Response(phone_shell.icon(size), mimetype="image/png")
    answer.headers["Cache-Control"] = "max-age=86400"
    return answer


def present_version() -> str:
    """The version of the page that phones get now."""
    return phone_shell.version(_shell(), wiring().rulebook)


def is_phone() -> bool:
    """Whether this browser says that it runs on a phone."""
    return "Mobile" in request.headers.get("User-Agent", "")


def _shell() -> str:
    return render_template("phone.html")


def _addresses() -> list[str]:
    """Everything that a phone keeps, the shell first."""
    return [
        url_for("web.phone_page"),
        *(url_for("web.phone_words", name=name) for name in phone_shell.LANGUAGES),
        url_for("web.phone_manifest"),
        url_for("web.phone_icon", size=phone_shell.ICON_SIZES[0]),
        *(url_for("web.asset", name=name) for name in phone_shell.assets()),
    ]
