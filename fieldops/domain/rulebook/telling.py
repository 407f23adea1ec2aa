"""A rule's parameters in words, for people who do not read rule files."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from fieldops.domain.rulebook.records import AppliesWhen, Rule, Text

PREDICATES = {
    "agency_holds": Text("外包机构须有", "the agency holds"),
    "any_of": Text("以下任一", "any of these"),
    "covered": Text("有规则包的法域", "a jurisdiction with a pack"),
    "crew": Text("同行人数", "crew"),
    "debtor_missing": Text("债务人失联", "the debtor is out of reach"),
    "fact_with_consent": Text("须经同意的行为", "only with consent"),
    "facts_absent": Text("不得发生", "must not have happened"),
    "facts_shown": Text("须有事实", "must be shown"),
    "flagged": Text("标记", "flags"),
    "frequency": Text("次数上限", "caps"),
    "held": Text("暂停令", "holds"),
    "hours": Text("时段", "hours"),
    "no_posting": Text("不得张贴", "no posting"),
    "place": Text("禁止的地点", "places that are forbidden"),
    "roles": Text("可联系的对象", "who may be reached"),
    "third_party_spared": Text("不打扰拒绝者", "who refused is spared"),
    "trained": Text("培训有效", "training is current"),
    "vetted": Text("人员资格", "agents meet"),
    "wishes": Text("本人要求", "wishes"),
    "work_account": Text("工作账号", "a work account"),
}
KEYS = {
    "by_day": Text("按星期", "by weekday"),
    "caps": Text("上限", "cap"),
    "channels": Text("渠道", "channels"),
    "clauses": Text("条款", "clause"),
    "close": Text("收尾时", "at the close"),
    "closed": Text("停止日", "closed days"),
    "consent_of": Text("由谁同意", "consent of"),
    "counting": Text("计法", "counted in"),
    "creditor_kinds": Text("机构类型", "creditors"),
    "days": Text("天数", "days"),
    "door": Text("到场时", "at the door"),
    "except_creditor_kinds": Text("不适用于", "not to creditors"),
    "fact": Text("行为", "what"),
    "facts": Text("行为", "what"),
    "failed_dial_days": Text("连续拨打失败天数", "days of failed dialling"),
    "flags": Text("标记", "flags"),
    "gaps": Text("其间停止", "not from"),
    "gates": Text("环节", "gates"),
    "kind": Text("种类", "kind"),
    "kinds": Text("种类", "kinds"),
    "known_to": Text("已知至", "known to"),
    "least": Text("至少", "at least"),
    "lifted": Text("同意可解除", "lifted by consent"),
    "most": Text("至多", "at most"),
    "only_with": Text("须有", "only with"),
    "params": Text("参数", "parameters"),
    "per": Text("按", "per"),
    "places": Text("地点", "places"),
    "predicate": Text("要求", "asks"),
    "provenance": Text("出处核对", "provenance"),
    "purposes": Text("目的", "purposes"),
    "results": Text("结果", "results"),
    "roles": Text("对象", "people"),
    "schedules": Text("时段表", "schedule"),
    "source": Text("依据", "source"),
    "records": Text("档案", "records"),
    "to_hours": Text("约定时段的同意亦可", "a consent to hours is enough"),
    "standards": Text("标准", "standards"),
    "whose": Text("谁的要求", "whose wishes"),
    "windows": Text("允许", "open"),
    "mon": Text("周一", "Monday"),
    "tue": Text("周二", "Tuesday"),
    "wed": Text("周三", "Wednesday"),
    "thu": Text("周四", "Thursday"),
    "fri": Text("周五", "Friday"),
    "sat": Text("周六", "Saturday"),
    "sun": Text("周日", "Sunday"),
}
WORDS = {
    "agency": Text("代理机构", "agency"),
    "agency_background": Text("机构背景审查", "the agency's background check"),
    "agency_confidentiality": Text("机构保密协议", "the agency's confidentiality"),
    "agency_contract": Text("委托合同", "the agency's contract"),
    "agency_evaluation": Text("机构评估合格", "a passed evaluation"),
    "any": Text("时间与方式", "times and channels"),
    "authorisation_shown": Text("出示授权", "authorisation shown"),
    "asked_to_leave": Text("被要求离开", "asked to leave"),
    "background_check": Text("背景审查", "background check"),
    "background_ok": Text("背景合格", "background checked"),
    "badge_shown": Text("出示证件", "badge shown"),
    "bank": Text("银行", "bank"),
    "bankruptcy": Text("破产", "bankruptcy"),
    "bereavement": Text("丧亲", "bereavement"),
    "breathing_space": Text("喘息期", "breathing space"),
    "calendar": Text("当地自然日", "local calendar days"),
    "call": Text("电话", "call"),
    "capacity": Text("心智能力存疑", "capacity in doubt"),
    "cease": Text("要求停止", "request to cease"),
    "certified": Text("持证", "certified"),
    "cleared": Text("未被暂停", "not suspended"),
    "close": Text("收尾", "close"),
    "collect": Text("催收", "to collect"),
    "commit": Text("确认计划", "commit"),
    "complaint": Text("投诉", "complaint"),
    "connected": Text("接通", "connected"),
    "consumer_finance": Text("消费金融公司", "consumer finance"),
    "debt": Text("债务", "debt"),
    "debt.bankruptcy": Text("债务:破产", "debt: bankruptcy"),
    "debt.disputed": Text("债务:有争议", "debt: disputed"),
    "debt_disclosed": Text("泄露债务", "debt disclosed"),
    "debtor": Text("债务人", "debtor"),
    "debtor.refused_workplace": Text("拒绝在工作场所", "refused the workplace"),
    "debtor.represented": Text("已有律师", "represented"),
    "deceased": Text("已故", "deceased"),
    "delivered": Text("送达", "delivered"),
    "dispute": Text("争议", "dispute"),
    "door": Text("到场", "door"),
    "email": Text("电子邮件", "e-mail"),
    "employer": Text("雇主", "employer"),
    "entered": Text("进入", "entered"),
    "entry_consent": Text("同意进入", "consent to enter"),
    "false_claim_made": Text("虚假陈述", "false claim"),
    "guarantor": Text("担保人", "guarantor"),
    "hardship": Text("困难审查", "hardship review"),
    "home": Text("住所", "home"),
    "hospital": Text("医院", "hospital"),
    "indoor_video": Text("室内拍摄", "indoor video"),
    "indoor_video_consent": Text("同意室内拍摄", "consent to indoor video"),
    "left_when_asked": Text("应要求离开", "left when asked"),
    "legal": Text("法律保全", "legal hold"),
    "letter": Text("信函", "letter"),
    "locate": Text("查找下落", "to locate"),
    "medium": Text("方式", "channels"),
    "met": Text("见面", "met"),
    "microloan": Text("小额贷款公司", "microloan"),
    "minor_alone": Text("仅未成年人在场", "a minor alone"),
    "neighbour": Text("邻居", "neighbour"),
    "new_borrowing_urged": Text("诱导借贷", "new borrowing urged"),
    "no_answer": Text("无人应答", "no answer"),
    "no_contact_order": Text("禁止接触令", "no-contact order"),
    "not_connected": Text("未接通", "not connected"),
    "notice_given": Text("已通知", "notice given"),
    "notice_posted": Text("张贴通知", "notice posted"),
    "number": Text("号码", "number"),
    "other": Text("其他", "other"),
    "party": Text("被联系人", "the person reached"),
    "party.refused_workplace": Text("本人不愿在单位被找", "asked not to be sought at work"),
    "party.represented": Text("本人已有律师", "named a lawyer"),
    "party.opted_out": Text("本人已拒绝", "opted out"),
    "person": Text("人", "person"),
    "plan": Text("计划", "plan"),
    "posed_as_authority": Text("冒充公权", "posed as an authority"),
    "property_manager": Text("物业", "property manager"),
    "public": Text("公共场所", "public place"),
    "recorder_on": Text("录音录像开启", "recorder on"),
    "recording_kept": Text("录音录像留存", "recording kept"),
    "relative": Text("亲属", "relative"),
    "rolling": Text("连续 24 小时", "times 24 hours"),
    "secondary": Text("二手资料", "secondary"),
    "sms": Text("短信", "text message"),
    "spouse": Text("配偶", "spouse"),
    "text": Text("原文", "text"),
    "threat_or_force_used": Text("暴力或威胁", "threat or force"),
    "time": Text("时间", "times"),
    "unconfirmed": Text("未证实", "unconfirmed"),
    "visit": Text("外访", "visit"),
    "vulnerable": Text("弱势", "vulnerable"),
    "training": Text("年度培训考试", "yearly training"),
    "confidentiality": Text("保密承诺", "undertaking of confidentiality"),
    "dra_certificate": Text("DRA 证书", "DRA certificate"),
    "work": Text("工作场所", "work"),
}
YES_NO = {True: Text("是", "yes"), False: Text("否", "no")}
NOTHING_OPEN = Text("全天停止", "closed all day")


@dataclass(frozen=True, slots=True)
class Told:
    """One line, and the lines that belong under it."""

    text: str
    under: tuple["Told", ...] = ()


def asked(rule: Rule, language: str) -> Told:
    """What a rule asks, with its parameters under it; "zh" or "en"."""
    head = PREDICATES[rule.predicate].in_language(language)
    return Told(head, tuple(_lines(rule.params, language)))


def applies(rule: Rule, language: str) -> str:
    """To which contacts a rule applies, on one line."""
    lines = (line.text for line in _lines(_named(rule.applies_when), language))
    return "; ".join(lines)


def indented(told: Told, depth: int = 0) -> Iterator[str]:
    """The lines as text, two spaces for each step down."""
    yield "  " * depth + told.text
    for inner in told.under:
        yield from indented(inner, depth + 1)


def _named(when: AppliesWhen) -> dict[str, list[str]]:
    named = {
        "channels": when.channels,
        "purposes": when.purposes,
        "creditor_kinds": when.creditor_kinds,
        "except_creditor_kinds": when.except_creditor_kinds,
        "roles": when.roles,
        "places": when.places,
        "gates": when.gates,
    }
    # In the order of the word list itself, so that gates come as a visit passes them.
    return {
        name: [word for word in type(min(words)) if word in words]
        for name, words in named.items()
        if words
    }


def _lines(params: Mapping[str, Any], language: str) -> Iterator[Told]:
    for key, value in params.items():
        label = KEYS[key].in_language(language) if key in KEYS else key
        if key == "clauses":
            yield from (_clause(clause, language) for clause in value)
        elif isinstance(value, Mapping):
            yield Told(label, tuple(_lines(value, language)))
        elif key == "days" and isinstance(value, list) and value:
            yield from _years(value, language)
        elif isinstance(value, list) and value and isinstance(value[0], Mapping):
            yield from (Told(label, tuple(_lines(one, language))) for one in value)
        else:
            yield Told(f"{label}: {_value(value, language)}")


def _years(days: Sequence[object], language: str) -> Iterator[Told]:
    """Days and spans of days, `2026-01-01/2026-01-03`, a line for each year in which they begin."""
    is_chinese = language.startswith("zh")
    until, separator = (" 至 ", "、") if is_chinese else (" to ", ", ")
    found: dict[str, list[str]] = {}
    for one in days:
        first, _, last = str(one).partition("/")
        year = first[:4]
        told = f"{first[5:]}{until}{last.removeprefix(f'{year}-')}" if last else first[5:]
        found.setdefault(year, []).append(told)
    for year, listed in found.items():
        yield Told(f"{year}: {separator.join(listed)}")


def _clause(clause: Mapping[str, Any], language: str) -> Told:
    head = PREDICATES[clause["predicate"]].in_language(language)
    rest = {key: value for key, value in clause.items() if key not in ("predicate", "params")}
    return Told(head, (*_lines(clause.get("params", {}), language), *_lines(rest, language)))


def _value(value: object, language: str) -> str:
    if isinstance(value, bool):
        return YES_NO[value].in_language(language)
    if isinstance(value, list):
        separator = "、" if language.startswith("zh") else ", "
        told = separator.join(_member(one, language) for one in value)
        return told or NOTHING_OPEN.in_language(language)
    return _member(value, language)


def _member(value: object, language: str) -> str:
    if isinstance(value, list):
        return "–".join(str(part) for part in value)
    word = str(value)
    return WORDS[word].in_language(language) if word in WORDS else word
