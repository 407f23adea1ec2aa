"""Sign a PDF as PAdES B-T: the signature covers the whole file and carries a timestamp."""

import io
from hashlib import sha256

from pyhanko.pdf_utils.incremental_writer import (
    IncrementalPdfFileWriter,
)
from pyhanko.sign.fields import SigSeedSubFilter
from pyhanko.sign.signers.cms_embedder import (
    PdfCMSEmbedder,
    SigIOSetup,
    SigObjSetup,
)
from pyhanko.sign.signers.pdf_byterange import (
    SignatureObject,
)

from evidence.custody.der import token_of
from evidence.pack.seals import Sealer
from evidence.pack.signing import signed_data

FIELD = "Signature"
# Hexadecimal digits kept free: room for long chains in the signature and in its timestamp.
RESERVED = 64 * 1024


def sign_pdf(pdf: bytes, sealer: Sealer) -> bytes:
    """The PDF with one invisible signature added; its time is the sealer's."""
    embedding = PdfCMSEmbedder().write_cms(FIELD, IncrementalPdfFileWriter(io.BytesIO(pdf)))
    next(embedding)
    placeholder = SignatureObject(
        timestamp=sealer.now, subfilter=SigSeedSubFilter.PADES, bytes_reserved=RESERVED
    )
    embedding.send(SigObjSetup(sig_placeholder=placeholder))
    prepared, output = embedding.send(SigIOSetup(md_algorithm="sha256"))
    # PAdES states the time in the PDF itself, not in the CMS.
    signature = signed_data(
        sealer.identity, prepared.document_digest, stamp=lambda made: _token(sealer, made)
    )
    embedding.send(signature)
    return bytes(output.getvalue())


def _token(sealer: Sealer, signature: bytes) -> bytes:
    return token_of(sealer.timestamper.stamp(sha256(signature).digest()))
