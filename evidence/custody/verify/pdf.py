"""The signed index as PDF: what its signature and its timestamp cover, without a PDF library.

A signature either covers the whole file, or all but one last update. That update may hold a
timestamp over the whole file in the field that the signature covers, and nothing else.
"""

import re
from dataclasses import dataclass

from evidence.custody.der import DerError, first_value
from evidence.custody.verify.pdf_content import check_content
from evidence.custody.verify.pdf_error import PdfError
from evidence.custody.verify.pdf_update import check_update

_RANGE = re.compile(rb"/ByteRange\s*\[\s*(\d{1,12})\s+(\d{1,12})\s+(\d{1,12})\s+(\d{1,12})\s*\]")
_HEX = re.compile(rb"<([0-9A-Fa-f]+)>")
_CHANGED = "the signature does not cover the whole file: changed after signing"


@dataclass(frozen=True, slots=True)
class Covered:
    """Bytes of a PDF and the DER (a CMS or a time-stamp token) that stands for them."""

    data: bytes
    der: bytes


def signed_parts(pdf: bytes) -> tuple[Covered, Covered | None]:
    """What is signed and what is stamped; raises PdfError unless all of it is covered.

    Whatever was appended after signing stands outside the ranges and is refused.
    """
    if not pdf.startswith(b"%PDF-"):
        raise PdfError("not a PDF")
    check_content(pdf)
    ranges = list(_RANGE.finditer(pdf))
    if not 1 <= len(ranges) <= 2:
        raise PdfError(f"{len(ranges)} signatures where one and a timestamp are expected")
    signed, end = _covered(pdf, ranges[0])
    if len(ranges) == 1:
        if end != len(pdf):
            raise PdfError(_CHANGED)
        return signed, None
    stamped, whole = _covered(pdf, ranges[1])
    if whole != len(pdf) or not ranges[0].end() <= end <= ranges[1].start():
        raise PdfError(_CHANGED)
    check_update(pdf, end)
    return signed, stamped


def _covered(pdf: bytes, found: re.Match[bytes]) -> tuple[Covered, int]:
    """What one range covers, and where it ends."""
    start, before, after, rest = (int(number) for number in found.groups())
    end = after + rest
    if start != 0 or not before < after <= end <= len(pdf):
        raise PdfError(_CHANGED)
    gap = _HEX.fullmatch(pdf[before:after])
    if gap is None or len(gap[1]) % 2:
        raise PdfError("something other than the signature stands where it should")
    room = bytes.fromhex(gap[1].decode())
    try:
        der = first_value(room)
    except DerError as error:
        raise PdfError(f"the signature cannot be read: {error}") from error
    if room[len(der) :].strip(b"\0"):
        raise PdfError("something is hidden behind the signature")
    return Covered(pdf[:before] + pdf[after:end], der), end
