"""What nobody finished is forgotten: uploads past their end, every few minutes, by each worker."""

from datetime import datetime, timedelta

import structlog

from fieldops import clock
from fieldops.db import db
from fieldops.services import uploads
from fieldops.transaction import transaction
from fieldops.wiring import Wiring

log = structlog.get_logger(__name__)

EVERY = timedelta(minutes=5)


class Sweeper:
    """Remembers when it last looked; the first round after a start always does."""

    def __init__(self) -> None:
        self._next: datetime | None = None

    def round(self, wiring: Wiring) -> int:
        """Forget expired uploads and their bytes when it is time; how many there were."""
        now = clock.wall_time()
        if self._next is not None and now < self._next:
            return 0
        self._next = now + EVERY
        with transaction(db.session) as session:
            count = uploads.sweep(session, wiring.blobs, now=now)
        if count:
            log.info("uploads.expired", count=count)
        return count
