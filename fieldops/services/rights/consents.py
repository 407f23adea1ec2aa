"""Consents: what a person agreed to, with its paper and its end; revoked by a word, at once."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, time
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from fieldops.domain.errors import FieldFault, Forbidden, InvalidInput
from fieldops.domain.permissions import Actor, Permission
from fieldops.domain.rulebook.vocabulary import Channel
from fieldops.models import Case, Consent, Party
from fieldops.services import holds, scoped

LONGEST_EVIDENCE = 200


@dataclass(frozen=True, slots=True)
class ConsentOrder:
    """What a party agreed to; `window` are local times as ["20:00", "22:00"], () is any hour.

    `evidence` names the paper, message or recording in which he did.
    """

    party_id: UUID
    channel: Channel
    evidence: str
    window: Sequence[str] = ()
    expires_at: datetime | None = None


def record(session: Session, order: ConsentOrder, *, actor: Actor, now: datetime) -> Consent:
    """Take a consent down; the same one twice is one while it stands.

    Raises Forbidden, NotFound (an agent reaches only cases of his days), InvalidInput.
    """
    party = _reached(session, order.party_id, actor, now)
    window, evidence = _window(order.window), order.evidence.strip()
    faults = []
    if not 1 <= len(evidence) <= LONGEST_EVIDENCE:
        cure = "name the paper, message or recording in which the person agreed"
        faults.append(FieldFault("evidence", "is empty or longer than 200 characters", cure))
    if window is None:
        cure = "write two local times as 20:00 and 22:00, or none for any hour"
        faults.append(FieldFault("window", "is no span of hours", cure))
    if order.expires_at is not None and order.expires_at <= now:
        faults.append(FieldFault("expires_at", "is over", "name a later day, or none"))
    if faults:
        raise InvalidInput("The consent cannot be taken so.", faults=faults)
    known = _standing(session, party, order, window or [], evidence)
    if known is not None:
        return known
    consent = Consent(
        organisation_id=party.organisation_id,
        person_id=party.person_id,
        channel=order.channel.value,
        window=window,
        evidence=evidence,
        granted_at=now,
        expires_at=order.expires_at,
    )
    session.add(consent)
    session.flush()
    return consent


def revoke(session: Session, consent_id: UUID, *, actor: Actor, now: datetime) -> Consent:
    """End a consent at once; the first time stays. Visits that rest on it are refused at the door.

    Raises Forbidden, NotFound.
    """
    if not actor.may(Permission.RECORD_REQUESTS):
        raise Forbidden(Permission.RECORD_REQUESTS.value)
    consent = scoped.get(session, Consent, consent_id, actor, lock=True)
    consent.revoked_at = consent.revoked_at or now
    session.flush()
    return consent


def of_case(session: Session, case: Case) -> Sequence[Consent]:
    """The consents of the parties of a case, the latest first, with those that ended."""
    people = select(Party.person_id).where(Party.case_id == case.id)
    query = select(Consent).where(Consent.person_id.in_(people))
    return session.scalars(query.order_by(Consent.granted_at.desc(), Consent.id)).all()


def _reached(session: Session, party_id: UUID, actor: Actor, now: datetime) -> Party:
    if not actor.may(Permission.RECORD_REQUESTS):
        raise Forbidden(Permission.RECORD_REQUESTS.value)
    party = scoped.get(session, Party, party_id, actor, lock=True)
    holds.require_of_his_days(session, session.get_one(Case, party.case_id), actor=actor, now=now)
    return party


def _window(given: Sequence[str]) -> list[str] | None:
    """The two times, [] for any hour, or None for what is neither."""
    if not given:
        return []
    try:
        begins, ends = (time.fromisoformat(one) for one in given)
    except ValueError:
        return None
    return [f"{begins:%H:%M}", f"{ends:%H:%M}"] if begins < ends else None


def _standing(
    session: Session, party: Party, order: ConsentOrder, window: list[str], evidence: str
) -> Consent | None:
    query = select(Consent).where(
        Consent.person_id == party.person_id,
        Consent.channel == order.channel.value,
        Consent.evidence == evidence,
        Consent.revoked_at.is_(None),
    )
    found = session.scalars(query.order_by(Consent.id)).all()
    same = (one for one in found if (one.window, one.expires_at) == (window, order.expires_at))
    return next(same, None)
