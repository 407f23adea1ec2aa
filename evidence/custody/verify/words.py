"""Every sentence the verifier says, in English and Chinese."""

from collections.abc import Mapping

LANGUAGES = ("en", "zh")
SENTENCES: Mapping[str, tuple[str, str]] = {
    # What stands at the head and the foot of a report.
    "holds": ("holds", "成立"),
    "fails": ("FAILS", "不成立"),
    "unknown": ("UNKNOWN", "无从判断"),
    "all-hold": ("Every claim holds.", "全部主张成立。"),
    "some-fail": ("At least one claim fails.", "至少一项主张不成立。"),
    "no-signer": (
        "The signer is unknown: give --trust with a PEM file that did not come with the pack.",
        "签名人未知:请用 --trust 给出另行取得的签名人证书和时间戳机构根证书(不得取自本证据包)。",
    ),
    "more": ("and {count} more", "另有 {count} 处"),
    "unread": ("not examined: {why}", "未能检查:{why}"),
    # structure
    "container": ("{name} {why}", "{name} 容器异常:{why}"),
    "missing": ("{name} is missing", "缺少文件 {name}"),
    "no-place": ("{name} has no place in a pack", "{name} 不属于证据包应有的文件"),
    "bad-file": ("{name}: {why}", "{name}:{why}"),
    "label": ("bag-info.txt: {label} is missing or wrong", "bag-info.txt:{label} 缺失或有误"),
    "other-verifier": (
        "the verifier inside ({name}) is not the one that runs here: another version, or forged",
        "随包验证程序({name})与当前运行者不同:版本不同或系伪造",
    ),
    "shape": ("{count} files, laid out as a pack", "共 {count} 个文件,结构符合要求"),
    # payload
    "changed": (
        "{name} was changed: its SHA-256 is {found}, the manifest says {listed}",
        "{name} 已被改动:现 SHA-256 为 {found},清单为 {listed}",
    ),
    "added": ("{name} was added: no manifest lists it", "{name} 系后加:清单未列"),
    "removed": ("{name} was removed: a manifest lists it", "{name} 已被移除:清单列有此文件"),
    "payload-held": (
        "{count} originals, {size} bytes, each as its manifest says",
        "原件 {count} 个,共 {size} 字节,均与清单一致",
    ),
    # custody
    "entry": ("custody entry {number}: {why}", "保管记录第 {number} 条:{why}"),
    "not-in-log": (
        "custody entry {seq}: not in the log under this checkpoint (edited, or another log)",
        "保管记录 {seq}:不在该检查点所示日志中(被改动或属另一日志)",
    ),
    "record": ("item {item}: {why}", "证据 {item}:{why}"),
    "file-of-nobody": (
        "{name}: no item record and custody entry vouches for it",
        "{name}:无对应证据记录及保管记录",
    ),
    "copy-of-nothing": (
        "custody entry {seq}: a copy of something that was never received",
        "保管记录 {seq}:所称原件从未接收",
    ),
    "custody-held": (
        "{entries} entries proved in the log; {items} items as they were received",
        "{entries} 条保管记录均在日志中;{items} 件证据与接收时一致",
    ),
    # completeness
    "chain": ("{why}", "保管链断裂:{why}"),
    "no-cut": (
        "the last entry does not end the chain for this pack ({pack})",
        "末条记录不是为本证据包({pack})所作的截止记录",
    ),
    "left-out": (
        "item {item} was received (entry {seq}) but the pack neither holds nor withholds it",
        "证据 {item}(记录 {seq})已接收,但包内既无原件也无扣留说明",
    ),
    "unlogged-withholding": (
        "item {item} is withheld without a custody entry that says so",
        "证据 {item} 被扣留,但无相应保管记录",
    ),
    "shown-though-withheld": (
        "item {item} is shown although entry {seq} keeps it out of this pack",
        "记录 {seq} 已将证据 {item} 排除在本包之外,包内却仍予展示",
    ),
    "withheld-otherwise": (
        "item {item}: reason, person or time are not those of entry {seq} that withholds it",
        "证据 {item}:扣留的理由、人员或时间与记录 {seq} 不符",
    ),
    "complete": (
        "entries 1 to {last} without a gap; {shown} items here, {withheld} withheld",
        "记录 1 至 {last} 连续无缺;在包 {shown} 件,扣留 {withheld} 件",
    ),
    # disclosure
    "statement-missing": (
        "the cut promises a disclosure statement, which the pack does not hold",
        "截止记录所承诺的披露说明不在包内",
    ),
    "statement-unpromised": (
        "the pack's cut promises no disclosure statement, yet the pack speaks of one",
        "截止记录未承诺披露说明,包内却载有披露说明或披露方案",
    ),
    "statement-changed": (
        "the disclosure statement is not the one that the pack's cut in the log commits to",
        "披露说明与日志中截止记录所承诺的不一致",
    ),
    "disclosed-otherwise": (
        "{what} is not what the disclosure statement says",
        "{what} 与披露说明不符",
    ),
    "disclosed": (
        "{profile}: {shown} items, {copies} copies, {stubs} stubs, {fields} fields withheld",
        "{profile}:证据 {shown} 件,遮盖副本 {copies} 件,存根 {stubs} 件,扣留字段 {fields} 个",
    ),
    # signature and time
    "not-signed": ("{name}: {why}", "{name}:签名不成立:{why}"),
    "signed-by": (
        "signed by {subject} (SHA-256 {fingerprint})",
        "签名人 {subject}(证书 SHA-256 {fingerprint})",
    ),
    "not-stamped": ("{name}: {why}", "{name}:时间戳不成立:{why}"),
    "renewal-late": (
        "{name}: made {at}, when the stamp that it renews held no longer: {why}",
        "{name}:{at} 续签时,所续时间戳已不再有效:{why}",
    ),
    "renewal-early": (
        "{name}: made {at}, before the stamp that it renews",
        "{name}:续签时间 {at} 早于所续时间戳",
    ),
    "stamp-astray": (
        "{name}: the stamp before it, or that it renews, is missing",
        "{name}:其前或所续的时间戳缺失",
    ),
    "stamp-unknown": (
        "{name} is by an authority that --trust does not name",
        "{name} 的时间戳机构不在 --trust 之列",
    ),
    "stamps-held": (
        "{more} further stamps and {renewed} renewals hold too",
        "另有 {more} 个时间戳、{renewed} 次续签同样成立",
    ),
    "future": ("{name}: stamped in the future, {at}", "{name}:时间戳在未来:{at}"),
    "head-time": (
        "{name}: the checkpoint says {said}, the authority {at}",
        "{name}:检查点自称 {said},时间戳机构为 {at}",
    ),
    "late": (
        "item {item}: received {said}, first stamped {at}; at most {hours} hours are allowed",
        "证据 {item}:{said} 接收,{at} 方加盖时间戳;最多 {hours} 小时",
    ),
    "early": (
        "item {item}: said to be received {said}, after it was stamped {at}",
        "证据 {item}:自称 {said} 接收,却早在 {at} 已加盖时间戳",
    ),
    "unstamped": (
        "item {item}: no valid timestamp covers its receipt",
        "证据 {item}:无有效时间戳覆盖其接收记录",
    ),
    "time-said": (
        "item {item}: the record says the authority's time was {said}, it was {at}",
        "证据 {item}:记录称机构时间为 {said},实为 {at}",
    ),
    "seal-early": (
        "the seal is stamped {at}, before the checkpoint it seals",
        "封印时间戳 {at} 早于所封检查点",
    ),
    "time-held": (
        "sealed by {at}; every item stamped within {hours} hours of its receipt",
        "封印不晚于 {at};每件证据均在接收后 {hours} 小时内加盖时间戳",
    ),
    # consistency
    "older": ("older checkpoint {size}: {why}", "旧检查点 {size}:{why}"),
    "other-log": (
        "the given checkpoint is of another log, {origin}",
        "所给检查点属另一日志 {origin}",
    ),
    "forked": (
        "the log was rewritten: at size {size} it is not what the given checkpoint says",
        "日志曾被改写:规模 {size} 处与所给检查点不符",
    ),
    "newer": (
        "the given checkpoint ({size}) is newer than this pack ({own}): ask for a newer pack",
        "所给检查点(规模 {size})晚于本包(规模 {own});请索取其后制作的证据包",
    ),
    "no-proof": (
        "the pack holds no proof from the given checkpoint (size {size}); ask for one",
        "包内没有自所给检查点(规模 {size})起的一致性证明;请索取",
    ),
    "consistent": (
        "the log only grew over {count} older checkpoints",
        "历经 {count} 个旧检查点,日志只增不改",
    ),
    "outside-held": (
        "the log contains everything under the given checkpoint (size {size})",
        "日志完整包含所给检查点(规模 {size})的内容",
    ),
    "no-outside": (
        "no checkpoint from outside was given, so a log rewritten as a whole would not show",
        "未提供外部检查点,日志整体改写无从发现",
    ),
    # receipt
    "bad-receipt": ("the receipt does not hold: {why}", "回执不成立:{why}"),
    "receipt-elsewhere": (
        "the receipt is for {what} {said}, the pack is for {own}",
        "回执所载 {what} 为 {said},本包为 {own}",
    ),
    "receipt-broken": (
        "the receipt's item {item} is not in the pack as it was acknowledged: {what} differs",
        "回执所载证据 {item} 与包内不符:{what} 不同",
    ),
    "receipt-missing": (
        "the receipt's item {item} (entry {seq}) is not in the pack",
        "回执所载证据 {item}(记录 {seq})不在包内",
    ),
    "receipt-later": (
        "the receipt's entry {seq} is later than the cut of this pack; ask for a newer pack",
        "回执所载记录 {seq} 晚于本包截止点;请索取更新的证据包",
    ),
    "receipt-held": (
        "item {item} is in the pack as acknowledged on {at}",
        "证据 {item} 与 {at} 的回执一致",
    ),
}
CLAIMS: Mapping[str, str] = {
    "structure": "结构",
    "payload": "原件未变",
    "custody": "保管记录",
    "completeness": "完整无缺",
    "signature": "签名",
    "time": "时间",
    "consistency": "日志一致",
    "disclosure": "披露范围",
    "receipt": "回执",
}


def sentence(key: str, language: str, values: Mapping[str, object]) -> str:
    """One sentence in `language` (`en` or `zh`) with its values put in.

    What comes out of a pack cannot command a terminal or hide itself: letters that are not printed,
    such as those that turn the direction of writing, stand as their number.
    """
    shown = {name: _printed(str(value)) for name, value in values.items()}
    return SENTENCES[key][LANGUAGES.index(language)].format(**shown)


def _printed(text: str) -> str:
    return "".join(c if c.isprintable() else f"\\u{{{ord(c):x}}}" for c in text)
