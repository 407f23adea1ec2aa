"""What the fields of a person's record and their values are called, in Chinese and English."""

import json
from collections.abc import Iterable, Mapping

from fieldops.domain.vocabulary import Pair, in_both

TITLE: Pair = ("个人信息副本", "Copy of your personal data")

WITHHELD: Mapping[str, Pair] = {
    "others": ("他人的个人信息", "Other people's personal data"),
    "agents": ("外访员的个人信息", "Personal data of agents"),
    "inquiry": ("进行中的调查", "An inquiry that goes on"),
}

FIELDS: Mapping[str, Pair] = {
    "name": ("姓名", "Name"),
    "id_number": ("身份证号", "Identity number"),
    "phone": ("电话", "Telephone"),
    "other_phones": ("其他电话", "Other telephones"),
    "starred": ("隐去部分的号码", "Starred numbers"),
    "wishes": ("联系意愿", "Wishes"),
    "field": ("项目", "Field"),
    "before": ("更正前", "Before"),
    "reason": ("理由", "Reason"),
    "role": ("身份", "Part"),
    "number": ("编号", "Number"),
    "creditor": ("债权人", "Creditor"),
    "product": ("产品", "Product"),
    "amount": ("金额", "Amount"),
    "currency": ("币种", "Currency"),
    "overdue_days": ("逾期天数", "Days overdue"),
    "state": ("状态", "State"),
    "note": ("备注", "Note"),
    "text": ("地址", "Address"),
    "kind": ("种类", "Kind"),
    "grade": ("定位精度", "Precision"),
    "located_by": ("定位来源", "Located by"),
    "at": ("时间", "When"),
    "channel": ("方式", "Channel"),
    "result": ("结果", "Result"),
    "day": ("日期", "Day"),
    "arrived_at": ("到达", "Arrived"),
    "left_at": ("离开", "Left"),
    "outcome": ("结果", "Outcome"),
    "due_on": ("应还日期", "Due"),
    "instalment": ("期数", "Instalment"),
    "standing": ("履行情况", "How it stands"),
    "method": ("方式", "Method"),
    "receipt_number": ("收据号", "Receipt"),
    "polarity": ("肯定或否定", "Affirmed or denied"),
    "observed_at": ("观察时间", "Seen"),
    "withdrawn_at": ("撤回时间", "Withdrawn"),
    "said": ("陈述", "Said"),
    "address": ("地址编号", "Address"),
    "p_home": ("居住于此", "Lives there"),
    "p_away": ("暂时外出", "Away"),
    "p_moved": ("已搬离", "Moved"),
    "model": ("模型", "Model"),
    "code": ("代码", "Code"),
    "title": ("名称", "What it is called"),
    "basis": ("依据", "Basis"),
    "scope": ("范围", "Scope"),
    "ends_at": ("截止", "Ends"),
    "lifted_at": ("解除", "Lifted"),
    "window": ("时段", "Hours"),
    "expires_at": ("到期", "Expires"),
    "revoked_at": ("撤回", "Revoked"),
    "media_type": ("格式", "Format"),
    "size": ("大小", "Size"),
    "sha256": ("SHA-256", "SHA-256"),
    "words": ("说明", "In words"),
    "due_at": ("期限", "Due"),
    "answered_at": ("答复时间", "Answered"),
    "purpose": ("目的", "Purpose"),
    "what": ("内容", "What"),
}

ORIGINS: Mapping[str, Pair] = {
    "creditor-file": ("委托人文件", "creditor's file"),
    "other-house": ("其他机构陈述", "stated by another house"),
    "own-record": ("本机构记录", "own record"),
    "own-statement": ("本人陈述", "your statement"),
    "own-request": ("本人请求", "your request"),
    "computed": ("推算", "computed"),
    "contract": ("履行合同", "contract"),
    "legal-duty": ("法定义务", "legal duty"),
    "observed-or-public": ("公开或观察", "seen or public"),
    "consent": ("同意", "consent"),
    "debt-recovery": ("债务处理", "debt recovery"),
    "compliance": ("合规", "compliance"),
}
"""What a record adds to the vocabularies of sources, bases and purposes."""

_TABLES: Mapping[tuple[str, str], tuple[str, ...]] = {
    ("corrections", "field"): ("correctable",),
    ("cases", "role"): ("party_role",),
    ("cases", "state"): ("case_state",),
    ("addresses", "kind"): ("place_kind",),
    ("addresses", "grade"): ("grade",),
    ("addresses", "located_by"): ("located_by",),
    ("contacts", "channel"): ("channel",),
    ("contacts", "result"): ("result",),
    ("visits", "state"): ("visit_state",),
    ("visits", "outcome"): ("outcome",),
    ("promises", "standing"): ("promise_standing",),
    ("payments", "method"): ("method",),
    ("observations", "kind"): ("observation",),
    ("observations", "polarity"): ("polarity",),
    ("flags", "state"): ("flag_state",),
    ("holds", "kind"): ("hold_kind",),
    ("holds", "scope"): ("hold_scope",),
    ("consents", "channel"): ("channel",),
    ("evidence", "kind"): ("item_kind",),
    ("requests", "kind"): ("data_request_kind",),
    ("requests", "state"): ("request_state",),
    ("readings", "role"): ("role",),
    ("readings", "purpose"): ("read_purpose", "reveal_reason"),
    ("readings", "what"): ("read_kind", "reveal_field"),
}
"""The vocabularies whose members stand under a field of a section."""


def said(section: str, field: str, value: object) -> Pair:
    """A value of a record in Chinese and in English; what is no code of ours is as it is."""
    text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
    return _word(_TABLES.get((section, field), ()), text)


def origin(word: str) -> Pair:
    """Where a value came from, on what basis or for what it is held."""
    return ORIGINS.get(word) or _word(("source", "basis", "contact_purpose"), word)


def _word(tables: Iterable[str], value: str) -> Pair:
    pairs = (in_both(table, value) for table in tables)
    return next((pair for pair in pairs if pair != (value, value)), (value, value))


HEADS: tuple[Pair, ...] = (
    ("字段", "Field"),
    ("内容", "Value"),
    ("来源", "Source"),
    ("时间", "When"),
    ("依据与目的", "Basis, purpose"),
)

ABOUT: Mapping[str, Pair] = {
    "controller": ("处理者", "Controller"),
    "jurisdiction": ("适用法域", "Jurisdiction"),
    "made_at": ("生成时间", "Made at"),
}

NOT_INCLUDED: Pair = ("未提供的内容及理由", "What is left out, and why")
