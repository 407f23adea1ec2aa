"""What rows from before a migration lack is filled in little by little, until nothing lacks.

What comes in today lacks nothing, so an organisation in which nothing was found is done with for
as long as this process lives.
"""

import io
from collections.abc import Callable
from datetime import datetime
from uuid import UUID

import structlog
from sqlalchemy.orm import Session

from evidence.custody.der import DerError, certificates_of
from fieldops import clock
from fieldops.domain.blobs import BlobBroken
from fieldops.domain.facts import PrintsOwed
from fieldops.gateways import pictures
from fieldops.gateways.timestamping import LOCAL, ends_at
from fieldops.jobs.registry import JobContext, job
from fieldops.services import (
    crosschecking,
    custody,
    deadlines,
    evidence,
    outbox,
    progress,
    same_photo,
    stamps,
    tracing,
)
from fieldops.services.protection import resealing
from fieldops.wiring import Wiring

log = structlog.get_logger(__name__)

# Whoever stamped before stamps had rows of their own, and is not known by his certificate.
UNKNOWN = "unknown"
PRINT = "print-photo"
_Fill = Callable[[Session, UUID, datetime], int]


class UntilNothingLacks:
    """A round over organisations that leaves out those in which nothing lacked."""

    def __init__(self, fill: _Fill) -> None:
        self._fill, self._done = fill, set[UUID]()

    def __call__(
        self, session: Session, wiring: Wiring, organisation_id: UUID, at: datetime
    ) -> None:
        """Fill a little."""
        if organisation_id not in self._done and not self._fill(session, organisation_id, at):
            self._done.add(organisation_id)


def fill_stamps(session: Session, organisation_id: UUID, at: datetime) -> int:
    """Give some stamped checkpoints the row that their stamp lacks; how many."""
    own = custody.stamper_der(session, organisation_id)
    found = stamps.without_row(session, organisation_id)
    for checkpoint in found:
        response = bytes(checkpoint.timestamp or b"")
        stamps.adopt(
            session,
            checkpoint,
            authority=LOCAL if own in _certificates(response) else UNKNOWN,
            expires_at=ends_at(response),
        )
    return len(found)


def fill_prints(session: Session, organisation_id: UUID, at: datetime) -> int:
    """Have the hashes of some photos made that have none; the next when these are done."""
    found = same_photo.without_prints(session, organisation_id)
    is_busy = outbox.is_unpublished(
        session, PrintsOwed, organisation_id=organisation_id
    ) or progress.is_under_way(session, PRINT, organisation_id=organisation_id)
    if not is_busy:
        for item_id in found:
            outbox.record(session, PrintsOwed(item_id), organisation_id=organisation_id, now=at)
    return len(found)


def fill_clocks(session: Session, organisation_id: UUID, at: datetime) -> int:
    """Give some flags that were raised before clocks were kept their clocks; how many flags."""
    now = clock.now()
    found = deadlines.uncounted(session, organisation_id)
    for flag in found:
        # A flag whose first end is ahead passes for one whose clocks are written.
        flag.earliest_deadline = None
        tracing.believe_and_flag(session, flag.person_id, now=now)
    # What no clock stands behind is no deadline, and is not looked at again.
    deadlines.set_earliest(session, found, at=now)
    return len(found)


def fill_data_keys(session: Session, organisation_id: UUID, at: datetime) -> int:
    """Have some values lie under the key of their person or case that lie under an older one."""
    return resealing.reseal_some(session, organisation_id)


@job(PRINT, subject=lambda fact: f"item:{fact.item_id}")
def print_photo(context: JobContext, fact: PrintsOwed) -> None:
    """Read a photo that has no hashes, keep them, and seek it at other visits."""
    prints = _read(context, fact.item_id)
    with context.unit() as session:
        same_photo.fill(session, fact.item_id, prints, actor=context.actor, at=clock.wall_time())
    if prints:
        with context.unit() as session:
            crosschecking.compare_item(session, fact.item_id, actor=context.actor)


def _read(context: JobContext, item_id: UUID) -> dict[str, list[str]]:
    """The hashes, or nothing of a photo that cannot be opened or shows next to nothing."""
    with context.unit() as session:
        try:
            opened = evidence.open_preview(
                session, item_id, actor=context.actor, at=clock.wall_time(), what="prints"
            )
        except (evidence.NoPreview, evidence.ContentGone):
            return {}
    try:
        data = b"".join(opened.chunks(context.wiring.blobs))
        _, properties = pictures.look(io.BytesIO(data))
    except BlobBroken as broken:
        # The fixity scan tells of it; here it only means that the photo cannot be known again.
        log.warning("prints.missed", item=str(item_id), reason=str(broken))
        return {}
    except Exception as wrong:  # Parsers of hostile bytes raise whatever they like.
        log.warning("prints.missed", item=str(item_id), reason=type(wrong).__name__)
        return {}
    found: dict[str, list[str]] = properties["prints"]
    return found


def _certificates(response: bytes) -> list[bytes]:
    try:
        return certificates_of(response)
    except DerError:
        return []
