"""Log lines for people or machines; what looks like personal data is masked on the way out."""

import logging
import re
import sys
from collections.abc import MutableMapping
from typing import Any

import structlog

from fieldops.settings import SECRETS, Settings

_SENSITIVE = frozenset({*SECRETS, "password", "otp", "token", "name", "phone", "id_number", "text"})
# An identity number, then a mobile number, wherever they stand in a line.
_PATTERNS = (
    (re.compile(r"(?<!\d)(\d{6})\d{8}(\d{3}[\dXx])(?![\dXx])"), r"\1********\2"),
    (re.compile(r"(?<!\d)(1[3-9]\d)\d{4}(\d{4})(?!\d)"), r"\1****\2"),
)


def mask(_: Any, __: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    """Mask sensitive keys and whatever looks like an identity or telephone number."""
    for key, value in event.items():
        event[key] = "***" if key in _SENSITIVE else _without(value)
    return event


def _without(value: Any) -> Any:
    """The value with every text in it masked, however deep it lies."""
    if isinstance(value, str):
        return masked(value)
    if isinstance(value, dict):
        return {
            key: "***" if key in _SENSITIVE else _without(inner) for key, inner in value.items()
        }
    if isinstance(value, list | tuple | set | frozenset):
        return [_without(inner) for inner in value]
    if isinstance(value, BaseException):
        return masked(f"{type(value).__name__}: {value}")
    return value


def masked(text: str) -> str:
    """The text without identity and telephone numbers."""
    for pattern, shown in _PATTERNS:
        text = pattern.sub(shown, text)
    return text


def configure(settings: Settings) -> None:
    """Set up the log of this process; safe to call twice."""
    level = logging.getLevelNamesMapping().get(settings.log_level.upper(), logging.INFO)
    renderer: Any = structlog.dev.ConsoleRenderer(colors=sys.stderr.isatty())
    if settings.log_format == "json":
        renderer = structlog.processors.JSONRenderer(ensure_ascii=False)
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.processors.format_exc_info,
            mask,
            renderer,
        ],
        wrapper_class=structlog.make_filtering_bound_logger(level),
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
        cache_logger_on_first_use=False,
    )
    logging.basicConfig(level=max(level, logging.WARNING), stream=sys.stderr)
    # geopy writes whole addresses into its log below this level.
    logging.getLogger("geopy").setLevel(logging.ERROR)
