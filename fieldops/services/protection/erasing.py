"""Erasing: the keys of a person and his debts are destroyed, and what was never sealed is emptied.

What proves what happened stays: hashes of evidence, the custody log, contacts and their rulings,
money. Every item gets its entry in the log first, so that a pack shows it as a stub and still
verifies. The caller holds the custody log and has decided that nothing keeps the record.
"""

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import delete, null, or_, select, update
from sqlalchemy.orm import Session

from evidence.custody.disclosure import withhold
from evidence.custody.entry import DESTROYED
from fieldops.models import (
    STATED,
    Account,
    Address,
    Arrival,
    Belief,
    Blob,
    Case,
    CaseBasket,
    Consent,
    Contact,
    Deadline,
    DeviceEntry,
    Flag,
    IdempotencyRecord,
    IdentityKey,
    IdentityMember,
    IdentityMove,
    Item,
    LegalEvent,
    Observation,
    ObservationKey,
    Pack,
    PackShare,
    Person,
    Plan,
    PlanTravel,
    Redaction,
    Stop,
    Upload,
    Visit,
    data_keys,
)
from fieldops.models import restriction as restricted
from fieldops.services import custody
from fieldops.services.protection import imported, resealing
from fieldops.services.protection.scope import ERASED, NO_TRACK, Scope

Discard = Callable[[UUID], object]


@dataclass(frozen=True, slots=True)
class Erased:
    """What was done: the keys destroyed, the hashes that stay by item, and rows by kind."""

    keys: Sequence[UUID] = ()
    hashes: dict[str, str] = field(default_factory=dict)
    counts: dict[str, int] = field(default_factory=dict)


def erase(
    session: Session,
    scope: Scope,
    *,
    organisation_id: UUID,
    cause: str,
    by: str,
    at: datetime,
    discard: Discard,
) -> Erased:
    """Erase persons and debts; `discard` removes the file of a pack. Doing it again does nothing.

    Files go before the transaction ends: after a crash in between it is all done again.
    """
    with restricted.seeing(session):
        items = _items(session, scope)
        hashes = {str(item.id): item.sha256 for item in items}
        for item in items:
            custody.append(
                session, item.case_id, DESTROYED, item, organisation_id=organisation_id,
                by=by, at=at, detail={"cause": cause},
            )  # fmt: skip
        _empty_items(session, items, at=at)
        packs = _withdraw_packs(session, scope, discard, at=at)
        # Older values are brought under the keys first, or they would outlive them.
        resealing.reseal(session, Observation, Observation.person_id.in_(scope.people))
        resealing.reseal(session, Case, Case.id.in_(scope.debts))
        resealing.reseal(session, Person, Person.id.in_(scope.people))
        resealing.reseal(session, Address, Address.party_id.in_(scope.parties))
        keys = [
            *data_keys.destroy(session, data_keys.PERSON, scope.people, organisation_id, at=at),
            *data_keys.destroy(session, data_keys.CASE, scope.debts, organisation_id, at=at),
        ]
        counts = {
            "persons": _empty_people(session, scope),
            "cases": _empty_cases(session, scope),
            "observations": _empty_observations(session, scope),
            "items": len(items),
            "packs": packs,
        }
        _forget_derived(session, scope, organisation_id)
        session.flush()
        session.expire_all()
    return Erased(keys, hashes, counts)


def _items(session: Session, scope: Scope) -> Sequence[Item]:
    """The evidence of the debts that was not destroyed before."""
    query = (
        select(Item)
        .join(Blob, Blob.id == Item.blob_id)
        .where(Item.case_id.in_(scope.debts), Blob.wrapped_key.is_not(None))
    )
    return session.scalars(query.order_by(Item.id)).all()


def _empty_items(session: Session, items: Sequence[Item], *, at: datetime) -> None:
    ids = [item.id for item in items]
    copies = session.scalars(select(Redaction).where(Redaction.item_id.in_(ids))).all()
    blobs = {item.blob_id for item in items} | {copy.blob_id for copy in copies}
    for blob in session.scalars(select(Blob).where(Blob.id.in_(blobs))):
        blob.wrapped_key, blob.destroyed_at = None, at
    for copy in copies:
        copy.state, copy.told = "discarded", None
    for item in items:
        item.filename, item.fix, item.properties, item.findings = ERASED, None, {}, []
        # The commitments stay: they are what the entry of receipt is checked against.
        item.record = withhold(item.record, set(item.record))
    visits = [item.visit_id for item in items]
    gone = or_(Upload.item_id.in_(ids), Upload.visit_id.in_(visits))
    for upload in session.scalars(select(Upload).where(gone)):
        # The key of an upload is the key of the blob that it became.
        upload.wrapped_key, upload.details = b"", {"sha256": upload.details.get("sha256")}
    session.flush()


def _withdraw_packs(session: Session, scope: Scope, discard: Discard, *, at: datetime) -> int:
    packs = session.scalars(
        select(Pack).where(Pack.case_id.in_(scope.debts), Pack.state != ERASED)
    ).all()
    for pack in packs:
        discard(pack.id)
        pack.state, pack.purpose, pack.asked, pack.seals = ERASED, ERASED, None, None
    shares = PackShare.pack_id.in_([pack.id for pack in packs])
    open_ones = update(PackShare).where(shares, PackShare.revoked_at.is_(None))
    session.execute(open_ones.values(revoked_at=at))
    return len(packs)


