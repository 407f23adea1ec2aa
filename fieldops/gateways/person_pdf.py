"""The copy of a person's data as a PDF: Chinese with English beside it, field by field."""

import io
from collections.abc import Iterator, Mapping
from typing import Any

from reportlab.lib.pagesizes import A4  # type: ignore[import-untyped]  # reportlab ships no types.
from reportlab.platypus import (  # type: ignore[import-untyped]  # As above.
    LongTable,
    Paragraph,
    SimpleDocTemplate,
)

from evidence.pack.fonts import chinese_font
from evidence.pack.typeface import register
from evidence.pack.typeset import GRID, plain, style
from fieldops.domain.person_record import (
    ABOUT,
    FIELDS,
    HEADS,
    NOT_INCLUDED,
    TITLE,
    WITHHELD,
    origin,
    said,
)
from fieldops.domain.vocabulary import Pair, in_both

_MARGIN = 42
_WIDTHS = (82, 189, 76, 82, 82)
_PAIR = (150, 361)


def draw(record: Mapping[str, Any]) -> bytes:
    """The PDF; raises FontMissingError where no Chinese typeface is installed."""
    face = register(chinese_font())
    out = io.BytesIO()
    document = SimpleDocTemplate(
        out, pagesize=A4, invariant=1, leftMargin=_MARGIN, rightMargin=_MARGIN,
        topMargin=_MARGIN, bottomMargin=_MARGIN, title=TITLE[1], lang="zh",
    )  # fmt: skip
    document.build(list(_story(record, face)))
    return out.getvalue()


def _story(record: Mapping[str, Any], face: str) -> Iterator[Any]:
    small, head = style(face, 8), style(face, 11, spaceBefore=8, spaceAfter=3)
    yield Paragraph(_both(TITLE), style(face, 15, alignment=1, spaceAfter=6))
    about = [
        [Paragraph(_both(pair), small), _cell(record[name], face)] for name, pair in ABOUT.items()
    ]
    yield LongTable(about, colWidths=_PAIR, style=GRID)
    for section, rows in record["sections"].items():
        yield Paragraph(_both(in_both("record_section", section)), head)
        table = [[Paragraph(_both(one), small) for one in HEADS]]
        table += [_field(section, name, row[name], face) for row in rows for name in row]
        yield LongTable(table, colWidths=_WIDTHS, repeatRows=1, style=GRID)
    if record["withheld"]:
        yield Paragraph(_both(NOT_INCLUDED), head)
        left = [
            [
                Paragraph(_both(WITHHELD[one["what"]]), small),
                _cell(f"{one['ground']} ({one['count']})", face),
            ]
            for one in record["withheld"]
        ]
        yield LongTable(left, colWidths=_PAIR, style=GRID)


def _field(section: str, name: str, held: Mapping[str, Any], face: str) -> list[Any]:
    label = Paragraph(_both(FIELDS.get(name, (name, ""))), style(face, 7.5))
    source, basis, purpose = (_line(origin(held[one])) for one in ("source", "basis", "purpose"))
    text = _line(said(section, name, held["value"]))
    others = (text, source, held["at"][:19], f"{basis}; {purpose}")
    return [label, *(_cell(one, face) for one in others)]


def _line(pair: Pair) -> str:
    return " ".join(dict.fromkeys(pair))


def _cell(text: str, face: str) -> Any:
    return Paragraph(plain(str(text)[:1500]), style(face, 7.5))


def _both(pair: Pair) -> str:
    return f"{plain(pair[0])}  <font size='7'>{plain(pair[1])}</font>"
