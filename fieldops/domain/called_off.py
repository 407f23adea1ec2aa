"""Why a visit was called off: the line that the service keeps where it did so of itself, and the
same in words. What a person wrote stays as he wrote it."""

import re

from fieldops.domain.bilingual import Bilingual
from fieldops.domain.vocabulary import in_both

DROPPED = "The rest of the day was planned again and left no room for it."
RESTRICTED = "restricted"
CLOSED = "case closed"
_HOLD = re.compile(r"hold (\w+): (.*)", re.DOTALL)
_REFERRED = re.compile(r"(request|override revoked|case closed)\b[^:]*: (.*)", re.DOTALL)


def by_hold(kind: str, reason: str) -> str:
    """A hold came over the person, the debt or the address."""
    return f"hold {kind}: {reason}"


def by_request(kind: str, reference: str) -> str:
    """The person asked for something that forbids it."""
    return f"request {kind}: {reference}"


def by_revocation(rule: str) -> str:
    """The override that had let it through was taken back."""
    return f"override revoked: {rule}"


def by_closing(outcome: str) -> str:
    """The case was closed."""
    return f"{CLOSED}: {outcome}"


def in_words(reason: str) -> str:
    """The reason for a reader: bilingual where the service called the visit off."""
    if reason == DROPPED:
        return Bilingual(reason, "当日余下行程已重新规划，此次外访未能排入。")
    if reason == RESTRICTED:
        return Bilingual("The person's data are restricted.", "其个人信息已限制处理。")
    if held := _HOLD.fullmatch(reason):
        chinese, english = in_both("hold_kind", held[1])
        return Bilingual(
            f"Contact on hold ({english}): {held[2]}", f"已停止联系（{chinese}）：{held[2]}"
        )
    if told := _REFERRED.fullmatch(reason):
        return {
            "request": Bilingual(f"As the person asked: {told[2]}", f"应当事人要求：{told[2]}"),
            CLOSED: Bilingual("The case was closed.", "案件已结案。"),
        }.get(told[1], Bilingual(f"An override was revoked: {told[2]}", f"特批已撤销：{told[2]}"))
    return reason
