"""Which language a reader gets: his own choice, then what his browser asks for."""

from flask import g, has_request_context, request

LOCALES = {"zh-CN": "zh_CN", "en": "en"}
COOKIE = "fieldops_language"
_ASKED = "fieldops.languages"


def choose() -> str | None:
    """The locale of this request, or None for the default of the service."""
    if not has_request_context():
        return None
    asked = _asked()
    own = asked["chosen"] or g.get("language")
    return LOCALES[own] if own in LOCALES else asked["browser"]


def _asked() -> dict[str, str | None]:
    """What the request says of languages; looked at once, for a page asks thousands of times."""
    if _ASKED not in request.environ:
        chosen = request.cookies.get(COOKIE)
        best = request.accept_languages.best_match(["zh-CN", "zh", "en"])
        of_browser = {"zh-CN": "zh_CN", "zh": "zh_CN", "en": "en"}.get(best or "")
        told = {"chosen": chosen if chosen in LOCALES else None, "browser": of_browser}
        request.environ[_ASKED] = told
    found: dict[str, str | None] = request.environ[_ASKED]
    return found
