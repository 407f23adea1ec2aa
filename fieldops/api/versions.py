"""ETags are version numbers; a change must name the version it was based on."""

from flask import request

from fieldops.domain.errors import PreconditionFailed, PreconditionRequired


def etag(version: int) -> dict[str, str]:
    """The header that tells a reader the version."""
    return {"ETag": f'"{version}"'}


def required_version() -> int:
    """The version in `If-Match`; raises PreconditionRequired (428) or PreconditionFailed (412)."""
    if not request.if_match:
        raise PreconditionRequired("Send If-Match with the ETag that you were given.")
    tags = [tag for tag in request.if_match.as_set() if tag.isdecimal()]
    if len(tags) != 1:
        raise PreconditionFailed("If-Match names no version that was ever given out.")
    return int(tags[0])
