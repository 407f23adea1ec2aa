"""A paper of tables as PDF and as CSV; a cell of the CSV is never taken for a formula."""

import csv
import io
from collections.abc import Iterator
from typing import Any

from reportlab.lib.pagesizes import A4  # type: ignore[import-untyped]  # reportlab ships no types.
from reportlab.platypus import (  # type: ignore[import-untyped]  # As above.
    LongTable,
    Paragraph,
    SimpleDocTemplate,
)

from evidence.pack.fonts import chinese_font
from evidence.pack.typeface import register
from evidence.pack.typeset import GRID, HEADED, plain, style
from fieldops.domain.paper import Cell, Paper, Table

_MARGIN = 42
_WIDTH = A4[0] - 2 * _MARGIN
_FIRST = 0.4
# What a spreadsheet reads as the beginning of a formula, also after a tab or a line end.
_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")  # Wide signs count too.
_BOM = "\ufeff"


def as_pdf(paper: Paper) -> bytes:
    """The PDF; raises FontMissingError where no Chinese typeface is installed."""
    face = register(chinese_font())
    out = io.BytesIO()
    document = SimpleDocTemplate(
        out, pagesize=A4, invariant=1, leftMargin=_MARGIN, rightMargin=_MARGIN,
        topMargin=_MARGIN, bottomMargin=_MARGIN + 12, title=paper.title, lang=paper.language,
    )  # fmt: skip
    foot = _foot(paper, face)
    document.build(list(_story(paper, face)), onFirstPage=foot, onLaterPages=foot)
    return out.getvalue()


def as_csv(paper: Paper) -> bytes:
    """The CSV (UTF-8 with a mark, as spreadsheets want it): each line names its table first."""
    out = io.StringIO()
    writer = csv.writer(out)
    for name, value in paper.facts:
        writer.writerow([safe_cell(cell) for cell in (paper.title, name, value)])
    for table in paper.tables:
        writer.writerow([safe_cell(cell) for cell in (table.heading, *table.head)])
        for row in table.rows:
            writer.writerow([_written(cell) for cell in (table.heading, *row)])
    return (_BOM + out.getvalue()).encode()


def _written(cell: Cell) -> Cell:
    return safe_cell(cell) if isinstance(cell, str) else cell


def safe_cell(text: str) -> str:
    """The text, with a quote before it where a spreadsheet would calculate it."""
    return f"'{text}" if text.lstrip(" ").startswith(_FORMULA) else text


def _story(paper: Paper, face: str) -> Iterator[Any]:
    yield Paragraph(plain(paper.title), style(face, 16, alignment=1, spaceAfter=8))
    small = style(face, 8.5)
    facts = [[Paragraph(plain(cell), small) for cell in fact] for fact in paper.facts]
    yield LongTable(facts, colWidths=(_WIDTH * 0.25, _WIDTH * 0.75), style=GRID)
    for table in paper.tables:
        heading = style(face, 11.5, spaceBefore=12, spaceAfter=4, keepWithNext=1)
        yield Paragraph(plain(table.heading), heading)
        if table.rows:
            yield _drawn(table, face)
        if table.note:
            yield Paragraph(plain(table.note), style(face, 8, spaceBefore=2))


def _drawn(table: Table, face: str) -> Any:
    small = style(face, 8.5)
    count = len(table.head)
    first = _WIDTH * _FIRST
    widths = [first, *[(_WIDTH - first) / (count - 1)] * (count - 1)]
    cells = [
        [Paragraph(plain(str(cell)), small) for cell in row] for row in (table.head, *table.rows)
    ]
    return LongTable(cells, colWidths=widths, repeatRows=1, style=HEADED)


def _foot(paper: Paper, face: str) -> Any:
    def decorate(canvas: Any, document: Any) -> None:
        canvas.saveState()
        canvas.setFont(face, 7.5)
        canvas.drawCentredString(A4[0] / 2, _MARGIN - 16, f"{paper.foot}    {document.page}")
        canvas.restoreState()

    return decorate
