"""A file looked at before it is taken in: its columns, their first cells, and what each may be."""

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Final

from fieldops.domain.casefile.fields import cell_text
from fieldops.domain.casefile.headings import (
    LISTED,
    MOST_TITLE_ROWS,
    REQUIRED,
    FileKind,
    field_of,
    fields_of,
)
from fieldops.domain.casefile.mapping import IGNORE, HeadingMapping, plain_heading
from fieldops.domain.casefile.rows import RawRow
from fieldops.domain.errors import FieldFault, InvalidInput
from fieldops.domain.identity.unreadable import clip

SAMPLES: Final = 4
_KINDS: Final[tuple[FileKind, ...]] = ("cases", "agents")
_NONE: Final = HeadingMapping()


@dataclass(frozen=True, slots=True)
class Column:
    """One column: its heading, its first cells, and the field that it is taken for.

    `by` says why: `saved` by a saved mapping, `known` by the vocabulary, `twice` where another
    column already holds what this one would, "" where nothing is known. A column without a heading
    cannot be named, so it is left out.
    """

    heading: str
    cells: tuple[str, ...]
    field: str
    by: str


@dataclass(frozen=True, slots=True)
class Look:
    """What a file holds, as far as its first rows tell; `key` is the same for the same headings."""

    kind: FileKind
    line: int
    key: str
    columns: tuple[Column, ...]

    @property
    def fields(self) -> tuple[str, ...]:
        """The fields that a column may be."""
        return fields_of(self.kind)

    @property
    def required(self) -> tuple[str, ...]:
        """The fields that some column must be."""
        return REQUIRED[self.kind]

    def by_mapping(self, mapping: HeadingMapping) -> "Look":
        """The same, with what a saved mapping says of the headings."""
        columns = _taken(self.columns, self.kind, mapping)
        return Look(self.kind, self.line, self.key, columns)


def look(rows: Iterable[RawRow], kind: FileKind | None = None) -> Look:
    """Look at the first rows of a file; raises InvalidInput for one without any."""
    filled = (row for row in rows if any(cell_text(cell) for cell in row.cells))
    first = list(islice(filled, MOST_TITLE_ROWS + SAMPLES))
    if not first:
        raise InvalidInput("The file holds no rows. 文件中没有数据。")
    index, found = _headings(first[:MOST_TITLE_ROWS], (kind,) if kind else _KINDS)
    texts = [[cell_text(cell) for cell in row.cells] for row in first[index : index + 1 + SAMPLES]]
    width = max(len(row) for row in texts)
    cells = [tuple(_at(row, number) for row in texts) for number in range(width)]
    blank = [Column(clip(one[0]), one[1:], "", "") for one in cells if any(one)]
    return Look(found, first[index].line, header_key(texts[0]), _taken(blank, found, _NONE))


def header_key(headings: Iterable[str]) -> str:
    """By what a header is known again: its headings in their plain form, in whatever order."""
    plain = sorted(filter(None, map(plain_heading, headings)))
    return hashlib.sha256("\x1f".join(plain).encode()).hexdigest()


def mapping_of(pairs: Iterable[tuple[str, str]], defaults: dict[str, str]) -> HeadingMapping:
    """What a person says of each heading; nothing means that the column is left out.

    Raises InvalidInput where two columns of one heading are said to be different fields.
    """
    columns: dict[str, str] = {}
    for heading, field in pairs:
        plain = plain_heading(heading)
        if not plain:
            continue
        if columns.setdefault(plain, field or IGNORE) != (field or IGNORE):
            message = "Two columns have this heading. 两列表头相同。"
            cure = "Rename one of them in the file. 请在文件中改名。"
            raise InvalidInput(faults=[FieldFault(clip(heading), message, cure)])
    return HeadingMapping(columns, {name: value for name, value in defaults.items() if value})


def _headings(rows: Sequence[RawRow], kinds: Sequence[FileKind]) -> tuple[int, FileKind]:
    """The row that most likely is the heading: of most known words, else of most cells."""

    def weight(one: tuple[int, FileKind]) -> tuple[int, int, int]:
        index, kind = one
        texts = [text for text in map(cell_text, rows[index].cells) if text]
        known = {field_of(text, kind, _NONE) for text in texts} - {None}
        return len(known), len(texts), -index

    return max(((index, kind) for index in range(len(rows)) for kind in kinds), key=weight)


def _taken(
    columns: Iterable[Column], kind: FileKind, mapping: HeadingMapping
) -> tuple[Column, ...]:
    held: set[str] = set()
    found = []
    for column in columns:
        field = field_of(column.heading, kind, mapping) or ""
        by = "saved" if plain_heading(column.heading) in mapping.columns else "known"
        if field in held and field not in LISTED:
            field, by = "", "twice"
        if field:
            held.add(field)
        elif by == "known":
            by = ""
        found.append(Column(column.heading, column.cells, field, by))
    return tuple(found)


def _at(row: Sequence[str], number: int) -> str:
    return clip(row[number]) if number < len(row) else ""
