"""What an alert says, in the reader's language: reference, code, deadline and link, no person."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from evidence.trace import flags
from evidence.trace.clock_rules import BOOK
from evidence.trace.flags import WORDING
from fieldops.domain.alerting import (
    ALARM,
    CHANGED,
    ENDING,
    ESCALATED,
    INCIDENT,
    MISSED,
    NEAR,
    RAISED,
    REVIEW,
)
from fieldops.models import Notice
from fieldops.services.notices import COMPLAINT, reference

_OCCASIONS = {
    RAISED: ("新线索", "new flag"),
    CHANGED: ("线索有变化", "a flag changed"),
    NEAR: ("期限临近", "a deadline is near"),
    ESCALATED: ("紧急提醒无人查看", "an urgent alert was seen by nobody"),
    ALARM: ("人员安全警报，请立即处理", "an agent may be in danger: answer at once"),
    INCIDENT: ("外访事件", "an incident in the field"),
    ENDING: ("人员或机构档案即将到期", "a record of the team ends soon"),
    REVIEW: ("事件待复核", "an incident waits for its review"),
    MISSED: ("承诺还款日已过，未见款项", "a promised day passed without its money"),
}
# What an alarm, an incident or a record is called says nothing of a person.
_TITLES = {
    "sos": ("呼救", "call for help"),
    "overdue": ("逾时未离开", "crew overdue"),
    "alone": ("一人在场", "an agent is alone at a door"),
    "data_request": ("个人信息请求答复期限", "answer to a data request"),
    "breach": ("信息泄露通知期限", "notice of a data breach"),
    "promise.missed": ("还款承诺", "promise to pay"),
    "team.training": ("年度培训考试", "yearly training"),
    "team.background_check": ("背景审查", "background check"),
    "team.confidentiality": ("保密承诺", "confidentiality"),
    "team.dra_certificate": ("DRA 证书", "DRA certificate"),
    "team.agency_evaluation": ("机构评估", "evaluation of an agency"),
    "team.agency_contract": ("委托催收合同", "contract of an agency"),
    "team.agency_confidentiality": ("机构保密协议", "confidentiality of an agency"),
    "team.agency_background": ("机构背景审查", "check of an agency"),
    "incident.threat": ("威胁", "threat"),
    "incident.assault": ("袭击", "assault"),
    "incident.animal": ("动物", "animal"),
    "incident.medical": ("突发疾病", "medical"),
    "incident.complaint": ("现场投诉", "complaint on the spot"),
    "incident.police_called": ("报警", "police called"),
    "incident.minor_alone": ("未成年人独自在家", "minor alone"),
    "incident.self_harm_talk": ("自伤言论", "talk of self-harm"),
    "incident.recording_objection": ("反对录音录像", "objection to recording"),
    "incident.property_damage": ("财物损坏", "property damage"),
    "incident.other": ("其他", "other"),
}

_TEST = ("测试消息", "test message")
_TEST_MORE = (
    "这是一条测试消息，不涉及任何案件，无需处理。",
    "This is a test; it is about no case, and nothing is to be done.",
)
_COMPLAINT = ("投诉答复期限", "answer to a complaint")


def subject(notices: Sequence[Notice], language: str) -> str:
    """The first line: what happened, or how many things."""
    if len(notices) == 1:
        return f"[fieldops] {_pick(_OCCASIONS[notices[0].occasion], language)} {notices[0].code}"
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
    if code == COMPLAINT:
        return _pick(_COMPLAINT, language)
    if code in _TITLES:
        return _pick(_TITLES[code], language)
    if code.startswith("team."):
        # A kind that a house added to its file is called as it is there.
        return code.removeprefix("team.").replace("_", " ")
    rule = BOOK.rules.get(code)
    return _pick((rule.zh, rule.en) if rule is not None else flags.title(code), language)


def link(notice: Notice, public_url: str) -> str:
    """Where a person who is signed in reads more."""
    return f"{public_url.rstrip('/')}/alerts/{notice.id}"


def _line(one: Notice, language: str, public_url: str, zone: ZoneInfo) -> str:
    until = _until(one.deadline_at, language, zone)
    what = _pick(_OCCASIONS[one.occasion], language)
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
