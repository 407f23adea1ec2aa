"""Whether two addresses mean the same place: part against part, never as strings."""

from dataclasses import dataclass
from enum import StrEnum

from fieldops.domain.addresses.results import Parsed
from fieldops.domain.addresses.wording import arabic


class Verdict(StrEnum):
    """What the parts say together."""

    SAME = "same"
    DIFFERENT = "different"
    UNDECIDED = "undecided"


@dataclass(frozen=True, slots=True)
class Comparison:
    """The parts on which two addresses agree, contradict, or of which only one speaks.

    SAME: nothing contradicts, nothing finer is named by one alone, and county, road and number (or
    compound and building) agree. DIFFERENT: some part contradicts. A township that contradicts
    while road and number agree decides nothing, because roads cross townships and their borders
    move.
    """

    verdict: Verdict
    agreeing: tuple[str, ...]
    contradicting: tuple[str, ...]
    silent: tuple[str, ...]


_STREET_PARTS = ("road", "number", "sub_number", "compound", "building", "unit", "floor", "room")
_DOOR_PARTS = frozenset({"number", "sub_number", "building", "unit", "room"})


def same_place(a: Parsed, b: Parsed) -> Comparison:
    """Compare two parsed addresses part by part."""
    agreeing: list[str] = []
    contradicting: list[str] = []
    silent: list[str] = []
    for part, left, right in _pairs(a, b):
        if not left and not right:
            continue
        if not left or not right:
            silent.append(part)
        elif _equal(part, left, right):
            agreeing.append(part)
        else:
            contradicting.append(part)
    verdict = _judge(set(agreeing), set(contradicting), set(silent))
    return Comparison(verdict, tuple(agreeing), tuple(contradicting), tuple(silent))


def _pairs(a: Parsed, b: Parsed) -> list[tuple[str, str, str]]:
    pairs = [
        (level, left.code if left else "", right.code if right else "")
        for level, left, right in (
            ("province", a.province, b.province),
            ("city", a.city, b.city),
            ("county", a.county, b.county),
            ("township", a.township, b.township),
        )
    ]
    return pairs + [
        (part, str(getattr(a.street, part)), str(getattr(b.street, part))) for part in _STREET_PARTS
    ]


def _equal(part: str, left: str, right: str) -> bool:
    if part == "road":
        return road_key(left) == road_key(right)
    if part == "compound":
        return left in right or right in left
    return left.lstrip("0") == right.lstrip("0")


def road_key(name: str) -> str:
    """A road in one writing: 建设北路三段 and 建设北路3段 are one road."""
    if not name.endswith("段"):
        return name
    stem = name.removesuffix("段")
    cut = len(stem)
    while cut and (stem[cut - 1].isdigit() or stem[cut - 1] in "一二三四五六七八九十"):
        cut -= 1
    return f"{stem[:cut]}{arabic(stem[cut:])}段"


def _judge(agreeing: set[str], contradicting: set[str], silent: set[str]) -> Verdict:
    door = {"county", "road", "number"} <= agreeing
    if contradicting == {"township"} and door:
        return Verdict.UNDECIDED
    if contradicting - {"floor", "compound"}:
        return Verdict.DIFFERENT
    if contradicting or silent & _DOOR_PARTS:
        return Verdict.UNDECIDED
    if door or {"county", "compound", "building"} <= agreeing:
        return Verdict.SAME
    return Verdict.UNDECIDED
