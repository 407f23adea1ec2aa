"""证据目录: the catalogue of evidence that art. 19 of the rules on evidence asks for, as a PDF.

Chinese and English stand together; the reader's language comes first. The same catalogue gives the
same bytes (before signing). Text is printed as given, wrapped, never cut.
"""

import io
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import chain
from typing import Any

from reportlab.lib import colors  # type: ignore[import-untyped]  # reportlab ships no types.
from reportlab.lib.pagesizes import A4, landscape  # type: ignore[import-untyped]  # As above.
from reportlab.platypus import (  # type: ignore[import-untyped]  # As above.
    Flowable,
    Paragraph,
    SimpleDocTemplate,
    Spacer,
    Table,
)

from evidence.custody.statement import REASONS
from evidence.pack.catalogue import Catalogue, CatalogueLine
from evidence.pack.source import Language
from evidence.pack.typeface import register
from evidence.pack.typeset import HEADED, plain, style

_MARGIN = 36
_PAGE: tuple[float, float] = landscape(A4)
_HEADINGS = (
    ("序号", "No.", 44),
    ("证据名称", "Name", 142),
    ("证据来源", "Source", 118),
    ("证明对象和内容", "Object of proof", 200),
    ("页数", "Pages", 42),
    ("形成日期", "Date", 66),
    ("SHA-256", "SHA-256", 158),
)
_PADDING, _BESIDE = 7, 8  # Of a cell, above and below together, and left and right.
_TALLEST = _PAGE[1] - 2 * _MARGIN - 100  # A row that is lower always finds a page.
_ENDLESS = 1_000_000


def index_pdf(catalogue: Catalogue) -> bytes:
    """The catalogue as an unsigned PDF; raises FontMissingError when the font cannot be used."""
    face = register(catalogue.font)
    pages = _render(catalogue, face, 0)[1]
    return _render(catalogue, face, pages)[0]


def _render(catalogue: Catalogue, face: str, total: int) -> tuple[bytes, int]:
    """The PDF and how many pages it has; `total` is printed as the number of pages."""
    out = io.BytesIO()
    document = SimpleDocTemplate(
        out, pagesize=_PAGE, invariant=1, leftMargin=_MARGIN, rightMargin=_MARGIN,
        topMargin=_MARGIN + 14, bottomMargin=_MARGIN + 10, lang=catalogue.language,
        title=both("证据目录", "Catalogue of evidence", catalogue.language),
        author=catalogue.submitter, subject=catalogue.title,
    )  # fmt: skip
    story = [*_head(catalogue, face), _Rows(catalogue, face), *_foot(catalogue, face)]
    decorate = _decorator(catalogue, face, total)
    document.build(story, onFirstPage=decorate, onLaterPages=decorate)
    return out.getvalue(), int(document.page)


def both(chinese: str, english: str, language: Language, between: str = "  ") -> str:
    """A bilingual heading with the reader's language first."""
    if chinese == english:
        return chinese
    return between.join((chinese, english) if language == "zh" else (english, chinese))


def _head(catalogue: Catalogue, face: str) -> Iterator[Any]:
    language = catalogue.language
    title = both("证据目录", "Catalogue of evidence", language)
    yield Paragraph(title, style(face, 17, spaceAfter=8, alignment=1))
    rows = [
        ("案件", "Case", f"{catalogue.title} ({catalogue.case})"),
        *[(role, role, name) for role, name in catalogue.parties],
        ("受理法院", "Court", catalogue.court),
        ("提交人", "Submitted by", catalogue.submitter),
        ("提交日期", "Date", catalogue.date),
        ("证据包编号", "Pack", catalogue.pack_id),
        ("证据数量", "Items", str(len(catalogue.lines))),
        *_profile(catalogue),
    ]
    line = style(face, 9.5)
    for chinese, english, value in rows:
        if value:
            label = both(chinese, english, language, " / ")
            yield Paragraph(f"{plain(label)}: {plain(value)}", line)
    yield Spacer(1, 10)


def _profile(catalogue: Catalogue) -> Iterator[tuple[str, str, str]]:
    """For whom the pack is, and on what ground it shows what it shows."""
    profile, language = catalogue.profile, catalogue.language
    if profile is None:
        return
    title = both(profile["title"]["zh"], profile["title"]["en"], language, " / ")
    yield "披露方案", "Profile", f"{title} ({profile['name']} {profile['version']})"
    yield "披露依据", "Ground", profile["ground"]


