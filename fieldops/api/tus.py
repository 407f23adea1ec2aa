"""What tus 1.0.0 puts into headers: versions, offsets, metadata and checksums."""

import base64
import binascii
import hashlib
from datetime import datetime

from flask import request
from werkzeug.http import http_date

from fieldops.domain.blobs import Bytes
from fieldops.domain.errors import BadHeader, FieldFault, FieldopsError, PreconditionFailed
from fieldops.domain.joining import Concat

VERSION = "1.0.0"
EXTENSIONS = (
    "creation,creation-with-upload,creation-defer-length,expiration,checksum,checksum-trailer,"
    "termination,concatenation,concatenation-unfinished"
)
CHECKSUMS = ("sha1", "sha256")
PART_TYPE = "application/offset+octet-stream"
# Acknowledged piece by piece: what a killed process loses is at most this much.
PIECE = 8 * 1024 * 1024
_LONGEST_METADATA = 8192


class OtherVersion(PreconditionFailed):
    """The client speaks another version of tus."""

    slug = "tus-version"
    title_en = "Send Tus-Resumable: 1.0.0"
    title_zh = "请使用 tus 1.0.0 协议"


class OtherType(FieldopsError):
    """A part of an upload has a media type of its own."""

    slug = "unsupported-media-type"
    status = 415
    title_en = "Send a part as application/offset+octet-stream"
    title_zh = "上传内容类型应为 application/offset+octet-stream"


class PartChanged(FieldopsError):
    """A part's checksum is not the declared one; nothing of it was kept."""

    slug = "part-checksum-mismatch"
    status = 460
    title_en = "The part arrived changed"
    title_zh = "分片校验值不一致"


class PartCutOff(FieldopsError):
    """The body ended early; what came is kept. Ask for the offset and go on from there."""

    slug = "body-cut-off"
    status = 400
    title_en = "The body ended before its declared length"
    title_zh = "请求内容不完整"


def check_version() -> None:
    """Refuse what is not tus 1.0.0."""
    if request.headers.get("Tus-Resumable") != VERSION:
        raise OtherVersion("This service speaks tus 1.0.0.")


def check_part_type() -> None:
    """Refuse a part that is sent as something else."""
    if request.mimetype != PART_TYPE:
        raise OtherType(f"{request.mimetype or 'nothing'} was sent.")


def number(name: str, *, required: bool = True) -> int | None:
    """A whole number from 0 in a header; raises BadHeader."""
    text = request.headers.get(name)
    if text is None and not required:
        return None
    if text is None or not (text.isascii() and text.isdigit() and len(text) < 19):
        raise BadHeader(faults=[FieldFault(name, "is missing or no whole number from 0")])
    return int(text)


def length(concat: Concat) -> int | None:
    """The size of a new upload; None while it is not known. Raises BadHeader."""
    deferred = request.headers.get("Upload-Defer-Length")
    declared = number("Upload-Length", required=deferred is None and not concat.parts)
    if deferred not in (None, "1"):
        raise BadHeader(faults=[FieldFault("Upload-Defer-Length", "1 is the only value")])
    if declared is not None and deferred is not None:
        raise BadHeader(faults=[FieldFault("Upload-Length", "is told now or later, not both")])
    if concat.parts and (declared is not None or deferred is not None):
        raise BadHeader(faults=[FieldFault("Upload-Length", "a final has that of its parts")])
    return declared


def has_body() -> bool:
    """Whether bytes come along, counted beforehand or in chunks."""
    return bool(request.content_length) or "chunked" in request.headers.get("Transfer-Encoding", "")


def metadata() -> dict[str, str]:
    """`Upload-Metadata` as names and texts; raises BadHeader."""
    header = request.headers.get("Upload-Metadata", "")
    if len(header) > _LONGEST_METADATA:
        raise _bad_metadata(f"has more than {_LONGEST_METADATA} characters")
    found: dict[str, str] = {}
    for pair in filter(None, (part.strip() for part in header.split(","))):
        name, _, value = pair.partition(" ")
        if name in found:
            raise _bad_metadata(f"{name} stands twice")
        try:
            found[name] = base64.b64decode(value.strip(), validate=True).decode()
        except (binascii.Error, UnicodeDecodeError) as error:
            raise _bad_metadata(f"{name} is not UTF-8 text in base64") from error
    return found


def check_sum(header: str, data: Bytes) -> None:
    """Hold a part against `Upload-Checksum`; raises PartChanged or BadHeader."""
    name, _, value = header.partition(" ")
    if name not in CHECKSUMS:
        raise BadHeader(
            faults=[FieldFault("Upload-Checksum", f"one of {', '.join(CHECKSUMS)} is taken")]
        )
    # A checksum against accidents on the way, as the protocol asks; evidence rests on SHA-256.
    digest = hashlib.new(name, data, usedforsecurity=False).digest()
    if base64.b64encode(digest).decode() != value.strip():
        raise PartChanged("Send the part again from the same offset.")


def checksum_follows() -> bool:
    """Whether the checksum is announced as a trailer, to be had once the body is read."""
    announced = request.headers.get("Trailer", "").lower().split(",")
    return "upload-checksum" in [name.strip() for name in announced]


def trailing_checksum() -> str:
    """`Upload-Checksum` from behind the body; raises BadHeader when it did not come through.

    WSGI has no word for trailers: gunicorn keeps them beside the body, others and most proxies
    drop them. A checksum that was promised is never taken as held.
    """
    reader = getattr(request.environ.get("wsgi.input"), "reader", None)
    for name, value in getattr(getattr(reader, "req", None), "trailers", ()):
        if name.lower() == "upload-checksum":
            return str(value)
    raise BadHeader(faults=[FieldFault("Upload-Checksum", "was announced and did not follow")])


def expiry(moment: datetime) -> str:
    """A time for `Upload-Expires`."""
    return http_date(moment)


def _bad_metadata(message: str) -> BadHeader:
    return BadHeader(faults=[FieldFault("Upload-Metadata", message)])
