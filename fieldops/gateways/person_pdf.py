"""The copy of a person's data as a PDF: Chinese with English beside it, field by field."""

import io
import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from reportlab.lib import colors  # type: ignore[import-untyped]  # reportlab ships no types.
from reportlab.lib.pagesizes import A4  # type: ignore[import-untyped]  # reportlab ships no types.
from reportlab.platypus import (  # type: ignore[import-untyped]  # As above.
    CondPageBreak,
    LongTable,
    Paragraph,
    SimpleDocTemplate,
    TableStyle,
)

from evidence.pack.fonts import chinese_font
from evidence.pack.typeface import register
from evidence.pack.typeset import GRID, HEADED, plain, style
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
from fieldops.domain.vocabulary import Pair, in_both, once

_MARGIN = 42
_WIDTHS = (80, 173, 74, 62, 122)
_PAIR = (150, 361)
_INSTANT = re.compile(r"(\d{4}-\d\d-\d\d)T(\d\d:\d\d:\d\d)(?:\.\d+)?Z", re.ASCII)


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
        [Paragraph(_both(pair), small), _cell(_timed(record[name]), face)]
        for name, pair in ABOUT.items()
    ]
    yield LongTable(about, colWidths=_PAIR, style=GRID)
    for section, rows in record["sections"].items():
        # No heading stands alone at the foot of a page.
        yield CondPageBreak(80)
        yield Paragraph(_both(in_both("record_section", section)), head)
        table = [[Paragraph(_both(one), small) for one in HEADS]]
        parts = []
        for row in rows:
            parts.append(("LINEABOVE", (0, len(table)), (-1, len(table)), 1, colors.dimgrey))
            table += [_field(section, name, held, face) for name, held in row.items()]
        yield LongTable(
            table, colWidths=_WIDTHS, repeatRows=1, style=TableStyle(parts, parent=HEADED)
        )
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
    source, basis, purpose = (once(origin(held[one])) for one in ("source", "basis", "purpose"))
    value = map(_timed, once(said(section, name, held["value"])))
    day, _, time = _timed(held["at"]).partition(" ")
    why = (" ".join(basis), " ".join(purpose))
    others = ((" ".join(value),), source, (day, time), why)
    return [label, *(_cell(one, face) for one in others)]


def _timed(text: str) -> str:
    """A time as people read it; other text as it is."""
    found = _INSTANT.fullmatch(text)
    return f"{found[1]} {found[2]} UTC" if found else text


def _cell(lines: str | Sequence[str], face: str) -> Any:
    told = [lines] if isinstance(lines, str) else lines
    return Paragraph("<br/>".join(plain(str(one)[:1500]) for one in told), style(face, 7.5))


def _both(pair: Pair) -> str:
    if pair[0] == pair[1]:
        return plain(pair[0])
    return f"{plain(pair[0])}  <font size='7'>{plain(pair[1])}</font>"
