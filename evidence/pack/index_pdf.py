"""证据目录: the catalogue of evidence that art. 19 of the rules on evidence asks for, as a PDF.

Chinese and English stand together; the source's language comes first. The same source gives the
same bytes (before signing). Text is printed as given, wrapped, never cut.
"""

import io
from collections.abc import Callable, Iterator, Sequence
from typing import Any

from reportlab.lib import colors  # type: ignore[import-untyped]  # reportlab ships no types.
from reportlab.lib.pagesizes import A4, landscape  # type: ignore[import-untyped]  # As above.
from reportlab.platypus import (  # type: ignore[import-untyped]  # As above.
    LongTable,
    Paragraph,
    SimpleDocTemplate,
    Spacer,
)

from evidence.pack.pdf_signature import sign_pdf
from evidence.pack.records import payload_path
from evidence.pack.seals import Sealer
from evidence.pack.source import Language, PackItem, PackSource
from evidence.pack.typeset import HEADED, plain, register, style

_MARGIN = 36
_PAGE: tuple[float, float] = landscape(A4)
_HEADINGS = (
    ("序号", "No.", 32),
    ("证据名称", "Name", 142),
    ("证据来源", "Source", 118),
    ("证明对象和内容", "Object of proof", 212),
    ("页数", "Pages", 42),
    ("形成日期", "Date", 66),
    ("SHA-256", "SHA-256", 158),
)


def signed_index(source: PackSource, sealer: Sealer) -> bytes:
    """The catalogue as a PDF signed as PAdES B-LTA."""
    return sign_pdf(index_pdf(source), sealer)


def index_pdf(source: PackSource) -> bytes:
    """The catalogue as an unsigned PDF; raises FontMissingError when the font cannot be used."""
    face = register(source.font)
    pages = _render(source, face, 0)[1]
    return _render(source, face, pages)[0]


def _render(source: PackSource, face: str, total: int) -> tuple[bytes, int]:
    """The PDF and how many pages it has; `total` is printed as the number of pages."""
    out = io.BytesIO()
    document = SimpleDocTemplate(
        out, pagesize=_PAGE, invariant=1, leftMargin=_MARGIN, rightMargin=_MARGIN,
        topMargin=_MARGIN + 14, bottomMargin=_MARGIN + 10, lang=source.language,
        title=both("证据目录", "Catalogue of evidence", source.language),
        author=source.case.submitter, subject=source.case.title,
    )  # fmt: skip
    story = [*_head(source, face), _table(source, face), *_foot(source, face)]
    decorate = _decorator(source, face, total)
    document.build(story, onFirstPage=decorate, onLaterPages=decorate)
    return out.getvalue(), int(document.page)


def both(chinese: str, english: str, language: Language, between: str = "  ") -> str:
    """A bilingual heading with the reader's language first."""
    if chinese == english:
        return chinese
    return between.join((chinese, english) if language == "zh" else (english, chinese))


def _head(source: PackSource, face: str) -> Iterator[Any]:
    case, language = source.case, source.language
    title = both("证据目录", "Catalogue of evidence", language)
    yield Paragraph(title, style(face, 17, spaceAfter=8, alignment=1))
    rows = [
        ("案件", "Case", f"{case.title} ({case.case})"),
        *[(role, role, name) for role, name in case.parties],
        ("受理法院", "Court", case.court),
        ("提交人", "Submitted by", case.submitter),
        ("提交日期", "Date", source.made_at.date().isoformat()),
        ("证据包编号", "Pack", source.pack_id),
        ("证据数量", "Items", str(len(source.items))),
    ]
    line = style(face, 9.5)
    for chinese, english, value in rows:
        if value:
            label = both(chinese, english, language, " / ")
            yield Paragraph(f"{plain(label)}: {plain(value)}", line)
    yield Spacer(1, 10)


def _table(source: PackSource, face: str) -> Any:
    cell, small = style(face, 8.5), style(face, 6.8, textColor=colors.Color(0.35, 0.35, 0.35))
    heads = [
        Paragraph(both(zh, en, source.language, "<br/>"), style(face, 8.5))
        for zh, en, _ in _HEADINGS
    ]
    rows: list[list[Any]] = [heads]
    for number, item in enumerate(source.items, 1):
        rows.append(_row(number, item, cell, small, source.language))
    widths = [width for *_, width in _HEADINGS]
    return LongTable(rows, colWidths=widths, repeatRows=1, style=HEADED, splitInRow=1)


def _row(number: int, item: PackItem, cell: Any, small: Any, language: Language) -> list[Any]:
    row = item.catalogue
    where = payload_path(number, item)
    if item.withheld is not None:
        label = both("未附原件", "withheld", language, " / ")
        where = f"{label}: {item.withheld.reason}"
    texts = [row.source, row.proves, row.pages, row.date]
    exact = style(cell.fontName, 7.6)
    digest = "<br/>".join(item.sha256[i : i + 32] for i in range(0, 64, 32))
    name = [Paragraph(plain(row.name), cell), Paragraph(plain(where), small)]
    middle = [Paragraph(plain(text), cell) for text in texts]
    return [Paragraph(str(number), cell), name, *middle, Paragraph(digest, exact)]


def _foot(source: PackSource, face: str) -> Sequence[Any]:
    language = source.language
    chinese = "以上证据原件以电子数据形式附于本证据包,其完整性可用所附验证程序核对。"
    english = "The originals are in this pack as electronic data; the verifier in it checks them."
    signature = both("提交人签名或盖章", "Signature or seal of the submitter", language, " / ")
    date = both("日期", "Date", language, " / ")
    return [
        Spacer(1, 12),
        Paragraph(both(chinese, english, language, "<br/>"), style(face, 8.5)),
        Spacer(1, 18),
        Paragraph(f"{signature}: ____________________    {date}: ____________", style(face, 9.5)),
    ]


def _decorator(source: PackSource, face: str, total: int) -> Callable[[Any, Any], None]:
    def decorate(canvas: Any, document: Any) -> None:
        width, height = _PAGE
        canvas.saveState()
        canvas.setFont(face, 8)
        canvas.setFillColor(colors.Color(0.35, 0.35, 0.35))
        canvas.drawString(_MARGIN, height - _MARGIN, _fit(source.case.title, 60))
        canvas.drawRightString(width - _MARGIN, height - _MARGIN, _fit(source.pack_id, 60))
        page, digits = document.page, f"{document.page}/{total}"
        chinese, english = f"第 {page} 页,共 {total} 页", f"page {digits}"
        footer = both(chinese, english, source.language, "    ")
        canvas.drawCentredString(width / 2, _MARGIN - 12, footer)
        canvas.restoreState()

    return decorate


def _fit(text: str, most: int) -> str:
    return text if len(text) <= most else text[: most - 1] + "…"
