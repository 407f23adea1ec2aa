"""The catalogue says in two languages what art. 19 asks, the same each time."""

import dataclasses
import io
from datetime import timedelta
from pathlib import Path

import pytest
from pypdf import PdfReader

from evidence.custody.der import response_of
from evidence.custody.openssl import read_trust, verify_signature, verify_timestamp
from evidence.custody.verify.pdf import signed_parts
from evidence.custody.verify.pdf_error import PdfError
from evidence.pack.authority import trust_pem
from evidence.pack.catalogue import catalogue_of
from evidence.pack.fonts import FOLDER, FontMissingError, chinese_font
from evidence.pack.index import drawn_index, signed_index
from evidence.pack.source import CatalogueRow, PackSource
from tests.evidence import world


def drawn(source: PackSource) -> bytes:
    return drawn_index(catalogue_of(source))


def text(pdf: bytes) -> str:
    return "\n".join(page.extract_text() for page in PdfReader(io.BytesIO(pdf)).pages)


@pytest.mark.parametrize(
    "words",
    ["证据目录", "Catalogue of evidence", "证据来源", "Source", "证明对象", "Object of proof",
     "页数", "Pages", "提交人", "Submitted by", "现场照片 1", "2026-03-02", "withheld"],
)  # fmt: skip
def test_the_index_says(words: str) -> None:
    assert words in text(drawn(world.source()))


def test_every_hash_stands_in_the_index() -> None:
    printed = text(drawn(world.source())).replace("\n", "")
    assert all(item.sha256 in printed for item in world.items())


def test_the_reader_s_language_comes_first() -> None:
    printed = text(drawn(world.source(language="en")))
    assert printed.index("Catalogue") < printed.index("证据目录")


def test_the_same_source_gives_the_same_bytes() -> None:
    source = world.source()
    assert drawn(source) == drawn(source)


def test_every_page_has_the_headings_and_its_number() -> None:
    row = CatalogueRow("名称 <b>&", "来源", "证明" * 1500, "1-12", "2026-03-02")
    long = [dataclasses.replace(item, catalogue=row) for item in world.items()]
    pages = PdfReader(io.BytesIO(drawn(world.source(items=long)))).pages
    assert len(pages) > 3
    for number, page in enumerate(pages, 1):
        printed = page.extract_text()
        assert f"page {number}/{len(pages)}" in printed
        assert "Object of proof" in printed or number == len(pages)


def test_the_signed_index_is_signed_as_a_whole_and_stamped() -> None:
    pdf = signed_index(catalogue_of(world.source()), world.sealer())
    signed, stamped = signed_parts(pdf)
    made = world.authority()
    trust = read_trust(trust_pem(made.signer.certificate, (made.root.certificate,)))
    assert verify_signature(signed.data, signed.der, trust, world.START).subject
    assert b"/ETSI.CAdES.detached" in pdf
    assert stamped is not None
    at = verify_timestamp(stamped.data, response_of(stamped.der), trust)
    assert at == world.START + timedelta(hours=1)


@pytest.mark.parametrize(
    "spoil",
    [
        lambda pdf: pdf + b"\n",  # appended to
        lambda pdf: pdf[:-1],  # cut
        lambda pdf: pdf.replace(b"/ByteRange", b"/ByteRangX"),  # not signed any more
        lambda pdf: pdf + b"/ByteRange [0 1 2 3]",  # a second range
        lambda pdf: b"x" + pdf,
        lambda _: b"",
    ],
)
def test_a_pdf_not_signed_as_a_whole_is_refused(spoil: object) -> None:
    pdf = signed_index(catalogue_of(world.source()), world.sealer())
    with pytest.raises(PdfError):
        signed_parts(spoil(pdf))  # type: ignore[operator]  # Each row is a function.


def test_a_font_that_is_none_is_named(tmp_path: Path) -> None:
    font = tmp_path / "none.ttf"
    font.write_bytes(b"no font")
    with pytest.raises(FontMissingError, match=r"none\.ttf"):
        drawn(world.source(font=font))


def test_without_a_font_the_cure_is_named(tmp_path: Path) -> None:
    with pytest.raises(FontMissingError, match="fetch_fonts"):
        chinese_font((tmp_path / "absent.ttf",))


def test_the_script_puts_the_font_where_packs_look() -> None:
    script = Path(__file__).parents[3] / "scripts" / "fetch_fonts.py"
    assert 'Path(sys.prefix, "share", "fieldops", "fonts")' in script.read_text()
    assert FOLDER.parts[-3:] == ("share", "fieldops", "fonts")
