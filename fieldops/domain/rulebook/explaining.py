"""Explaining a rule in Chinese or English: what it asks, on what it rests, and what lifts it."""

from datetime import date

from fieldops.domain.rulebook.records import Rule, RulePack, Text
from fieldops.domain.rulebook.telling import asked, indented
from fieldops.domain.rulebook.vocabulary import Authority, Effect, Lift, Provenance

EFFECTS = {
    Effect.DENY: Text("禁止", "forbids"),
    Effect.REQUIRE: Text("必须", "requires"),
    Effect.WARN: Text("提醒", "warns"),
}
AUTHORITIES = {
    Authority.STATUTE: Text("法律", "statute"),
    Authority.REGULATION: Text("法规规章", "regulation"),
    Authority.NATIONAL_STD: Text("国家标准", "national standard"),
    Authority.SELF_REG: Text("行业自律规范", "self-regulation"),
    Authority.GUIDANCE: Text("监管指引", "guidance"),
    Authority.DRAFT: Text("征求意见稿", "draft"),
    Authority.POLICY: Text("本机构政策", "policy of our own"),
}
PROVENANCES = {
    Provenance.TEXT: Text("已核对原文", "read in the text itself"),
    Provenance.SECONDARY: Text("据二手资料,待律师核对原文", "from secondary reports, unchecked"),
    Provenance.UNCONFIRMED: Text("未经证实,待律师核对", "not confirmed, counsel must check"),
    Provenance.POLICY: Text("自行设定,非法律规定", "our own choice, not law"),
}
LIFTS = {
    Lift.CONSENT: Text("本人同意(渠道与时段)", "the party's consent to channel and hours"),
    Lift.AGREEMENT: Text("双方另有约定", "an agreement of both sides"),
    Lift.LENDER_AGREEMENT: Text("贷款机构同意", "the lender's agreement"),
    Lift.CASE_WORKER: Text("受训专员解除", "a trained case worker"),
    Lift.COUNSEL: Text("法务解除", "counsel"),
    Lift.COURT_ORDER: Text("法院裁定或命令", "an order of a court"),
}
NOTHING = Text("无,任何同意均不能解除", "nothing, no consent lifts it")
ALWAYS = Text("长期有效", "without limit")
SWITCHED_OFF = Text("未启用", "switched off")
NOT_YET = Text("尚未施行", "not in force yet")
OVER = Text("已失效", "no longer in force")
IN_FORCE = Text("施行中", "in force")
UNSIGNED = Text("规则包尚未经律师签署", "no lawyer has signed this pack off")
SIGNED = Text("规则包已由律师签署", "the pack is signed off")
LABELS = {
    "authority": Text("效力层级", "Authority"),
    "force": Text("施行期间", "In force"),
    "source": Text("依据", "Source"),
    "mark": Text("出处核对", "Provenance"),
    "lifts": Text("可解除", "Lifted by"),
    "params": Text("参数", "Parameters"),
    "pack": Text("规则包", "Pack"),
}


def standing(rule: Rule, today: date) -> Text:
    """Whether a rule is in force on a day, and if not, why."""
    if not rule.switched_on:
        return SWITCHED_OFF
    if rule.in_force_on(today):
        return IN_FORCE
    return NOT_YET if rule.effective_from and today < rule.effective_from else OVER


def listed(rule: Rule, language: str, today: date) -> str:
    """Two lines in "zh" or "en": id, effect and title; rank, certainty of its source, standing."""
    marks = (AUTHORITIES[rule.authority], PROVENANCES[rule.provenance], standing(rule, today))
    told = " · ".join(text.in_language(language) for text in marks)
    effect = EFFECTS[rule.effect].in_language(language)
    width = max(len(text.in_language(language)) for text in EFFECTS.values())
    return f"{rule.id:<15} {effect:<{width}}  {rule.title.in_language(language)}\n{'':<16}{told}"


def explain(rule: Rule, pack: RulePack, language: str) -> str:
    """Several lines in "zh" or "en"."""
    lifts = [LIFTS[lift] for lift in rule.overridable_by] or [NOTHING]
    signed = SIGNED if pack.is_signed_off else UNSIGNED
    signature = f"({pack.signed_off_by}, {pack.signed_off_at})" if pack.is_signed_off else ""
    separator = "、" if language.startswith("zh") else "; "
    values = {
        "authority": AUTHORITIES[rule.authority].in_language(language),
        "force": period(rule, language),
        "source": rule.source,
        "mark": PROVENANCES[rule.provenance].in_language(language),
        "lifts": separator.join(text.in_language(language) for text in lifts),
        "params": "\n  ".join(indented(asked(rule, language))),
        "pack": f"{pack.name}; {signed.in_language(language)}{signature}",
    }
    effect = EFFECTS[rule.effect].in_language(language)
    head = f"{rule.id} [{effect}] {rule.title.in_language(language)}"
    body = [f"{LABELS[key].in_language(language)}: {value}" for key, value in values.items()]
    return "\n".join([head, rule.message.in_language(language), *body])


def period(rule: Rule, language: str) -> str:
    """From when to when a rule is in force, and whether it is switched off."""
    begins, ends = rule.effective_from, rule.effective_to
    always = begins is None and ends is None
    told = ALWAYS.in_language(language) if always else f"{begins or '…'} – {ends or '…'}"
    return told if rule.switched_on else f"{told} ({SWITCHED_OFF.in_language(language)})"
