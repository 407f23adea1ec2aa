"""Read a whole file as a stream: headings first, then a row or a refusal for each line."""

from collections.abc import Callable, Collection, Iterable, Iterator
from datetime import date
from functools import partial
from itertools import chain, islice
from typing import Final, Generic, TypeVar

from fieldops.domain.casefile.agents import AgentRow, read_agent
from fieldops.domain.casefile.cases import CaseRow, read_case
from fieldops.domain.casefile.cells import RowCells
from fieldops.domain.casefile.fields import cell_text
from fieldops.domain.casefile.headings import (
    MOST_TITLE_ROWS,
    FileKind,
    Headings,
    find_headings,
)
from fieldops.domain.casefile.mapping import HeadingMapping
from fieldops.domain.casefile.rows import Fault, RawRow, Refusal
from fieldops.domain.casefile.seen import FirstLines
from fieldops.domain.identity import unreadable

Row = TypeVar("Row", bound=CaseRow | AgentRow)
NO_MAPPING: Final = HeadingMapping()
_KEY: Final[dict[FileKind, str]] = {"cases": "case_number", "agents": "code"}


class Reading(Generic[Row]):
    """An iterator over rows and refusals that also tells how the headings were understood.

    Memory does not grow with the file but for 24 bytes a line, which find duplicate numbers.
    """

    def __init__(
        self,
        headings: Headings,
        rows: Iterator[RawRow],
        read: Callable[[RowCells], Row | Refusal],
        mapping: HeadingMapping,
    ) -> None:
        self.headings = headings
        self._outcomes = _outcomes(headings, rows, read, mapping)

    @property
    def kind(self) -> FileKind:
        """Whether this is a case file or an agent file."""
        return self.headings.kind

    def __iter__(self) -> Iterator[Row | Refusal]:
        return self

    def __next__(self) -> Row | Refusal:
        return next(self._outcomes)


def read_cases(
    rows: Iterable[RawRow],
    mapping: HeadingMapping = NO_MAPPING,
    *,
    counties: Collection[str] = (),
    today: date | None = None,
) -> Reading[CaseRow]:
    """Read a case file. Raises `InvalidInput` at once where required headings are missing."""
    headings, rest = _open(rows, ("cases",), mapping)
    return Reading(headings, rest, partial(read_case, counties=counties, today=today), mapping)


def read_agents(rows: Iterable[RawRow], mapping: HeadingMapping = NO_MAPPING) -> Reading[AgentRow]:
    """Read an agent file. Raises `InvalidInput` at once where required headings are missing."""
    headings, rest = _open(rows, ("agents",), mapping)
    return Reading(headings, rest, read_agent, mapping)


def read_either(
    rows: Iterable[RawRow],
    mapping: HeadingMapping = NO_MAPPING,
    *,
    counties: Collection[str] = (),
    today: date | None = None,
) -> Reading[CaseRow | AgentRow]:
    """Read a case file or an agent file, whichever its headings say; `.kind` tells which."""
    headings, rest = _open(rows, ("cases", "agents"), mapping)
    cases = partial(read_case, counties=counties, today=today)
    read: Callable[[RowCells], CaseRow | AgentRow | Refusal]
    read = cases if headings.kind == "cases" else read_agent
    return Reading(headings, rest, read, mapping)


def _open(
    rows: Iterable[RawRow], kinds: tuple[FileKind, ...], mapping: HeadingMapping
) -> tuple[Headings, Iterator[RawRow]]:
    filled = (row for row in rows if any(cell_text(cell) for cell in row.cells))
    first = list(islice(filled, MOST_TITLE_ROWS))
    index, headings = find_headings(first, kinds, mapping)
    return headings, chain(first[index + 1 :], filled)


def _outcomes(
    headings: Headings,
    rows: Iterator[RawRow],
    read: Callable[[RowCells], Row | Refusal],
    mapping: HeadingMapping,
) -> Iterator[Row | Refusal]:
    seen = FirstLines()
    field = _KEY[headings.kind]
    for row in rows:
        outcome = read(RowCells(row, headings, mapping))
        key = outcome.key if isinstance(outcome, Refusal) else _key(outcome)
        # A refused line holds its number too: which of two lines is right is for a person to say.
        first = seen.first(key.casefold(), row.line) if key else row.line
        if first == row.line:
            yield outcome
            continue
        fault = Fault(field, headings.written[field], unreadable("duplicate", line=first))
        others = outcome.faults if isinstance(outcome, Refusal) else ()
        yield Refusal(row.line, key, (fault, *others))


def _key(row: CaseRow | AgentRow) -> str:
    return row.case_number if isinstance(row, CaseRow) else row.code
