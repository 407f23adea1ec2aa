"""What a visit or a contact showed, as observations in the vocabulary of the trace library.

Each is written once, known by its origin and kind. Nothing is made of an outcome that says nothing
about where somebody lives or what became of an asset.
"""

import json
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from fieldops.domain.answers import Answers, Said, Seen, Witness, answers_of
from fieldops.domain.lawfulness import Basis, SourceClass
from fieldops.domain.permissions import Actor
from fieldops.domain.rulebook.vocabulary import LIABLE
from fieldops.domain.visiting import MET, Outcome, Sighting
from fieldops.models import Contact, Item, Observation, Visit
from fieldops.services import observations, scoped
from fieldops.services.trace_model import MODEL
from fieldops.services.visits.remarks import has_remark

_OF_OUTCOME = {
    Outcome.MET_FAMILY: "visit.met_family",
    Outcome.NO_ANSWER: "visit.no_answer",
    Outcome.NEW_OCCUPANT: "visit.new_occupant",
    Outcome.VACANT: "visit.vacant",
    **dict.fromkeys(MET, "visit.met_debtor"),
}
_OF_SIGHTING = {
    Sighting.VEHICLE_PRESENT: "vehicle.seen",
    Sighting.VEHICLE_ABSENT: "vehicle.absent",
    Sighting.FOR_SALE_SIGN: "asset.listed_for_sale",
    Sighting.GOODS_LEAVING: "premises.emptying",
    Sighting.PREMISES_CLOSED: "premises.closed",
}
# Where a fix is doubtful so is what its owner says he saw: credibility 4, "doubtfully true".
_SEEN, _DOUBTFUL, _HEARD = 2, 4, 3
_DOUBTS = ("mock-position", "far-from-address")


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that was learned, before it is written down."""

    kind: str
    source_class: SourceClass
    source_id: str
    basis: Basis
    credibility: int
    asset: str | None = None
    data: dict[str, Any] = field(default_factory=dict)


def observe_visit(
    session: Session, visit_id: UUID, *, actor: Actor, now: datetime
) -> list[Observation]:
    """Write what the visit's outcome and answers showed; returns all its observations.

    A visit without an outcome shows nothing. Called again it writes nothing new.
    """
    visit = scoped.get(session, Visit, visit_id, actor)
    if visit.outcome is None or visit.answers is None:
        return []
    origin = f"visit:{visit.id}"
    known = _of_origin(session, visit, origin)
    added: list[Observation] = []
    taken = {(one.origin, one.kind) for one in known}
    contact = session.scalar(select(Contact.id).where(Contact.visit_id == visit.id))
    evidence = list(session.scalars(select(Item.sha256).where(Item.visit_id == visit.id)))
    repeats: Counter[str] = Counter()
    for finding in _findings(visit, answers_of(json.loads(visit.answers))):
        repeats[finding.kind] += 1
        # Two neighbours may say the same: the second word has an origin of its own.
        own = origin if repeats[finding.kind] == 1 else f"{origin}#{repeats[finding.kind]}"
        if (own, finding.kind) not in taken:
            added.append(_row(visit, finding, own, contact, evidence, now=now))
    observations.keep(session, added, now=now)
    return known + added


def subject_person(visit: Visit) -> UUID:
    """Whom the visit tells of: the one visited if he owes, else the debtor he was visited about."""
    return visit.party.person_id if visit.party.role in LIABLE else visit.debtor_id


def _of_origin(session: Session, visit: Visit, origin: str) -> list[Observation]:
    # By person, so that one part of a large table and its index are asked and not all.
    query = select(Observation).where(
        Observation.person_id == subject_person(visit),
        Observation.organisation_id == visit.organisation_id,
        (Observation.origin == origin) | Observation.origin.startswith(f"{origin}#"),
    )
    return list(session.scalars(query.order_by(Observation.id)))


def _findings(visit: Visit, answers: Answers) -> Iterator[Finding]:
    outcome, agent = Outcome(str(visit.outcome)), str(visit.agent_id)
    seen = _DOUBTFUL if has_remark(visit, *_DOUBTS) else _SEEN
    # A third party who refuses to speak is not the debtor met.
    refused_by_other = outcome is Outcome.REFUSED and visit.party.role not in LIABLE
    if outcome in _OF_OUTCOME and not refused_by_other:
        kind = _OF_OUTCOME[outcome]
        yield Finding(kind, SourceClass.AGENT, agent, Basis.OBSERVED_FROM_PUBLIC_PLACE, seen)
    for said in dict.fromkeys(answers.statements):
        yield _statement(visit, said)
    for sighting in dict.fromkeys(answers.sightings):
        yield _sighting(visit, sighting, agent, seen)


def _statement(visit: Visit, said: Said) -> Finding:
    own = said.who is Witness.DEBTOR
    return Finding(
        kind=f"statement.{said.says.value}",
        source_class=SourceClass(said.who.value),
        # Nobody is named: those of one class at one door count as one witness.
        source_id=str(visit.party.person_id if own else visit.address_id),
        basis=Basis.DEBTOR_STATEMENT if own else Basis.THIRD_PARTY_VOLUNTARY,
        credibility=_HEARD,
    )


def _sighting(visit: Visit, seen: Seen, agent: str, credibility: int) -> Finding:
    kind = _OF_SIGHTING[seen.sighting]
    # Without a name of its own a thing for sale is the place itself, as the premises are.
    asset = seen.asset or (str(visit.address_id) if kind.startswith("asset.") else None)
    basis = Basis.OBSERVED_FROM_PUBLIC_PLACE
    return Finding(kind, SourceClass.AGENT, agent, basis, credibility, asset)


def _row(
    visit: Visit,
    finding: Finding,
    origin: str,
    contact_id: UUID | None,
    evidence: list[str],
    *,
    now: datetime,
) -> Observation:
    return Observation(
        organisation_id=visit.organisation_id,
        case_id=visit.case_id,
        person_id=subject_person(visit),
        address_id=visit.address_id,
        asset=finding.asset,
        kind=finding.kind,
        observed_at=visit.arrived_at or visit.recorded_at or now,
        recorded_at=visit.recorded_at or now,
        source_class=finding.source_class.value,
        source_id=finding.source_id,
        basis=finding.basis.value,
        grade=grade(finding.source_class, finding.credibility),
        data=finding.data,
        evidence=evidence,
        origin=origin,
        contact_id=contact_id,
    )


def grade(source: SourceClass, credibility: int) -> dict[str, Any]:
    """The usual letter of a class of source, with this digit, as the trace model reads it."""
    letters = MODEL.residence.usual_grade
    return {
        "reliability": letters.get(source.value, letters["other"]),
        "credibility": credibility,
    }
