"""What the catalogue of evidence says, as plain data: all that the process that draws it gets."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from evidence.pack.records import derived_path, payload_path
from evidence.pack.source import Language, PackItem, PackSource


@dataclass(frozen=True, slots=True)
class CatalogueLine:
    """One item: `where` is its file in the pack, or empty with the reason why it is `withheld`.

    `called` is its exhibit number, or its place; `copies` are the files of its redacted copies.
    """

    called: str
    name: str
    source: str
    proves: str
    pages: str
    date: str
    sha256: str
    where: str
    withheld: str
    note: str
    copies: Sequence[str]


@dataclass(frozen=True, slots=True)
class Catalogue:
    """Texts that are printed as they are; `parties` are (role, name).

    `profile` is the recipient's, from the disclosure statement, if the pack was drawn for one.
    """

    language: Language
    pack_id: str
    case: str
    title: str
    submitter: str
    court: str
    date: str
    parties: Sequence[tuple[str, str]]
    lines: Sequence[CatalogueLine]
    font: Path
    profile: Mapping[str, Any] | None = None

    def to_bytes(self) -> bytes:
        """For another process; JSON."""
        return json.dumps({**asdict(self), "font": str(self.font)}).encode()

    @classmethod
    def from_bytes(cls, data: bytes) -> "Catalogue":
        """What `to_bytes` gave."""
        plain: dict[str, Any] = json.loads(data)
        lines = [CatalogueLine(**line) for line in plain.pop("lines")]
        parties = [(role, name) for role, name in plain.pop("parties")]
        return cls(**{**plain, "font": Path(plain["font"])}, lines=lines, parties=parties)


def catalogue_of(source: PackSource) -> Catalogue:
    """The catalogue of a pack."""
    case = source.case
    return Catalogue(
        language=source.language,
        pack_id=source.pack_id,
        case=case.case,
        title=case.title,
        submitter=case.submitter,
        court=case.court,
        date=source.made_at.date().isoformat(),
        parties=case.parties,
        lines=[_line(number, item) for number, item in enumerate(source.items, 1)],
        font=source.font,
        profile=None if source.disclosure is None else source.disclosure["profile"],
    )


def _line(number: int, item: PackItem) -> CatalogueLine:
    row, withheld = item.catalogue, item.withheld
    return CatalogueLine(
        called=item.exhibit or str(number),
        name=row.name,
        source=row.source,
        proves=row.proves,
        pages=row.pages,
        date=row.date,
        sha256=item.sha256,
        where=payload_path(number, item) if withheld is None else "",
        withheld="" if withheld is None else withheld.reason,
        note="" if withheld is None else withheld.note,
        copies=[derived_path(number, place, made) for place, made in enumerate(item.derived, 1)],
    )
