"""The signed index holds for the long term, and no update that PDF allows can alter it unnamed."""

import asyncio
import io
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
from asn1crypto import pem
from asn1crypto import x509 as asn1_x509
from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.signers.pdf_byterange import DocumentTimestamp
from pyhanko.sign.validation.ades import ades_lta_validation
from pyhanko.sign.validation.policy_decl import (
    PdfSignatureValidationSpec,
    SignatureValidationSpec,
)
from pyhanko_certvalidator.context import CertValidationPolicySpec
from pyhanko_certvalidator.ltv.types import ValidationTimingInfo
from pyhanko_certvalidator.policy_decl import (
    REQUIRE_REVINFO,
    CertRevTrustPolicy,
    FreshnessReqType,
)
from pyhanko_certvalidator.registry import SimpleTrustManager

from evidence.custody import layout
from evidence.custody.der import token_of
from evidence.custody.verify.pdf import signed_parts
from evidence.custody.verify.pdf_content import check_content
from evidence.custody.verify.pdf_error import PdfError
from evidence.pack.authority import Authority, create_authority
from evidence.pack.catalogue import catalogue_of
from evidence.pack.index import drawn_index, seal_index
from evidence.pack.pdf_signature import RESERVED, STAMP_FIELD, embed
from evidence.pack.timestamp import LocalTimestamper
from tests.evidence import world
from tests.evidence.tampering import SEALED, failed, files, judged, reseal, rezip

Change = Callable[[IncrementalPdfFileWriter], None]


def index() -> bytes:
    return files()[layout.INDEX]


def signed_revision() -> bytes:
    """The index as it was signed, without the update that stamps it."""
    pdf = index()
    return pdf[: pdf.rindex(b"%%EOF\n", 0, len(pdf) - 10) + 6]


def stamped(writer: IncrementalPdfFileWriter, made: Authority | None = None) -> bytes:
    """What somebody makes who may have any bytes stamped."""
    place = DocumentTimestamp(bytes_reserved=RESERVED)

    def stamp(digest: bytes) -> bytes:
        owner = made or world.authority()
        return token_of(LocalTimestamper(owner.stamper, lambda: SEALED).stamp(digest))

    return embed(writer, STAMP_FIELD, place, stamp)


def changed(change: Change) -> bytes:
    """The signed index with a change slipped in under the timestamp."""
    writer = IncrementalPdfFileWriter(io.BytesIO(signed_revision()))
    change(writer)
    return stamped(writer)


def judge_long_term(years: int) -> bool:
    """Whether the index is valid as ETSI EN 319 102-1 asks of signatures with archive time."""
    root = asn1_x509.Certificate.load(pem.unarmor(world.authority().root.certificate)[2])
    revocation = CertRevTrustPolicy(
        REQUIRE_REVINFO, freshness_req_type=FreshnessReqType.MAX_DIFF_REVOCATION_VALIDATION
    )
    trust = SimpleTrustManager.build(trust_roots=[root])
    policy = CertValidationPolicySpec(trust_manager=trust, revinfo_policy=revocation)
    spec = PdfSignatureValidationSpec(SignatureValidationSpec(cert_validation_policy=policy))
    when = world.NOW + timedelta(days=365 * years)
    timing = ValidationTimingInfo(when, when, point_in_time_validation=True)
    signature = PdfFileReader(io.BytesIO(index())).embedded_regular_signatures[0]
    result = asyncio.run(ades_lta_validation(signature, spec, timing_info=timing))
    return bool(result.ades_subindic.status.name == "PASSED")


@pytest.mark.parametrize("years", [0, 5])
def test_the_index_is_valid_for_the_long_term_with_no_one_to_ask(years: int) -> None:
    assert judge_long_term(years)


def test_an_index_without_its_timestamp_is_still_signed_as_a_whole() -> None:
    signed, stamp = signed_parts(signed_revision())
    assert stamp is None
    assert signed == signed_parts(index())[0]


def _page(writer: IncrementalPdfFileWriter) -> None:
    pages = writer.root["/Pages"]["/Kids"]
    pages[0]["/Rotate"] = generic.NumberObject(180)
    writer.mark_update(pages.raw_get(0))


def _catalogue(writer: IncrementalPdfFileWriter) -> None:
    writer.root["/PageLayout"] = generic.NameObject("/TwoColumnLeft")
    writer.update_root()


def _object(writer: IncrementalPdfFileWriter) -> None:
    writer.add_object(generic.DictionaryObject({"/Type": generic.NameObject("/Annot")}))


