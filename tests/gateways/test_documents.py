"""Documents as pages show them: a first page drawn apart, a text in whichever encoding it came."""

import io

import pytest
from PIL import Image
from reportlab.pdfgen.canvas import Canvas

from fieldops.gateways import documents, media


def a_pdf(pages: int = 1) -> bytes:
    """A document with a black bar on its first page."""
    target = io.BytesIO()
    canvas = Canvas(target, pagesize=(300, 400))
    canvas.rect(0, 0, 300, 100, fill=1)
    for _ in range(pages):
        canvas.showPage()
    canvas.save()
    return target.getvalue()


def test_the_first_page_is_drawn_within_its_bounds() -> None:
    drawn = Image.open(io.BytesIO(documents.picture("application/pdf", [a_pdf(2)], (90, 90))))
    assert drawn.format == "JPEG"
    assert max(drawn.size) <= 90
    assert drawn.getpixel((10, drawn.height - 5)) < (60, 60, 60)
    assert drawn.getpixel((10, 5)) > (200, 200, 200)


@pytest.mark.parametrize(
    "data",
    [
        # A head and nothing behind it; no document at all; one that is cut off in its middle.
        b"%PDF-1.7\n%%EOF",
        b"plain",
        a_pdf()[:200],
    ],
)
def test_a_document_without_a_page_is_told(data: bytes) -> None:
    with pytest.raises(documents.NotDrawn):
        documents.picture("application/pdf", [data])


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
def test_a_text_is_read_in_the_encoding_in_which_it_came(encoding: str) -> None:
    said = "2026年11月24日，邻居说已经搬走。\n"
    data = said.encode(encoding)
    assert media.examine(io.BytesIO(data)).media_type == "text/plain"
    assert media.examine(io.BytesIO(data)).quarantined == ""
    assert documents.text([data]) == (said, True)


def test_a_long_text_is_shown_to_a_whole_character() -> None:
    shown, is_whole = documents.text(["搬".encode() * documents.LONGEST_TEXT])
    assert not is_whole
    assert set(shown) == {"搬"}


@pytest.mark.parametrize(
    "data",
    [
        # A zero byte, an escape sequence of a terminal, bytes of neither encoding, markup.
        b"MZ\x00\x01",
        b"all is well\x1b[2J",
        b"\xff\xff\xff\xff",
        b"\n <svg onload=alert(1)>",
    ],
)
def test_what_is_no_text_stays_closed(data: bytes) -> None:
    assert media.examine(io.BytesIO(data)).quarantined != ""
