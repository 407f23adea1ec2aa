"""What each kind of entry does: the same service that its endpoint calls, at its own time.

The body of an entry was read by the schema of that endpoint when it came in, so that what is built
from it here is of the right form.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, fields
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy.orm import Session

from fieldops.domain.errors import FieldFault, InvalidInput
from fieldops.domain.instalments import Terms
from fieldops.domain.permissions import Actor
from fieldops.domain.phones import AuthorWord, EntryKind
from fieldops.domain.rights.tables import Rights
from fieldops.domain.rights.vocabulary import CameBy, Complexity, DisputeGround, RequestKind
from fieldops.domain.rulebook.records import RuleBook
from fieldops.domain.rulebook.vocabulary import Channel, HoldKind, HoldScope
from fieldops.domain.safety import SafetyPolicy
from fieldops.models import Alarm, Visit
from fieldops.services import alarms, holds, incidents, scoped, visits
from fieldops.services.phones import authors
from fieldops.services.rights import complaints, disputes, requests
from fieldops.services.rights.stopping import stop
from fieldops.services.rulings import ContactForbidden


@dataclass(frozen=True, slots=True)
class Means:
    """What the acts need of the house: its rules, tables and policies."""

    book: RuleBook
    rights: Rights
    safety: SafetyPolicy
    terms: Terms
    radius_metres: float
    together: visits.Together = visits.USUALLY


@dataclass(frozen=True, slots=True)
class Act:
    """One act of an agent: by whom, at which visit, when by our clock, and with what words.

    `offset` is what the phone's clock was behind ours, for the times that the words name.
    """

    visit_id: UUID | None
    body: Mapping[str, Any]
    happened: datetime
    offset: timedelta
    actor: Actor
    now: datetime
    device_id: UUID

    def ours(self, told: str) -> datetime:
        """A time that the phone's clock told, by ours; what is past is so for both."""
        return min(datetime.fromisoformat(told) + self.offset, self.now)

    def ahead(self, told: str) -> datetime:
        """The same of a time that may be still to come."""
        return datetime.fromisoformat(told) + self.offset


Done = Visit | ContactForbidden | None


def perform(session: Session, kind: EntryKind, act: Act, means: Means) -> Done:
    """Do it; gives the visit where one was changed, a refusal of the rulebook as a value.

    Raises what the service of the act raises.
    """
    return _ACTS[kind](session, act, means)


def _arrive(session: Session, act: Act, means: Means) -> Done:
    report = visits.read_arrival(act.body)
    found = visits.arrive(
        session, _visit(act), report, book=means.book, radius_metres=means.radius_metres,
        together=means.together, actor=act.actor, now=act.now, at=act.happened,
    )  # fmt: skip
    return found if isinstance(found, ContactForbidden) else found.visit


def _outcome(session: Session, act: Act, means: Means) -> Done:
    answers = {name: value for name, value in act.body.items() if name != "outcome"}
    return visits.record_outcome(
        session, _visit(act), act.body["outcome"], answers, version=None, book=means.book,
        terms=means.terms, actor=act.actor, now=act.now, at=act.happened,
    )  # fmt: skip


def _leave(session: Session, act: Act, means: Means) -> Done:
    return visits.leave(
        session, _visit(act), version=None, book=means.book, actor=act.actor, now=act.now,
        at=act.happened,
    )  # fmt: skip


def _cancel(session: Session, act: Act, means: Means) -> Done:
    return visits.cancel(
        session, _visit(act), act.body["reason"], for_safety=True, version=None,
        actor=act.actor, now=act.now,
    )  # fmt: skip


def _hold(session: Session, act: Act, means: Means) -> None:
    order = _order(
        holds.HoldOrder, {"begins_at": _told(act), **act.body},
        kind=HoldKind, scope=HoldScope, case_id=UUID, person_id=UUID,
        ends_at=act.ahead, begins_at=act.ours,
    )  # fmt: skip
    stop(session, order, came_by=CameBy.DOOR, rights=means.rights, actor=act.actor, now=act.now)


def _complaint(session: Session, act: Act, means: Means) -> None:
    order = _order(
        complaints.ComplaintOrder, {"received_at": _told(act), **act.body},
        case_id=UUID, came_by=CameBy, party_id=UUID, about_agent_id=UUID,
        about_account_id=UUID, complexity=Complexity, received_at=act.ours,
    )  # fmt: skip
    complaints.open_complaint(session, order, rights=means.rights, actor=act.actor, now=act.now)


def _dispute(session: Session, act: Act, means: Means) -> None:
    order = _order(
        disputes.DisputeOrder, act.body,
        case_id=UUID, came_by=CameBy, ground=DisputeGround, party_id=UUID,
    )  # fmt: skip
    disputes.open_dispute(session, order, rights=means.rights, actor=act.actor, now=act.now)


def _request(session: Session, act: Act, means: Means) -> None:
    order = _order(
        requests.RequestOrder, act.body,
        party_id=UUID, kind=RequestKind, came_by=CameBy, channel=Channel,
    )  # fmt: skip
    requests.record(
        session, order, book=means.book, rights=means.rights, actor=act.actor, now=act.now
    )


def _incident(session: Session, act: Act, means: Means) -> None:
    told = _order(incidents.IncidentReport, act.body, visit_id=UUID, happened_at=act.ours)
    incidents.report(
        session, told, policy=means.safety, rights=means.rights, actor=act.actor, now=act.now
    )


def _alarm(session: Session, act: Act, means: Means) -> None:
    call = alarms.read_call(act.body)
    alarms.call_for_help(session, call, policy=means.safety, actor=act.actor, now=act.now)


def _safe(session: Session, act: Act, means: Means) -> None:
    query = scoped.own(Alarm, act.actor).where(
        Alarm.agent_id == act.actor.agent_id, Alarm.ended_at.is_(None)
    )
    for alarm in session.scalars(query.order_by(Alarm.id)).all():
        alarms.say_safe(session, alarm.id, act.body.get("words", ""), actor=act.actor, now=act.now)


def _word(session: Session, act: Act, means: Means) -> None:
    authors.say(
        session, act.device_id, act.body["sequence"], AuthorWord(act.body["says"]),
        act.body.get("words", ""), actor=act.actor, now=act.now,
    )  # fmt: skip


def _told(act: Act) -> str:
    """When it happened, as the phone's clock told it."""
    return (act.happened - act.offset).isoformat()


def _visit(act: Act) -> UUID:
    if act.visit_id is None:
        raise InvalidInput(faults=[FieldFault("visit_id", "is missing")])
    return act.visit_id


def _order(made: type[Any], body: Mapping[str, Any], **readers: Callable[[Any], Any]) -> Any:
    """An order of this kind from a body that its schema has read; what is null is left out."""
    known = {one.name for one in fields(made)}
    needed = {one.name: None for one in fields(made) if one.name == "scope"}
    told = {
        name: readers[name](value) if name in readers else value
        for name, value in body.items()
        if name in known and value is not None
    }
    return made(**{**needed, **told})


_ACTS: dict[EntryKind, Callable[[Session, Act, Means], Done]] = {
    EntryKind.ARRIVE: _arrive,
    EntryKind.OUTCOME: _outcome,
    EntryKind.LEAVE: _leave,
    EntryKind.CANCEL: _cancel,
    EntryKind.HOLD: _hold,
    EntryKind.COMPLAINT: _complaint,
    EntryKind.DISPUTE: _dispute,
    EntryKind.REQUEST: _request,
    EntryKind.INCIDENT: _incident,
    EntryKind.ALARM: _alarm,
    EntryKind.SAFE: _safe,
    EntryKind.WORD: _word,
}
