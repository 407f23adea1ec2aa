"""What a pack would lack: told before it is asked for. Gaps inform; few of them make it impossible.

A gap names an item or a visit and says in a word what is missing there.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from fieldops.domain.bilingual import Bilingual
from fieldops.domain.disclosure.basket import Basket, Line
from fieldops.domain.disclosure.profiles import Copies, Profile
from fieldops.domain.disclosure.settling import Decision, settle

GAPS: Mapping[str, tuple[str, str]] = {
    "nothing-shown": ("No item at all would be in the pack", "证据包内将没有任何证据"),
    "chain-gap": ("The case's custody chain has a gap", "本案保管链序号不连续"),
    "fixity-broken": ("The stored bytes are changed or missing", "所存文件已改变或缺失"),
    "kept-out": ("Withheld for good, or destroyed: a stub", "已永久扣留或销毁,仅列存根"),
    "left-out": ("Left out", "未提交"),
    "outside-profile": ("The profile leaves it out", "披露方案不提供"),
    "copy-unreviewed": ("A redacted copy waits for its review", "遮盖副本尚待审阅"),
    "no-object-of-proof": ("No object of proof is stated", "未填写证明目的"),
    "quarantined": ("Quarantined", "已隔离"),
    "scan-waiting": ("Not scanned for viruses yet", "尚未完成病毒扫描"),
    "doubt": ("A cross-check weighs on it", "交叉核对存疑"),
    "unstamped": ("No timestamp covers its receipt yet", "接收记录尚无时间戳覆盖"),
    "stamp-late": ("Stamped later than the profile allows", "时间戳晚于披露方案所允许的时限"),
    "visit-without-evidence": ("A visit without any evidence", "外访无任何证据"),
    "upload-unfinished": ("Evidence of a visit is still uploading", "外访证据仍在上传"),
}
BLOCKING: Mapping[str, tuple[str, Bilingual]] = {
    "nothing-shown": (
        "profile",
        Bilingual(
            "submit an item that this profile shows, or review a copy",
            "请提交该披露方案可提供的证据,或审阅遮盖副本",
        ),
    ),
    "chain-gap": (
        "case_id",
        Bilingual(
            "have compliance look at the custody log; restore a backup",
            "请合规人员核查保管日志,并从备份恢复",
        ),
    ),
    "fixity-broken": (
        "basket",
        Bilingual(
            "restore the file from a backup, or leave the item out",
            "请从备份恢复该文件,或不提交该证据",
        ),
    ),
}
"""Gaps that make a pack impossible: the field to be mended, and the cure."""


@dataclass(frozen=True, slots=True)
class Gap:
    """One thing that a pack would lack; `detail` is a reason, the name of a check, or a number."""

    code: str
    item: UUID | None = None
    visit: UUID | None = None
    detail: str = ""

    @property
    def is_blocking(self) -> bool:
        """Whether no pack can be made while it is there."""
        return self.code in BLOCKING

    def said(self) -> Bilingual:
        """What is missing and where, in one line."""
        about = str(self.item or self.detail)
        return Bilingual(*(f"{text} {about}".strip() for text in GAPS[self.code]))


@dataclass(frozen=True, slots=True)
class ItemFacts:
    """What is known of one item; `stamp` is stamped, late or unstamped, `copy` none, made or
    reviewed, `doubts` the names of cross-checks that do not hold."""

    visit: UUID
    kind: str
    kept_out: bool = False
    copy: str = "none"
    quarantined: str = ""
    scan_waits: bool = False
    is_broken: bool = False
    copy_is_broken: bool = False
    stamp: str = "stamped"
    doubts: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class CaseFacts:
    """What is known of a case: its items, visits that took place, uploads open for each visit,
    and the places at which its custody chain does not go on."""

    items: Mapping[UUID, ItemFacts]
    visits: Sequence[UUID] = ()
    uploads: Mapping[UUID, int] | None = None
    chain_gaps: Sequence[int] = ()


def gaps_of(profile: Profile, basket: Basket, facts: CaseFacts) -> list[Gap]:
    """Everything that the pack would lack, what makes it impossible first.

    `basket` has a line for every item of `facts`.
    """
    found = [gap for line in basket.lines for gap in _of_line(profile, line, facts)]
    found += [Gap("chain-gap", detail=str(place)) for place in facts.chain_gaps]
    if not _shows_anything(profile, basket, facts):
        found.append(Gap("nothing-shown"))
    found += _of_visits(facts)
    return sorted(found, key=lambda gap: not gap.is_blocking)


def _of_line(profile: Profile, line: Line, facts: CaseFacts) -> Iterator[Gap]:
    item = facts.items[line.item]
    decided = _settled(profile, line, item)

    def gap(code: str, detail: str = "") -> Gap:
        return Gap(code, line.item, item.visit, detail)

    if item.kept_out:
        yield gap("kept-out")
    elif line.reason is not None:
        yield gap("left-out", line.reason.value)
    elif not decided.shows:
        yield gap("outside-profile", decided.reason)
    if (decided.original and item.is_broken) or (decided.copy and item.copy_is_broken):
        yield gap("fixity-broken")
    if line.reason is not None or item.kept_out:
        return
    if item.copy == "made" and profile.copies is not Copies.NONE:
        yield gap("copy-unreviewed")
    if not line.proves and decided.shows:
        yield gap("no-object-of-proof")
    yield from _of_state(item, gap)


def _of_state(item: ItemFacts, gap: Callable[..., Gap]) -> Iterator[Gap]:
    if item.quarantined:
        yield gap("quarantined", item.quarantined)
    if item.scan_waits:
        yield gap("scan-waiting")
    if item.stamp != "stamped":
        yield gap("stamp-late" if item.stamp == "late" else "unstamped")
    for check in item.doubts:
        yield gap("doubt", check)


def _shows_anything(profile: Profile, basket: Basket, facts: CaseFacts) -> bool:
    return any(_settled(profile, line, facts.items[line.item]).shows for line in basket.lines)


def _settled(profile: Profile, line: Line, item: ItemFacts) -> Decision:
    has_copy = item.copy == "reviewed"
    return settle(profile, line, item.kind, has_copy=has_copy, kept_out=item.kept_out)


def _of_visits(facts: CaseFacts) -> Iterator[Gap]:
    shown = {item.visit for item in facts.items.values()}
    uploads = facts.uploads or {}
    for visit in facts.visits:
        if visit not in shown and not uploads.get(visit):
            yield Gap("visit-without-evidence", visit=visit)
    for visit, count in uploads.items():
        yield Gap("upload-unfinished", visit=visit, detail=str(count))
