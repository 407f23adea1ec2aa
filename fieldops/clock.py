"""The only file that reads the clock.

Two times are told. `now()` is the working time by which visits are judged and recorded; a
rehearsal moves it by writing a time into a file that the settings name, so that a whole day can be
played in a minute. `wall_time()` is the true time: sign-in, the custody log and timestamps use
only this one, so that a rehearsal can never put a false time into evidence.
"""

import time
from datetime import UTC, datetime
from pathlib import Path

_rehearsal: Path | None = None


def wall_time() -> datetime:
    """The true time, aware, in UTC."""
    return datetime.now(UTC)


def now() -> datetime:
    """The working time, aware, in UTC: the true time unless a rehearsal is on."""
    if _rehearsal is None:
        return wall_time()
    return datetime.fromisoformat(_rehearsal.read_text().strip()).astimezone(UTC)


def monotonic() -> float:
    """Seconds from an arbitrary start, for measuring how long something took."""
    return time.monotonic()


def rehearse(file: Path | None) -> None:
    """Take the working time from this file from now on, or from the true clock again."""
    global _rehearsal
    _rehearsal = file


def is_rehearsal() -> bool:
    """Whether the working time is being played rather than lived."""
    return _rehearsal is not None


def set_rehearsal(file: Path, moment: datetime) -> None:
    """Move a rehearsal to this moment; readers see the old time or the new, never half of it."""
    beside = file.with_suffix(".next")
    beside.write_text(moment.astimezone(UTC).isoformat())
    beside.replace(file)
