"""Every error that a caller can meet, each with a stable slug and what to do about it.

The edge turns these into RFC 9457 problem documents; nothing below the edge knows of HTTP beyond
the status that each class names.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar

from fieldops.domain.fault_words import cure_of, in_both


@dataclass(frozen=True, slots=True)
class FieldFault:
    """One field that is wrong: where it stands, what is wrong, and how to mend it."""

    field: str
    message: str
    cure: str = ""

    def whole(self) -> "FieldFault":
        """The same in both languages, with the cure of its kind where it names none itself."""
        return FieldFault(self.field, in_both(self.message), self.cure or cure_of(self.message))


class FieldopsError(Exception):
    """The root of all expected errors.

    `slug` is stable and part of the public interface; `status` is the HTTP status it becomes;
    `title_en` and `title_zh` are the short human titles; `detail` says what happened this time.
    `retry_after` is in how many seconds the same may be tried again, if waiting mends it.
    """

    slug: ClassVar[str] = "error"
    status: ClassVar[int] = 500
    title_en: ClassVar[str] = "Something went wrong"
    title_zh: ClassVar[str] = "出现错误"
    retry_after: ClassVar[int] = 0

    def __init__(self, detail: str = "", **extra: Any) -> None:
        super().__init__(detail or self.title_en)
        self.detail = detail
        self.extra: Mapping[str, Any] = extra


class InvalidInput(FieldopsError):
    """The caller sent something that cannot be taken as it stands."""

    slug = "invalid-input"
    status = 422
    title_en = "The input is not valid"
    title_zh = "输入有误"

    def __init__(self, detail: str = "", *, faults: Sequence[FieldFault] = (), **extra: Any):
        super().__init__(detail, **extra)
        self.faults = tuple(fault.whole() for fault in faults)


class BadHeader(InvalidInput):
    """A header of the request is missing or cannot be read."""

    slug = "bad-header"
    status = 400
    title_en = "A header of the request cannot be read"
    title_zh = "请求头有误"


class NotFound(FieldopsError):
    """It does not exist, or it belongs to somebody else: the two are not told apart."""

    slug = "not-found"
    status = 404
    title_en = "Not found"
    title_zh = "未找到"


class Unauthenticated(FieldopsError):
    """Nobody is signed in, or the credentials do not hold."""

    slug = "unauthenticated"
    status = 401
    title_en = "Sign in first"
    title_zh = "请先登录"


class Forbidden(FieldopsError):
    """The thing is the caller's to see, the act is not his to do."""

    slug = "forbidden"
    status = 403
    title_en = "Not permitted"
    title_zh = "无权操作"


class Conflict(FieldopsError):
    """The act does not fit the state in which the thing is."""

    slug = "conflict"
    status = 409
    title_en = "The state does not allow this"
    title_zh = "当前状态不允许此操作"


class PreconditionFailed(FieldopsError):
    """The thing has changed since the caller last read it."""

    slug = "precondition-failed"
    status = 412
    title_en = "It has changed since you read it"
    title_zh = "内容已被更改，请重新读取"


class PreconditionRequired(FieldopsError):
    """A change must name the version it was based on."""

    slug = "precondition-required"
    status = 428
    title_en = "Send If-Match with the version you read"
    title_zh = "请在 If-Match 中注明所依据的版本"


class Unavailable(FieldopsError):
    """A part that this act needs cannot be reached now; nothing was changed."""

    slug = "unavailable"
    status = 503
    title_en = "Temporarily unavailable"
    title_zh = "暂时不可用"
    retry_after = 5