def _stream(writer: IncrementalPdfFileWriter) -> None:
    writer.add_object(generic.StreamObject(stream_data=b"0 0 m"))


@pytest.mark.parametrize("change", [_page, _catalogue, _object, _stream])
def test_a_change_under_a_new_timestamp_is_named(tmp_path: Path, change: Change) -> None:
    forged = {**files(), layout.INDEX: changed(change)}
    report = judged(tmp_path, rezip(reseal(forged)))
    assert failed(report) == {"signature"}
    assert "index.pdf: changed after signing" in report.claim("signature").detail()


@pytest.mark.parametrize("change", [_page, _catalogue, _object])
def test_an_update_after_the_timestamp_is_named(tmp_path: Path, change: Change) -> None:
    writer, out = IncrementalPdfFileWriter(io.BytesIO(index())), io.BytesIO()
    change(writer)
    writer.write(out)
    report = judged(tmp_path, rezip(reseal({**files(), layout.INDEX: out.getvalue()})))
    assert failed(report) == {"signature"}
    assert "changed after signing" in report.claim("signature").detail()


def test_a_timestamp_by_another_authority_is_named(tmp_path: Path) -> None:
    other = create_authority("Another", world.START)
    pdf = stamped(IncrementalPdfFileWriter(io.BytesIO(signed_revision())), other)
    report = judged(tmp_path, rezip(reseal({**files(), layout.INDEX: pdf})))
    assert failed(report) == {"time"}
    assert layout.INDEX in report.claim("time").detail()


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (b"/Prev ", b"/Prex "),
        (b"/Root 8 0 R\n/Size 24", b"/Root 7 0 R\n/Size 24"),
        (b"/Type /DocTimeStamp", b"/Type /DocTimeStomp"),
        (b"(Timestamp)", b"(Timestomp)"),
        (b"xref\n0 1", b"xref\n0 2"),
    ],
)
def test_an_update_that_reads_otherwise_is_refused(old: bytes, new: bytes) -> None:
    pdf, start = index(), len(signed_revision())
    assert old in pdf[start:]
    with pytest.raises(PdfError, match="changed after signing"):
        signed_parts(pdf[:start] + pdf[start:].replace(old, new))


@pytest.mark.parametrize(
    "hidden",
    [
        b"/OCProperties << /D << /OFF [1 0 R] >> >>",  # a layer that is switched off
        b"/OpenAction 1 0 R",
        b"/AA << /O 1 0 R >>",
        b"/S /JavaScript /JS (app.alert\\(1\\))",
        b"/Names << /EmbeddedFiles 1 0 R >>",
        b"/Type /ObjStm",
        b"/FT /Tx",  # a field to be filled in
        b"/Subtype /FreeText",
        b"/O#43Properties 1 0 R",  # the first again, spelled otherwise
        b"% (\n/JS 1 0 R )",  # a comment that plays at beginning a text
    ],
)
def test_what_can_change_what_is_shown_is_refused_whoever_signed_it(hidden: bytes) -> None:
    with pytest.raises(PdfError, match=r"change what is shown|hides what it is"):
        check_content(index() + b"\n99 0 obj\n<< " + hidden + b" >>\nendobj\n")


@pytest.mark.parametrize("text", [b"(/JS \\) /OC)", b"% /JS\n", b"stream\n/JS\nendstream"])
def test_words_in_texts_and_streams_are_no_names(text: bytes) -> None:
    check_content(index() + text)


def test_an_index_with_a_script_drawn_by_an_insider_is_named(tmp_path: Path) -> None:
    pdf = drawn_index(catalogue_of(world.source()))
    active = pdf.replace(b"/PageMode /UseNone", b"/OpenAction 1 0 R  ")
    assert active != pdf
    forged = {**files(), layout.INDEX: seal_index(active, world.sealer())}
    report = judged(tmp_path, rezip(reseal(forged)))
    assert failed(report) == {"signature"}
    assert "/OpenAction" in report.claim("signature").detail()


def test_something_hidden_behind_the_signature_is_refused() -> None:
    pdf = bytearray(index())
    # The room for a signature ends with zeros; a digest elsewhere may end with one as well.
    padding = pdf.rindex(b"000000000>")
    pdf[padding : padding + 9] = b"abcdefabc"
    with pytest.raises(PdfError, match="hidden behind"):
        signed_parts(bytes(pdf))
