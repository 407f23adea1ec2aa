"""A whole upload becomes an item of evidence, whether it came by tus or in a rescue file."""

from fieldops import clock
from fieldops.api.access import unit
from fieldops.domain.permissions import Actor
from fieldops.gateways import media
from fieldops.models import Item, Upload
from fieldops.services import evidence
from fieldops.wiring import wiring


def receive(upload: Upload, size: int, key: bytes, *, actor: Actor) -> Item:
    """Examine the bytes and make them an item; raises ChecksumMismatch."""
    parts = wiring()
    # Outside any transaction: a large file is read for seconds, and nobody should wait for it.
    with parts.blobs.open_upload(upload.id, size, key) as file:
        examined = media.examine(file, parts.blobs.hashed(upload.id, size))
    with unit() as session:
        found = evidence.receive(
            session, parts.blobs, upload.id, examined,
            radius_metres=parts.settings.arrival_radius_metres,
            actor=actor, now=clock.now(), at=clock.wall_time(),
        )  # fmt: skip
    if isinstance(found, evidence.ChecksumMismatch):
        raise found
    parts.blobs.discard(upload.id)
    return found
