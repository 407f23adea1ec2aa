"""What printed papers have in common: styles, a grid, text as given."""

from html import escape
from typing import Any

from reportlab.lib import colors  # type: ignore[import-untyped]  # reportlab ships no types.
from reportlab.lib.styles import ParagraphStyle  # type: ignore[import-untyped]  # As above.
from reportlab.platypus import TableStyle  # type: ignore[import-untyped]  # As above.

GRID = TableStyle(
    [
        ("GRID", (0, 0), (-1, -1), 0.4, colors.Color(0.6, 0.6, 0.6)),
        ("VALIGN", (0, 0), (-1, -1), "TOP"),
        ("LEFTPADDING", (0, 0), (-1, -1), 4),
        ("RIGHTPADDING", (0, 0), (-1, -1), 4),
        ("TOPPADDING", (0, 0), (-1, -1), 3),
        ("BOTTOMPADDING", (0, 0), (-1, -1), 4),
    ]
)
HEADED = TableStyle([("BACKGROUND", (0, 0), (-1, 0), colors.Color(0.92, 0.94, 0.96))], parent=GRID)


def style(face: str, size: float, **more: Any) -> Any:
    """A style of this typeface and size in points; lines break between Chinese letters."""
    return ParagraphStyle(
        f"{face}-{size}", fontName=face, fontSize=size, leading=size * 1.4, wordWrap="CJK", **more
    )


def plain(text: str) -> str:
    """Text for a paragraph: control characters become spaces, mark-up is not interpreted."""
    return escape("".join(letter if letter.isprintable() else " " for letter in text))
