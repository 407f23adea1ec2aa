"""The draft of a property lead as it is printed: fields, grounds, deadlines, in both languages."""

from collections.abc import Sequence
from dataclasses import dataclass

from fieldops.domain.vocabulary import Pair

DRAFT: Pair = (
    "草稿：提示，非结论；由律师核对后使用，不得向债务人出示",
    "Draft: a pointer, not a conclusion; counsel checks it; never to be shown to the debtor",
)


@dataclass(frozen=True, slots=True)
class Line:
    """One field of the sheet: its name in both languages and what stands in it, line by line."""

    label: Pair
    value: str


@dataclass(frozen=True, slots=True)
class Ground:
    """One thing that was seen or said, with its source, its lawful basis and its evidence."""

    at: str
    kind: Pair
    source: Pair
    grade: str
    basis: Pair
    evidence: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Sheet:
    """A whole sheet, ready to be printed."""

    reference: str
    title: Pair
    made_at: str
    parts: Sequence[tuple[Pair, Sequence[Line]]]
    grounds: Sequence[Ground]
    clocks: Sequence[tuple[Pair, str, Pair]]
