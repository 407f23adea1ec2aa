"""What an alert says, in the reader's language: reference, code, deadline and link, no person."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from evidence.trace import flags
from evidence.trace.clock_rules import BOOK
from evidence.trace.flags import WORDING
from fieldops.domain.vocabulary import Pair, in_both
from fieldops.models import Notice
from fieldops.services.notices import reference

_TEST = ("测试消息", "test message")
_TEST_MORE = (
    "这是一条测试消息，不涉及任何案件，无需处理。",
    "This is a test; it is about no case, and nothing is to be done.",
)


def subject(notices: Sequence[Notice], language: str) -> str:
    """The first line: what happened, or how many things."""
    if len(notices) == 1:
        return f"[fieldops] {_occasion(notices[0], language)} {notices[0].code}"
    many = (f"今日提醒 {len(notices)} 项", f"{len(notices)} alerts today")
    return f"[fieldops] {_pick(many, language)}"


def trial_subject(language: str) -> str:
    """The first line of a message that an administrator sends to try a channel."""
    return f"[fieldops] {_pick(_TEST, language)}"


def trial_lines(language: str) -> tuple[str, ...]:
    """What that message says: that it means nothing."""
    return (_pick(_TEST_MORE, language),)


def lines(
    notices: Sequence[Notice], language: str, public_url: str, zone: ZoneInfo
) -> tuple[str, ...]:
    """One line a notice, and the reminder that it is a pointer and no conclusion."""
    told = [_line(one, language, public_url, zone) for one in notices]
    chinese, _, english = WORDING.partition(" / ")
    return (*told, _pick((chinese, english), language))


def document(notices: Sequence[Notice], public_url: str) -> dict[str, Any]:
    """The same for programs."""
    return {
        "alerts": [
            {
                "reference": reference(one),
                "occasion": one.occasion,
                "code": one.code,
                "step": one.step,
                "way": one.way,
                "deadline": one.deadline_at.isoformat() if one.deadline_at else None,
                "made_at": one.made_at.isoformat(),
                "link": link(one, public_url),
            }
            for one in notices
        ]
    }


def title(code: str, language: str) -> str:
    """What a flag or a clock is called."""
    if (named := _named(code)) is not None:
        return _pick(named, language)
    if code.startswith("team."):
        # A kind that a house added to its file is called as it is there.
        return code.removeprefix("team.").replace("_", " ")
    rule = BOOK.rules.get(code)
    return _pick((rule.zh, rule.en) if rule is not None else flags.title(code), language)


def link(notice: Notice, public_url: str) -> str:
    """Where a person who is signed in reads more."""
    return f"{public_url.rstrip('/')}/alerts/{notice.id}"


def _named(code: str) -> Pair | None:
    """What an alarm, an incident or a record is called, which says nothing of a person."""
    kinds = {"notice": code, "alarm_kind": code, "incident_kind": code.removeprefix("incident.")}
    pairs = ((in_both(table, one), one) for table, one in kinds.items())
    return next((pair for pair, one in pairs if pair != (one, one)), None)


def _occasion(notice: Notice, language: str) -> str:
    return _pick(in_both("occasion", notice.occasion), language)


def _line(one: Notice, language: str, public_url: str, zone: ZoneInfo) -> str:
    until = _until(one.deadline_at, language, zone)
    what = _occasion(one, language)
    between = "，" if language.startswith("zh") else ", "
    told = (reference(one), what, f"{one.code} {title(one.code, language)}", until)
    return between.join(part for part in told if part) + f" {link(one, public_url)}"


def _until(at: datetime | None, language: str, zone: ZoneInfo) -> str:
    if at is None:
        return ""
    return _pick(("期限 {when}", "deadline {when}"), language).format(
        when=f"{at.astimezone(zone):%Y-%m-%d %H:%M}"
    )


def _pick(texts: tuple[str, str], language: str) -> str:
    return texts[0] if language.startswith("zh") else texts[1]
