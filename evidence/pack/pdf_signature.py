"""Sign a PDF as PAdES B-LTA: signed, stamped, with what proves it for later, and stamped again.

The signature covers everything but the last update; that one only fills the field which the
signature already covers with a timestamp over the whole file. So a reader can tell byte by byte
that nothing else was changed after signing. Keys are not needed here: whoever calls signs digests.
"""

import io
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

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

FIELD, STAMP_FIELD = "Signature", "Timestamp"
# Hexadecimal digits kept free: room for long chains in the signature and in its timestamp.
RESERVED = 64 * 1024
Sign = Callable[[bytes], bytes]


@dataclass(frozen=True, slots=True)
class Proofs:
    """The time that the signer states, and what a reader needs once nobody can be asked.

    `certificates` are PEM, `revocations` lists in DER.
    """

    now: datetime
    certificates: Sequence[bytes]
    revocations: Sequence[bytes]


def sign_pdf(pdf: bytes, proofs: Proofs, sign: Sign, stamp: Sign) -> bytes:
    """The PDF with an invisible signature and a timestamp over it all.

    `sign` gives the CMS (DER) and `stamp` the time-stamp token (DER) over a SHA-256 digest.
    """
    writer = IncrementalPdfFileWriter(io.BytesIO(pdf))
    append_signature_field(writer, SigFieldSpec(STAMP_FIELD))
    _add_proofs(writer, proofs)
    placeholder = SignatureObject(
        timestamp=proofs.now, subfilter=SigSeedSubFilter.PADES, bytes_reserved=RESERVED
    )
    signed = embed(writer, FIELD, placeholder, sign)
    again = IncrementalPdfFileWriter(io.BytesIO(signed))
    whole = DocumentTimestamp(bytes_reserved=RESERVED)  # type: ignore[no-untyped-call]  # Of pyHanko.
    return embed(again, STAMP_FIELD, whole, stamp)


def embed(
    writer: IncrementalPdfFileWriter, field: str, placeholder: PdfSignedData, sign: Sign
) -> bytes:
    """The PDF with `field` filled by what `sign` makes of the digest over the whole file."""
    embedding = PdfCMSEmbedder().write_cms(field, writer)
    next(embedding)
    embedding.send(SigObjSetup(sig_placeholder=placeholder))
    prepared, output = embedding.send(SigIOSetup(md_algorithm="sha256"))
    embedding.send(sign(prepared.document_digest))
    return bytes(output.getvalue())


def _add_proofs(writer: IncrementalPdfFileWriter, proofs: Proofs) -> None:
    certificates = [x509.Certificate.load(pem.unarmor(one)[2]) for one in proofs.certificates]
    lists = [crl.CertificateList.load(one) for one in proofs.revocations]
    if certificates or lists:
        DocumentSecurityStore.supply_dss_in_writer(
            writer, None, certs=certificates, crls=lists, ocsps=[]
        )
