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
    "instalment": ("期次", "Instalment"),
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
"""Where a value came from, on what basis and for what; other words stand as they are."""

_STATES: Mapping[str, Pair] = {
    "open": ("办理中", "open"), "held": ("暂停", "held"), "disputed": ("有争议", "disputed"),
    "closed": ("已结案", "closed"), "planned": ("待访", "planned"),
    "waiting": ("等待搭档", "waiting"), "arrived": ("已到达", "arrived"),
    "recorded": ("已记录", "recorded"), "left": ("已离开", "left"),
    "cancelled": ("已取消", "called off"), "received": ("已收到", "received"),
    "checked": ("已核实身份", "identity checked"), "answered": ("已答复", "answered"),
    "refused": ("未予同意", "refused"),
}  # fmt: skip
_CHANNELS: Mapping[str, Pair] = {
    "visit": ("外访", "visit"), "call": ("电话", "call"), "sms": ("短信", "text message"),
    "email": ("电子邮件", "e-mail"), "letter": ("信函", "letter"), "any": ("任何方式", "any"),
}  # fmt: skip
_KINDS: Mapping[str, Pair] = {
    "home": ("住宅", "home"), "work": ("工作场所", "workplace"), "other": ("其他", "other"),
    "photo": ("照片", "photo"), "audio": ("录音", "sound"), "video": ("录像", "video"),
    "document": ("文件", "document"), "access": ("查阅复制", "access"),
    "correction": ("更正", "correction"), "deletion": ("删除", "deletion"),
    "restriction": ("限制处理", "restriction"),
    "no_contact_order": ("禁止接触令", "no-contact order"), "cease": ("停止联系", "to cease"),
    "dispute": ("争议", "dispute"), "complaint": ("投诉", "complaint"),
    "vulnerable": ("弱势", "vulnerable"), "capacity": ("心智能力存疑", "capacity in doubt"),
    "hardship": ("困难", "hardship"), "breathing_space": ("喘息期", "breathing space"),
    "bankruptcy": ("破产", "bankruptcy"), "deceased": ("已故", "deceased"),
    "bereavement": ("丧亲", "bereavement"), "legal": ("法律保全", "legal hold"),
}  # fmt: skip

VALUES: Mapping[str, Mapping[str, Pair]] = {
    "role": {
        "debtor": ("债务人", "debtor"), "guarantor": ("担保人", "guarantor"),
        "spouse": ("配偶", "spouse"), "relative": ("亲属", "relative"),
        "neighbour": ("邻居", "neighbour"), "property_manager": ("物业", "property manager"),
        "employer": ("用人单位", "employer"), "other": ("其他", "other"),
        "agent": ("外访员", "agent"), "dispatcher": ("内勤", "dispatcher"),
        "counsel": ("法务", "counsel"), "compliance": ("合规", "compliance"),
        "auditor": ("审计", "auditor"), "admin": ("管理员", "administrator"),
        "system": ("系统", "system"),
    },
    "state": _STATES,
    "channel": _CHANNELS,
    "kind": _KINDS,
    "result": {
        "met": ("见到", "met"), "no_answer": ("无人应答", "no answer"),
        "connected": ("接通", "connected"), "not_connected": ("未接通", "not connected"),
        "delivered": ("送达", "delivered"), "pending": ("未填写", "not told yet"),
    },
    "outcome": {
        "met_debtor": ("见到本人", "met you"), "met_family": ("见到家人", "met family"),
        "no_answer": ("无人应门", "nobody home"), "new_occupant": ("他人居住", "others live there"),
        "vacant": ("空置", "vacant"), "refused": ("拒绝沟通", "refused to talk"),
        "moved_away": ("已搬离", "moved away"), "wrong_address": ("地址有误", "wrong address"),
        "promise": ("承诺还款", "promise to pay"), "payment": ("当场还款", "payment"),
        "not_reached": ("未到达", "not reached"),
    },
    "grade": {
        "door": ("精确到门牌", "to the door"), "street": ("精确到道路", "to the street"),
        "area": ("精确到片区", "to the area"), "county": ("精确到区县", "to the county"),
        "none": ("未定位", "not located"),
    },
    "located_by": {"given": ("委托人提供", "given by the creditor")},
    "purpose": {
        "collect": ("催收", "to collect"), "locate": ("查找", "to locate"),
        "case-handling": ("案件办理", "handling the case"),
        "data_request": ("个人信息请求", "a request for personal data"),
        "legal-hold": ("法律保全", "a legal hold"), "identify": ("核实身份", "to know the person"),
        "call_back": ("回电", "to call back"), "court_filing": ("法院材料", "for the court"),
        "complaint": ("投诉", "a complaint"), "safety": ("安全", "safety"),
        "other": ("其他", "other"),
    },
    "what": {
        "visit": ("外访", "visit"), "case": ("案件", "case"), "record": ("本人记录", "your record"),
        "day": ("当日外访", "a day of visits"), "person": ("本人", "you"),
        "basket": ("证据篮", "a basket of evidence"), "item": ("证据", "evidence"),
        "name": ("姓名", "name"), "id_number": ("身份证号", "identity number"),
        "phones": ("电话", "telephones"), "addresses": ("地址", "addresses"),
    },
    "scope": {
        "person": ("本人全部债务", "all debts"), "debt": ("本笔债务", "this debt"),
        "third_party": ("第三人", "third parties"),
    },
    "standing": {
        "open": ("未到期", "open"), "kept": ("已履行", "kept"), "missed": ("未履行", "missed"),
        "released": ("已解除", "released"),
    },
    "method": {
        "cash": ("现金", "cash"), "bank_transfer": ("银行转账", "bank transfer"),
        "card": ("刷卡", "card"), "wechat": ("微信支付", "WeChat Pay"),
        "alipay": ("支付宝", "Alipay"), "other": ("其他", "other"),
    },
    "polarity": {"affirmed": ("肯定", "affirmed"), "denied": ("否定", "denied")},
}  # fmt: skip
"""Words of our vocabularies by field; other values stand as they are."""

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
