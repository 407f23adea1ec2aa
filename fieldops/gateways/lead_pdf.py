"""The draft of a property lead as a PDF: Chinese with English beside it, printed as given."""

import io
from collections.abc import Iterator
from typing import Any

from reportlab.lib.pagesizes import A4  # type: ignore[import-untyped]  # reportlab ships no types.
from reportlab.platypus import (  # type: ignore[import-untyped]  # As above.
    LongTable,
    Paragraph,
    SimpleDocTemplate,
    Spacer,
)

from evidence.pack.fonts import chinese_font
from evidence.pack.typeface import register
from evidence.pack.typeset import GRID, plain, style
from fieldops.domain.lead_sheet import DRAFT, Sheet
from fieldops.domain.vocabulary import Pair, once

_MARGIN = 42
_WIDTHS = (150, 361)
_GROUND_WIDTHS = (82, 108, 80, 48, 106, 87)
_CLOCK_WIDTHS = (281, 110, 120)


def draw(sheet: Sheet) -> bytes:
    """The PDF; raises FontMissingError where no Chinese typeface is installed."""
    face = register(chinese_font())
    out = io.BytesIO()
    document = SimpleDocTemplate(
        out, pagesize=A4, invariant=1, leftMargin=_MARGIN, rightMargin=_MARGIN,
        topMargin=_MARGIN, bottomMargin=_MARGIN, title=sheet.reference, lang="zh",
    )  # fmt: skip
    document.build(list(_story(sheet, face)), onFirstPage=_foot(face), onLaterPages=_foot(face))
    return out.getvalue()


def _story(sheet: Sheet, face: str) -> Iterator[Any]:
    small = style(face, 8)
    yield Paragraph(_both(sheet.title), style(face, 15, alignment=1, spaceAfter=4))
    yield Paragraph(f"{sheet.reference} · {sheet.made_at}", style(face, 9, alignment=1))
    yield Paragraph(_both(DRAFT), style(face, 8, alignment=1, spaceAfter=6))
    for heading, lines in sheet.parts:
        yield _heading(heading, face)
        rows = [[Paragraph(_both(one.label), small), _cell(one.value, face)] for one in lines]
        yield LongTable(rows, colWidths=_WIDTHS, style=GRID)
    yield _heading(("六、依据", "6. Grounds"), face)
    heads: list[Pair] = [
        ("时间", "When"), ("内容", "What"), ("来源", "Source"), ("等级", "Grade"),
        ("合法依据", "Lawful basis"), ("证据 SHA-256", "Evidence"),
    ]  # fmt: skip
    rows = [[Paragraph(_both(one), small) for one in heads]]
    for one in sheet.grounds:
        texts = (one.at, _lines(one.kind), _lines(one.source), one.grade, _lines(one.basis))
        marks = "\n".join(digest[:16] for digest in one.evidence) or "–"
        rows.append([_cell(text, face, 7.5) for text in (*texts, marks)])
    yield LongTable(rows, colWidths=_GROUND_WIDTHS, repeatRows=1, style=GRID)
    yield _heading(("七、期限", "7. Deadlines"), face)
    told = [
        [_cell(_lines(name), face, 7.5), _cell(ends, face), _cell(_lines(basis), face, 7.5)]
        for name, ends, basis in sheet.clocks
    ]
    yield LongTable(told, colWidths=_CLOCK_WIDTHS, style=GRID) if told else _cell("–", face)
    yield Spacer(1, 8)


def _heading(pair: Pair, face: str) -> Any:
    # Kept with what follows, so that no page ends with a heading alone.
    return Paragraph(_both(pair), style(face, 11, spaceBefore=8, spaceAfter=3, keepWithNext=1))


def _cell(text: str, face: str, size: float = 9) -> Any:
    return Paragraph("<br/>".join(plain(line) for line in text.split("\n")), style(face, size))


def _lines(pair: Pair) -> str:
    return "\n".join(once(pair))


def _both(pair: Pair) -> str:
    return f"{plain(pair[0])}  <font size='7'>{plain(pair[1])}</font>"


def _foot(face: str) -> Any:
    def decorate(canvas: Any, document: Any) -> None:
        canvas.saveState()
        canvas.setFont(face, 7.5)
        canvas.drawCentredString(A4[0] / 2, _MARGIN - 18, f"{DRAFT[0]}    {document.page}")
        canvas.restoreState()

    return decorate
