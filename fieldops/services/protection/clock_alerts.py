"""The clocks of data requests and breaches: compliance is told before and when each ends."""

from collections.abc import Iterator
from datetime import datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from fieldops.domain import alerting
from fieldops.domain.data_rights import ClockOf, DataRights
from fieldops.domain.permissions import Role
from fieldops.models import DataRequest, ProtectionRecord
from fieldops.models import restriction as restricted
from fieldops.services import notices
from fieldops.services.protection import registers, requests

CODES = {ClockOf.REQUEST: "data_request", ClockOf.BREACH: "breach"}
_PAGES = {ClockOf.REQUEST: "protection", ClockOf.BREACH: "protection/registers"}


def go_round(session: Session, organisation_id: UUID, *, rights: DataRights, at: datetime) -> None:
    """Tell of every clock whose next word is due, each word once."""
    words = []
    for clock, row_id, due_at in _running(session, organisation_id):
        word = rights.warning(clock, due_at, at)
        if word is not None:
            words.append(
                notices.Word(
                    about=_PAGES[clock], code=CODES[clock], occasion=alerting.NEAR,
                    role=Role.COMPLIANCE.value, version=(clock, row_id, due_at, word.before),
                    way=word.way, deadline_at=due_at,
                )
            )  # fmt: skip
    if words:
        notices.tell(session, organisation_id, words, at=at)


def _running(session: Session, organisation_id: UUID) -> Iterator[tuple[ClockOf, UUID, datetime]]:
    """Requests that wait for their answer, and breaches of which nobody was told yet."""
    open_ones = select(DataRequest.id, DataRequest.due_at).where(
        DataRequest.organisation_id == organisation_id,
        DataRequest.state.in_((requests.RECEIVED, requests.CHECKED)),
    )
    untold = select(ProtectionRecord.id, ProtectionRecord.due_at).where(
        ProtectionRecord.organisation_id == organisation_id,
        ProtectionRecord.register == registers.Register.BREACH.value,
        ProtectionRecord.state == registers.OPEN,
        ProtectionRecord.told_at.is_(None),
    )
    # The answer is owed to somebody who is restricted as well.
    with restricted.seeing(session):
        for clock, query in ((ClockOf.REQUEST, open_ones), (ClockOf.BREACH, untold)):
            for row_id, due_at in session.execute(query).all():
                if due_at is not None:
                    yield clock, row_id, due_at
