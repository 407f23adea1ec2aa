"""Moments as text: RFC 3339 in UTC, the only spelling of a time in the log and in packs."""

import re
from datetime import UTC, datetime

_INSTANT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{6})?Z")


def format_instant(moment: datetime) -> str:
    """`2026-03-02T01:02:03Z`, with six more digits when there are microseconds; naive refused."""
    if moment.tzinfo is None:
        raise ValueError(f"{moment.isoformat()} has no time zone; give an aware time")
    return moment.astimezone(UTC).replace(tzinfo=None).isoformat() + "Z"


def parse_instant(text: object) -> datetime:
    """The aware UTC time that `text` spells; raises ValueError for any other spelling."""
    if not isinstance(text, str) or not _INSTANT.fullmatch(text):
        raise ValueError(f"{text!r} is no time like 2026-03-02T01:02:03Z")
    moment = datetime.fromisoformat(text)
    if format_instant(moment) != text:
        raise ValueError(f"{text!r} spells its time in an unusual way")
    return moment
