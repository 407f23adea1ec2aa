"""Legal holds over somebody who rests: placed and ended while his restriction stands.

Securing a record for a court is storing it, which a restriction allows; nothing is shown of it.
Whoever does so is kept in the log of readings.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from fieldops.domain.bilingual import Bilingual
from fieldops.domain.errors import Forbidden, NotFound
from fieldops.domain.permissions import Actor, Permission
from fieldops.domain.rights.tables import Rights
from fieldops.domain.rulebook.vocabulary import HoldKind, HoldScope
from fieldops.models import Hold, RestrictedSubject, Restriction
from fieldops.models import restriction as restricted
from fieldops.services import access_log, hold_ending, holds, scoped
from fieldops.services.protection import restricting, scope

PURPOSE = "legal-hold"
_RESTS_NOT = Bilingual("This person is not restricted.", "此人未被限制处理。")


def place(
    session: Session,
    person_id: UUID,
    reason: str,
    evidence: str | None,
    *,
    rights: Rights,
    actor: Actor,
    now: datetime,
) -> Hold:
    """Have nothing of a restricted person erased until counsel lifts this; the same twice is one.

    Raises Forbidden, InvalidInput, and NotFound where nobody of this id rests.
    """
    _check(actor)
    found = scope.of_person(session, person_id, actor)
    if restricting.standing(session, person_id) is None or not found.cases:
        raise NotFound(_RESTS_NOT)
    order = holds.HoldOrder(
        HoldKind.LEGAL, HoldScope.PERSON, found.cases[0], reason, person_id=person_id,
        evidence=evidence,
    )  # fmt: skip
    with restricted.seeing(session):
        hold = holds.place(session, order, rights=rights, actor=actor, now=now).hold
    _note(session, person_id, actor=actor, now=now)
    return hold


def lift(
    session: Session, hold_id: UUID, reason: str, *, rights: Rights, actor: Actor, now: datetime
) -> Hold:
    """End a legal hold over somebody who rests; he rests on, and his periods run again.

    Raises what `hold_ending.lift` raises, and NotFound for any other hold.
    """
    _check(actor)
    with restricted.seeing(session):
        hold = scoped.get(session, Hold, hold_id, actor)
        whose = _restriction_of(session, hold)
        if hold.kind != HoldKind.LEGAL.value or whose is None:
            raise scoped.missing(Hold, hold_id)
        hold_ending.lift(session, hold_id, reason, rights=rights, actor=actor, now=now)
    _note(session, whose.person_id, actor=actor, now=now)
    return hold


def standing(session: Session, actor: Actor, *, at: datetime) -> Mapping[UUID, Sequence[Hold]]:
    """The legal holds that stand over who rests, by the restriction under which he does."""
    query = (
        select(RestrictedSubject.restriction_id, Hold)
        .join(Hold, RestrictedSubject.subject_id.in_([Hold.person_id, Hold.case_id]))
        .where(Hold.organisation_id == actor.organisation_id, scope.is_legal_at(at))
        .order_by(Hold.id)
    )
    found: defaultdict[UUID, list[Hold]] = defaultdict(list)
    with restricted.seeing(session):
        for restriction_id, hold in session.execute(query):
            found[restriction_id].append(hold)
    return found


def _restriction_of(session: Session, hold: Hold) -> Restriction | None:
    query = (
        select(Restriction)
        .join(RestrictedSubject, RestrictedSubject.restriction_id == Restriction.id)
        .where(RestrictedSubject.subject_id.in_([hold.person_id or hold.case_id]))
    )
    return session.scalars(query.order_by(Restriction.id).limit(1)).one_or_none()


def _check(actor: Actor) -> None:
    if not actor.may(Permission.OPEN_RESTRICTED):
        raise Forbidden(Permission.OPEN_RESTRICTED.value)


def _note(session: Session, person_id: UUID, *, actor: Actor, now: datetime) -> None:
    access_log.note(session, f"person:{person_id}", PURPOSE, actor=actor, now=now)
    session.flush()
