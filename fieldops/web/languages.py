"""Which language a reader gets: his own choice, then what his browser asks for."""

from flask import g, has_request_context, request

LOCALES = {"zh-CN": "zh_CN", "en": "en"}
COOKIE = "fieldops_language"


def choose() -> str | None:
    """The locale of this request, or None for the default of the service."""
    if not has_request_context():
        return None
    if (chosen := request.cookies.get(COOKIE)) in LOCALES:
        return LOCALES[str(chosen)]
    if (own := g.get("language")) in LOCALES:
        return LOCALES[own]
    best = request.accept_languages.best_match(["zh-CN", "zh", "en"])
    return {"zh-CN": "zh_CN", "zh": "zh_CN", "en": "en"}.get(best or "")
