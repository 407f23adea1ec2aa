"""What a signed index must not hold, whoever signed it: anything that could show it otherwise.

Layers that are switched, scripts, actions, forms beside the two signatures, attached files, and
objects packed into streams, where no reader of bytes would see them.
"""

import re

from evidence.custody.verify.pdf_error import PdfError

_TOKEN = re.compile(
    rb"\((?:\\.|[^\\()])*\)"  # a text
    rb"|%[^\r\n]*"  # a comment
    rb"|\bstream\r?\n.*?\bendstream\b"
    rb"|/(?P<name>[^\x00\t\n\f\r ()<>\[\]{}/%]+)",
    re.DOTALL,
)
_HIDING = frozenset(
    {
        b"ObjStm", b"XRef",  # Objects that stand in a stream.
        b"OCG", b"OCGs", b"OCMD", b"OCProperties", b"OC",  # Layers.
        b"JavaScript", b"JS", b"AA", b"OpenAction", b"Launch", b"URI", b"GoToR", b"GoToE",
        b"SubmitForm", b"ImportData", b"Hide", b"SetOCGState", b"Rendition",
        b"XFA", b"RichMedia", b"Movie", b"Sound", b"3D", b"Screen",
        b"EmbeddedFile", b"EmbeddedFiles", b"Filespec", b"AF", b"Collection",
        b"FreeText", b"Stamp", b"Redact", b"Popup", b"FileAttachment", b"Watermark",
        b"Tx", b"Btn", b"Ch",  # Fields that can be filled in.
    }
)  # fmt: skip


def check_content(pdf: bytes) -> None:
    """Raise PdfError for what can change what a reader sees after the signature was made."""
    for found in _TOKEN.finditer(pdf):
        name = found["name"] or b""
        if b"#" in name:
            raise PdfError("a name in it is spelled so that it hides what it is")
        if name in _HIDING:
            raise PdfError(f"holds /{name.decode('latin-1')}, which can change what is shown")
