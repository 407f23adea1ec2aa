"""The signed index as PDF: which bytes its signature covers, without a PDF library."""

import re

from evidence.custody.der import DerError, first_value

_RANGE = re.compile(rb"/ByteRange\s*\[\s*(\d{1,12})\s+(\d{1,12})\s+(\d{1,12})\s+(\d{1,12})\s*\]")
_HEX = re.compile(rb"<([0-9A-Fa-f]+)>")


class PdfError(ValueError):
    """The PDF has no signature over the whole of it; the message says what is wrong."""


def signed_part(pdf: bytes) -> tuple[bytes, bytes]:
    """The signed bytes and the CMS (DER) of a PDF; raises PdfError unless all of it is signed.

    Whatever was appended after signing stands outside the range and is refused.
    """
    if not pdf.startswith(b"%PDF-"):
        raise PdfError("not a PDF")
    ranges = _RANGE.findall(pdf)
    if len(ranges) != 1:
        raise PdfError(f"{len(ranges)} signatures where one is expected")
    start, before, after, rest = (int(number) for number in ranges[0])
    if start != 0 or not before < after <= len(pdf) or after + rest != len(pdf):
        raise PdfError("the signature does not cover the whole file: changed after signing")
    gap = _HEX.fullmatch(pdf[before:after])
    if gap is None or len(gap[1]) % 2:
        raise PdfError("something other than the signature stands where it should")
    try:
        signature = first_value(bytes.fromhex(gap[1].decode()))
    except DerError as error:
        raise PdfError(f"the signature cannot be read: {error}") from error
    return pdf[:before] + pdf[after:], signature