def _empty_people(session: Session, scope: Scope) -> int:
    emptied: dict[str, Any] = {
        "id_number": None, "id_number_index": None, "phone": None, "phone_index": None,
        "other_phones": None, "starred": None, "wishes": {}, "links_due": False,
    }  # fmt: skip
    found = session.execute(update(Person).where(Person.id.in_(scope.people)).values(emptied))
    owned = Consent.person_id.in_(scope.people)
    session.execute(update(Consent).where(owned).values(evidence=ERASED, window=[]))
    session.execute(
        update(Contact).where(Contact.person_id.in_(scope.people)).values(number_index=None)
    )
    unlocated: dict[str, Any] = {
        "given_position": null(), "lat": None, "lon": None, "state": "unlocated", "grade": "none",
        "provider": "", "area_code": None, "candidates": [], "visit_allowed_reason": None,
        "settled_reason": None, "text_index": ERASED,
    }  # fmt: skip
    whose = or_(Address.party_id.in_(scope.parties), Address.case_id.in_(scope.debts))
    session.execute(update(Address).where(whose).values(unlocated))
    return _count(found)


def _empty_cases(session: Session, scope: Scope) -> int:
    cases = session.scalars(select(Case).where(Case.id.in_(scope.debts))).all()
    imported.forget_cases(session, cases)
    for case in cases:
        mark = f"{ERASED}:{case.id.hex}"
        case.number, case.content_key, case.state = mark, mark, ERASED
    debts = scope.debts
    emptied: dict[str, Any] = {"answers": None, "cancelled_reason": None, "remarks": []}
    visits = update(Visit).where(Visit.case_id.in_(debts)).values(emptied)
    session.execute(visits.execution_options(synchronize_session=False))
    visited = select(Visit.id).where(Visit.case_id.in_(debts))
    session.execute(
        update(Arrival)
        .where(Arrival.visit_id.in_(visited))
        .values(NO_TRACK)
        .execution_options(synchronize_session=False)
    )
    session.execute(update(LegalEvent).where(LegalEvent.case_id.in_(debts)).values(subject=""))
    session.execute(delete(CaseBasket).where(CaseBasket.case_id.in_(debts)))
    _forget_plans(session, debts)
    return len(cases)


def _forget_plans(session: Session, debts: Sequence[UUID]) -> None:
    plans = set(session.scalars(select(Stop.plan_id).where(Stop.case_id.in_(debts))))
    emptied = update(Plan).where(Plan.id.in_(plans)).values(problem=null())
    session.execute(emptied.execution_options(synchronize_session=False))
    session.execute(delete(PlanTravel).where(PlanTravel.plan_id.in_(plans)))


def _empty_observations(session: Session, scope: Scope) -> int:
    whose = Observation.person_id.in_(scope.people)
    emptied: dict[str, Any] = {"asset": None, "data": {}, "source_id": ""}
    found = session.execute(
        update(Observation)
        .where(whose)
        .values(emptied)
        .execution_options(synchronize_session=False)
    )
    session.execute(delete(ObservationKey).where(ObservationKey.person_id.in_(scope.people)))
    return _count(found)


def _forget_derived(session: Session, scope: Scope, organisation_id: UUID) -> None:
    """What was worked out from it, and answers that were kept for phones."""
    people, debts = scope.people, scope.debts
    session.execute(
        delete(Belief).where(or_(Belief.person_id.in_(people), Belief.case_id.in_(debts)))
    )
    session.execute(delete(Deadline).where(Deadline.case_id.in_(debts)))
    whose = or_(Flag.person_id.in_(people), Flag.case_id.in_(debts))
    for flag in session.scalars(select(Flag).where(whose)):
        flag.subject, flag.clocks = f"{ERASED}:{flag.id.hex}", []
    session.execute(delete(IdentityKey).where(IdentityKey.person_id.in_(people)))
    session.execute(delete(IdentityMember).where(IdentityMember.person_id.in_(people)))
    session.execute(delete(IdentityMove).where(IdentityMove.person_id.in_(people)))
    ids = [str(one).encode() for one in (*people, *debts, *scope.parties)]
    kept = select(IdempotencyRecord).join(Account, Account.id == IdempotencyRecord.account_id)
    for answer in session.scalars(kept.where(Account.organisation_id == organisation_id)):
        if any(one in bytes(answer.body) for one in ids):
            session.delete(answer)
    _forget_stated(session, scope)
    _forget_entries(session, scope, organisation_id)


def _forget_stated(session: Session, scope: Scope) -> None:
    """What other houses state of it; those tables refer to those before them."""
    for model in reversed(STATED):
        whose = model.case_id.in_(scope.debts)
        person = getattr(model, "person_id", None)
        if person is not None:
            whose |= person.in_(scope.people)
        session.execute(delete(model).where(whose))


def _forget_entries(session: Session, scope: Scope, organisation_id: UUID) -> None:
    """What phones wrote of it and nobody applied; that there was an entry stays."""
    visits = set(session.scalars(select(Visit.id).where(Visit.case_id.in_(scope.debts))))
    names = [str(one) for one in (*scope.debts, *scope.parties)]
    kept = select(DeviceEntry).where(
        DeviceEntry.organisation_id == organisation_id, DeviceEntry.body.is_not(None)
    )
    for entry in session.scalars(kept):
        text = json.dumps(entry.body)
        if entry.visit_id in visits or any(name in text for name in names):
            entry.body = entry.problem = entry.settled_words = entry.author_words = None


def _count(result: object) -> int:
    return int(getattr(result, "rowcount", 0))
