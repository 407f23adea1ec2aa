"""What keeps a local authority's signatures provable: its certificates and a list of revocations.

A local authority publishes nothing, so no newer list can follow the one that travels with a pack:
it says what was revoked (nothing) when the pack was sealed, and is valid as long as the root.
"""

from datetime import datetime, timedelta

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization

from evidence.pack.authority import Authority, Identity
from evidence.pack.seals import Sealer
from evidence.pack.timestamp import Timestamper

# The list is a minute older than the seal, for clocks that are a little slow.
BEFORE = timedelta(minutes=1)


def local_sealer(authority: Authority, timestamper: Timestamper, now: datetime) -> Sealer:
    """The sealer of a local authority, with all that proves its signatures later."""
    members = (authority.signer, authority.stamper, authority.root)
    certificates = tuple(member.certificate for member in members)
    return Sealer(
        authority.signer, timestamper, now, certificates, (nothing_revoked(authority.root, now),)
    )


def nothing_revoked(root: Identity, now: datetime) -> bytes:
    """The root's revocation list (DER) as of `now`, empty."""
    certificate, key = root.loaded()
    made = now - BEFORE
    issued_by = x509.AuthorityKeyIdentifier.from_issuer_public_key(key.public_key())
    signed = (
        x509.CertificateRevocationListBuilder()
        .issuer_name(certificate.subject)
        .last_update(made)
        .next_update(certificate.not_valid_after_utc)
        .add_extension(issued_by, critical=False)
        .add_extension(x509.CRLNumber(int(made.timestamp())), critical=False)
        .sign(key, hashes.SHA256())
    )
    return signed.public_bytes(serialization.Encoding.DER)
