"""What a pack is made from: plain data that a service gathers, and nothing that it must know."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any, Literal

from evidence.custody.checkpoint import OlderCheckpoint, SealedCheckpoint
from evidence.custody.entry import Placed

Language = Literal["zh", "en"]
Opener = Callable[[], Iterator[bytes]]  # Opens the stored bytes anew each time it is called.


@dataclass(frozen=True, slots=True)
class CaseHeader:
    """The case as the index prints it; `case` is its id in custody entries.

    `folder` names the bag: letters, digits, `.`, `-` and `_`, without a leading dot.
    """

    case: str
    folder: str
    title: str
    submitter: str
    court: str = ""
    parties: Sequence[tuple[str, str]] = ()  # (role, name), printed as they are.


@dataclass(frozen=True, slots=True)
class CatalogueRow:
    """An item's row in the 证据目录 (art. 19): text that is printed as it is."""

    name: str
    source: str
    proves: str
    pages: str
    date: str


@dataclass(frozen=True, slots=True)
class DerivedFile:
    """A redacted or converted copy; its `derived` custody entry holds hash, size and original.

    The entry's `detail` is `{"original_sha256", "record_sha256": derived_commitment(...)}`.
    """

    sha256: str
    size: int
    media_type: str
    extension: str
    masks: Sequence[str]
    actor: str
    reason: str
    open: Opener


@dataclass(frozen=True, slots=True)
class Withheld:
    """Why an item's bytes are not in the pack; needs a `withheld` or `key-destroyed` entry.

    `reason` is the entry's; what more is to be said to the reader stands in `note`.
    """

    reason: str
    actor: str
    at: datetime
    note: str = ""


@dataclass(frozen=True, slots=True)
class PackItem:
    """One received item: its bytes (`open`), or why they are withheld.

    `as_received` is the covered record whose commitment the `received` entry holds
    (`disclosure.cover`, or `withhold` of it). `extra` is printed into the record as it is, and
    `exhibit` is the number under which a court knows the item, if it has one.
    """

    item: str
    visit: str
    sha256: str
    size: int
    media_type: str
    extension: str
    as_received: Mapping[str, Mapping[str, Any]]
    catalogue: CatalogueRow
    open: Opener | None = None
    withheld: Withheld | None = None
    derived: Sequence[DerivedFile] = ()
    extra: Mapping[str, Any] = field(default_factory=dict)
    exhibit: str = ""


@dataclass(frozen=True, slots=True)
class PackSource:
    """Everything in one pack. `entries` are all of the case's, the last being this pack's cut.

    `disclosure` is the statement that the cut commits to; None for a pack that was cut without.

    `entries` carry paths under `checkpoint`, `older` the paths that prove each older checkpoint
    consistent with it; the older ones should include the first that covered each item, for its
    timestamp. `font` is a TrueType face with Chinese (`fonts.chinese_font()`).
    """

    pack_id: str
    case: CaseHeader
    made_at: datetime
    items: Sequence[PackItem]
    entries: Sequence[Placed]
    checkpoint: SealedCheckpoint
    font: Path
    older: Sequence[OlderCheckpoint] = ()
    findings: Sequence[Mapping[str, Any]] = ()
    trace: Sequence[Mapping[str, Any]] = ()
    system: Sequence[Mapping[str, Any]] = ()
    language: Language = "zh"
    stamp_limit_seconds: int = 24 * 60 * 60
    disclosure: Mapping[str, Any] | None = None
