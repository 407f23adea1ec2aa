"""What geocoders said before: kept under a blind index, so that the table names no address."""

from datetime import datetime
from typing import Any

from sqlalchemy import delete
from sqlalchemy.orm import Session

from fieldops.domain.locating import Outcome, as_record, from_record
from fieldops.models import GeocoderAnswer, sealing


def find_answer(session: Session, key: str, *, now: datetime) -> Outcome | None:
    """The answer kept under a key while it is good; an unreadable one counts as none."""
    row = session.get(GeocoderAnswer, _index(key))
    if row is None or row.expires_at <= now:
        return None
    try:
        return from_record(row.answer)
    except (KeyError, TypeError, ValueError):
        return None


def keep_answer(session: Session, key: str, outcome: Outcome, *, expires_at: datetime) -> None:
    """Keep an answer under a key, in the place of an earlier one."""
    record: dict[str, Any] = dict(as_record(outcome))
    provider = key.partition(":")[0][:40]
    row = GeocoderAnswer(id=_index(key), provider=provider, answer=record, expires_at=expires_at)
    session.merge(row)
    session.flush()


def forget_answers(session: Session, *, now: datetime) -> None:
    """Delete the answers that are no longer good."""
    session.execute(delete(GeocoderAnswer).where(GeocoderAnswer.expires_at <= now))


def _index(key: str) -> str:
    # Places are no secret of one organisation: all share what was asked.
    return sealing.current().blind_index("geocoder-answer", "", key)
