"""A month of a whole house, played through the services, and audited from the tables alone.

The player goes through the same gates as the interface does: plan, commit, door, close. It tries
hard to break the law, and what the rulebook refuses is counted by rule.
"""

import math
import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime, time, timedelta
from pathlib import Path

from bench.audit import findings, losses
from bench.month import report, world
from bench.month.house import House, a_house
from bench.month.playing import FIRST, ZONE, Month
from bench.month.report import Report
from bench.month.sink import web_address
from bench.rows import Row
from fieldops.db import db

DAYS, FEW_DAYS, SMALL = 30, 3, 100
SEED = 20270118


def measure(cases: int) -> Sequence[Row]:
    """A house with so many cases for thirty days; one of fewer than a hundred for three."""
    days = FEW_DAYS if cases < SMALL else DAYS
    with (
        tempfile.TemporaryDirectory(prefix="fieldops-month-") as home,
        played(Path(home), cases, days) as (_, told),
    ):
        if told.violations:
            raise AssertionError(f"the audit found violations: {told.violations}")
        return told.rows()


@contextmanager
def played(
    home: Path,
    cases: int,
    days: int,
    *,
    url: str = "",
    seed: int = SEED,
    tell: Callable[[str], None] = lambda _: None,
    minutes: float = math.inf,
) -> Iterator[tuple[House, Report]]:
    """A month that was played, its house still open, with what the audit says of it."""
    made = world.a_world(cases, days, FIRST, seed)
    eve = datetime.combine(FIRST - timedelta(days=1), time(20), ZONE)
    with web_address(seed) as sink, a_house(home, made, eve, url=url, alerts=sink.url) as house:
        month = Month(house, made, seed)
        month.play(days, tell, minutes)
        yield house, audited(month, len(sink.ids))


def audited(month: Month, letters: int) -> Report:
    """The audit of a played month."""
    session = db.session()
    found = findings(session)
    found += losses(session, as_of=month.at, refused=month.house.tally.refusals)
    told = Report(
        report.counted(session), month.house.tally, found, dict(month.spent), letters, month.at,
        month.days,
    )  # fmt: skip
    session.rollback()
    return told