@dataclass(slots=True)
class _Row:
    """One row: what stands in each cell, one below the other, and how high that is."""

    cells: list[list[Any]]
    height: float = 0

    def __post_init__(self) -> None:
        self.height = _PADDING + max(
            sum(part.wrap(wide - _BESIDE, _ENDLESS)[1] for part in cell)
            for cell, (*_, wide) in zip(self.cells, _HEADINGS, strict=True)
        )

    def cut(self, height: float) -> "tuple[_Row, _Row] | None":
        """What fits into this height and what does not; None when no line fits."""
        above: list[list[Any]] = []
        below: list[list[Any]] = []
        for cell, (*_, wide) in zip(self.cells, _HEADINGS, strict=True):
            left, first, second = height - _PADDING, list[Any](), list[Any]()
            for part in cell:
                fitting = [] if second else part.split(wide - _BESIDE, left)
                first += fitting[:1]
                second += fitting[1:] or ([] if fitting else [part])
                left -= part.wrap(wide - _BESIDE, _ENDLESS)[1]
            above.append(first)
            below.append(second)
        return (_Row(above), _Row(below)) if any(above) else None


class _Rows(Flowable):  # type: ignore[misc]  # reportlab ships no types.
    """The rows that are still to be printed: laid out a page at a time, however many there are."""

    def __init__(self, catalogue: Catalogue, face: str) -> None:
        super().__init__()
        self._language = catalogue.language
        self._cell = style(face, 8.5)
        self._exact = style(face, 7.6)
        self._small = style(face, 6.8, textColor=colors.Color(0.35, 0.35, 0.35))
        self._coming = (self._row(line) for line in catalogue.lines)
        self._waiting: list[_Row] = []  # For whom the page before had no room.

    def wrap(self, width: float, height: float) -> tuple[float, float]:
        """Never fits whole: so reportlab asks for the part that does."""
        return width, _ENDLESS

    def split(self, width: float, height: float) -> list[Any]:
        """What fits on this page, and the rest of the rows if there is any."""
        rows = [self._headings()]
        left = height - rows[0].height
        for row in chain(self._waiting, self._coming):
            # A row waits for the next page, unless it would not fit there either.
            whole = row.height <= left
            parts = None if whole or row.height < _TALLEST else row.cut(left)
            if whole or parts:
                rows.append(parts[0] if parts else row)
                left -= rows[-1].height
            if not whole:
                self._waiting = [parts[1] if parts else row]
                break
        else:
            self._waiting = []
        if self._waiting and len(rows) == 1:
            return []
        # reportlab marks what had to wait for a page, and lets nothing wait twice.
        self.__dict__.pop("_postponed", None)
        table = Table(
            [row.cells for row in rows], [wide for *_, wide in _HEADINGS],
            [row.height for row in rows], style=HEADED,
        )  # fmt: skip
        return [table, self] if self._waiting else [table]

    def _headings(self) -> _Row:
        return _Row([[Paragraph(both(zh, en, self._language, "<br/>"), self._cell)]
                     for zh, en, _ in _HEADINGS])  # fmt: skip

    def _row(self, line: CatalogueLine) -> _Row:
        copied = both("遮盖副本", "redacted copy", self._language, " / ")
        where = [line.where or self._why(line), *(f"{copied}: {path}" for path in line.copies)]
        name = [Paragraph(plain(line.name), self._cell)]
        name += [Paragraph(plain(one), self._small) for one in where]
        texts = [line.source, line.proves, line.pages, line.date]
        middle = [[Paragraph(plain(text), self._cell)] for text in texts]
        digest = "<br/>".join(line.sha256[i : i + 32] for i in range(0, 64, 32))
        shown = [Paragraph(digest, self._exact)]
        return _Row([[Paragraph(plain(line.called), self._cell)], name, *middle, shown])

    def _why(self, line: CatalogueLine) -> str:
        label = both("未附原件", "withheld", self._language, " / ")
        words = REASONS.get(line.withheld, (line.withheld, line.withheld))
        reason = both(*words, self._language, " / ")
        return f"{label}: {reason}" + (f" ({line.note})" if line.note else "")


def _foot(catalogue: Catalogue, face: str) -> Sequence[Any]:
    language = catalogue.language
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


def _decorator(catalogue: Catalogue, face: str, total: int) -> Callable[[Any, Any], None]:
    def decorate(canvas: Any, document: Any) -> None:
        width, height = _PAGE
        canvas.saveState()
        canvas.setFont(face, 8)
        canvas.setFillColor(colors.Color(0.35, 0.35, 0.35))
        canvas.drawString(_MARGIN, height - _MARGIN, _fit(catalogue.title, 60))
        canvas.drawRightString(width - _MARGIN, height - _MARGIN, _fit(catalogue.pack_id, 60))
        page, digits = document.page, f"{document.page}/{total}"
        chinese, english = f"第 {page} 页,共 {total} 页", f"page {digits}"
        footer = both(chinese, english, catalogue.language, "    ")
        canvas.drawCentredString(width / 2, _MARGIN - 12, footer)
        canvas.restoreState()

    return decorate


def _fit(text: str, most: int) -> str:
    return text if len(text) <= most else text[: most - 1] + "…"
