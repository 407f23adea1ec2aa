"""Sign a PDF as PAdES B-LTA: signed, stamped, with what proves it for later, and stamped again.

The signature covers everything but the last update; that one only fills the field which the
signature already covers with a timestamp over the whole file. So a reader can tell byte by byte
that nothing else was changed after signing.
"""

import io
from collections.abc import Callable
from hashlib import sha256

from asn1crypto import crl, pem, x509  # type: ignore[import-untyped]  # asn1crypto has no types.
from pyhanko.pdf_utils.incremental_writer import (
    IncrementalPdfFileWriter,
)
from pyhanko.sign.fields import SigFieldSpec, SigSeedSubFilter, append_signature_field
from pyhanko.sign.signers.cms_embedder import (
    PdfCMSEmbedder,
    SigIOSetup,
    SigObjSetup,
)
from pyhanko.sign.signers.pdf_byterange import (
    DocumentTimestamp,
    PdfSignedData,
    SignatureObject,
)
from pyhanko.sign.validation.dss import DocumentSecurityStore

from evidence.custody.der import token_of
from evidence.pack.seals import Sealer
from evidence.pack.signing import signed_data

FIELD, STAMP_FIELD = "Signature", "Timestamp"
# Hexadecimal digits kept free: room for long chains in the signature and in its timestamp.
RESERVED = 64 * 1024


def sign_pdf(pdf: bytes, sealer: Sealer) -> bytes:
    """The PDF with an invisible signature and a timestamp over it all; its time is the sealer's."""
    writer = IncrementalPdfFileWriter(io.BytesIO(pdf))
    append_signature_field(writer, SigFieldSpec(STAMP_FIELD))
    _add_proofs(writer, sealer)
    placeholder = SignatureObject(
        timestamp=sealer.now, subfilter=SigSeedSubFilter.PADES, bytes_reserved=RESERVED
    )

    def sign(digest: bytes) -> bytes:
        # PAdES states the time in the PDF itself, not in the CMS.
        return signed_data(sealer.identity, digest, stamp=lambda made: _token(sealer, made))

    signed = embed(writer, FIELD, placeholder, sign)
    again = IncrementalPdfFileWriter(io.BytesIO(signed))
    stamp = DocumentTimestamp(bytes_reserved=RESERVED)  # type: ignore[no-untyped-call]  # Of pyHanko.
    return embed(
        again, STAMP_FIELD, stamp, lambda digest: token_of(sealer.timestamper.stamp(digest))
    )


def embed(
    writer: IncrementalPdfFileWriter,
    field: str,
    placeholder: PdfSignedData,
    sign: Callable[[bytes], bytes],
) -> bytes:
    """The PDF with `field` filled by what `sign` makes of the digest over the whole file."""
    embedding = PdfCMSEmbedder().write_cms(field, writer)
    next(embedding)
    embedding.send(SigObjSetup(sig_placeholder=placeholder))
    prepared, output = embedding.send(SigIOSetup(md_algorithm="sha256"))
    embedding.send(sign(prepared.document_digest))
    return bytes(output.getvalue())


def _add_proofs(writer: IncrementalPdfFileWriter, sealer: Sealer) -> None:
    """The certificates and revocation lists that a reader needs once nobody can be asked."""
    certificates = [x509.Certificate.load(pem.unarmor(one)[2]) for one in sealer.certificates]
    lists = [crl.CertificateList.load(one) for one in sealer.revocations]
    if certificates or lists:
        DocumentSecurityStore.supply_dss_in_writer(
            writer, None, certs=certificates, crls=lists, ocsps=[]
        )


def _token(sealer: Sealer, signature: bytes) -> bytes:
    return token_of(sealer.timestamper.stamp(sha256(signature).digest()))
