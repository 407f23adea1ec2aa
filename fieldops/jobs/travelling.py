"""Laying roads under a prepared plan, with the answers of road engines remembered in the database.

Every reading and writing is a transaction of its own, so that none is open while an engine is
asked. What cannot be read or written is asked for again: a plan never fails for its memory.
"""

import structlog
from sqlalchemy.exc import SQLAlchemyError

from fieldops import clock
from fieldops.db import db, reading
from fieldops.domain.travel.engine import Cells, Points, nothing
from fieldops.services.planning import building, travel_rows
from fieldops.transaction import transaction
from fieldops.wiring import Wiring

log = structlog.get_logger(__name__)


class StoredLegs:
    """The table of answers as the laying of roads asks for it."""

    def __init__(self, keep_days: int) -> None:
        self._days = keep_days

    def find(self, key: str, points: Points) -> tuple[Cells, Cells]:
        """Seconds and metres between all points, UNKNOWN where nothing is remembered."""
        try:
            with reading(), transaction(db.session, forgets=False) as session:
                now = clock.wall_time()
                return travel_rows.find(session, key, points, keep_days=self._days, now=now)
        except SQLAlchemyError:
            log.warning("travel.not_remembered", exc_info=True)
            return nothing(len(points), len(points)), nothing(len(points), len(points))

    def keep(self, key: str, points: Points, seconds: Cells, metres: Cells) -> None:
        """Remember all cells that are not UNKNOWN, and forget what is too old."""
        now = clock.wall_time()
        try:
            with transaction(db.session, forgets=False) as session:
                travel_rows.forget(session, now=now)
                travel_rows.keep(
                    session, key, points, seconds, metres, keep_days=self._days, now=now
                )
        except SQLAlchemyError:
            log.warning("travel.not_kept", exc_info=True)


def lay_roads(prepared: building.Prepared, wiring: Wiring) -> None:
    """Ask the road engine of the settings, if there is one; call it with no transaction open."""
    settings = wiring.settings
    days = settings.roads_keep_days
    shelf = StoredLegs(days) if days > 0 else None
    if wiring.roads is not None:
        building.lay_roads(prepared, wiring.roads, shelf, settings.roads_most_places)
