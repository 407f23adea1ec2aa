"""An error as the RFC 9457 document that a client reads, in one of two languages."""

from typing import Any

from fieldops.domain.bilingual import in_language
from fieldops.domain.errors import FieldopsError, InvalidInput

TYPE_ROOT = "urn:fieldops:problem:"


def document(error: FieldopsError, language: str) -> dict[str, Any]:
    """Type, title, status, detail, the faults of each field, and what else the error carries."""
    title = error.title_zh if language.startswith("zh") else error.title_en
    body: dict[str, Any] = {"type": TYPE_ROOT + error.slug, "title": title, "status": error.status}
    if error.detail:
        body["detail"] = in_language(error.detail, language)
    body |= error.extra
    if isinstance(error, InvalidInput) and error.faults:
        body["errors"] = [
            {
                "field": fault.field,
                "message": in_language(fault.message, language),
                "cure": in_language(fault.cure, language),
            }
            for fault in error.faults
        ]
    return body
