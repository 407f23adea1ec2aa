"""What the sections and fields of a person's record are called, in Chinese and English."""

from collections.abc import Mapping

Pair = tuple[str, str]

TITLE: Pair = ("个人信息副本", "Copy of your personal data")

SECTIONS: Mapping[str, Pair] = {
    "identity": ("身份信息", "Who you are"),
    "corrections": ("更正记录", "Corrections"),
    "cases": ("相关案件", "Cases"),
    "addresses": ("地址", "Addresses"),
    "contacts": ("联系记录", "Contacts"),
    "visits": ("外访记录", "Visits"),
    "promises": ("还款承诺", "Promises to pay"),
    "payments": ("还款", "Payments"),
    "observations": ("观察记录", "Observations"),
    "beliefs": ("推断", "What is held likely"),
    "flags": ("提示", "Hints"),
    "holds": ("停止联系", "Holds"),
    "consents": ("同意", "Consents"),
    "evidence": ("证据清单", "Evidence"),
    "requests": ("您的请求", "Your requests"),
    "readings": ("查阅日志", "Who read your data"),
}

WITHHELD: Mapping[str, Pair] = {
    "others": ("他人的个人信息", "Other people's personal data"),
    "agents": ("外访员的个人信息", "Personal data of agents"),
    "inquiry": ("进行中的调查", "An inquiry that goes on"),
}

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
