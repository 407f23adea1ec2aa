"""Whether an observation may be taken: its kind, its time, its place, and its lawful basis.

What the checks compare with is read once for all reports of a batch.
"""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import BindParameter, bindparam, select
from sqlalchemy.orm import Session

from evidence import trace
from fieldops.domain.errors import FieldFault
from fieldops.domain.lawfulness import THIRD_PARTIES, Basis, SourceClass
from fieldops.domain.permissions import Actor
from fieldops.models import Address, Case, Contact, Item, Party, restriction
from fieldops.services import observation_values
from fieldops.services.trace_model import MODEL

# Put together once: they are asked for every single observation.
_NAMED: BindParameter[Collection[UUID]] = bindparam("named", expanding=True)
_CASES = (
    select(Case.id, Party.person_id, Party.role)
    .join(Party, Party.case_id == Case.id, isouter=True)
    .where(Case.organisation_id == bindparam("owner"), Case.id.in_(_NAMED))
    .order_by(Party.id)
)
_CASE_OF = {
    model: select(model.id, model.case_id).where(model.id.in_(_NAMED))
    for model in (Address, Contact)
}


@dataclass(frozen=True, slots=True)
class ObservationReport:
    """What somebody learned: of whom, where or of what asset, when, from whom, on what basis.

    `person_id` is the case's debtor if left out; `data` is that of the observation stream. What
    names other people (telephones, plates, names) belongs into `values`, which are sealed.
    """

    case_id: UUID
    kind: str
    observed_at: datetime
    source_class: SourceClass
    source_id: str
    basis: Basis
    person_id: UUID | None = None
    address_id: UUID | None = None
    asset: str | None = None
    grade: Mapping[str, Any] | None = None
    data: Mapping[str, Any] = field(default_factory=dict)
    evidence: Sequence[str] = ()
    contact_id: UUID | None = None
    polarity: str = "affirmed"
    valid_from: date | None = None
    valid_until: date | None = None
    values: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Known:
    """The cases of the actor that reports name, with their parties and what belongs to them.

    `parties` are (person, role) in order of their ids; addresses and contacts point to their case;
    `digests` are the items of evidence in the custody log of each case.
    """

    cases: Collection[UUID]
    parties: Mapping[UUID, Sequence[tuple[UUID, str]]]
    addresses: Mapping[UUID, UUID]
    contacts: Mapping[UUID, UUID]
    digests: Mapping[UUID, Collection[str]]

    def person_of(self, report: ObservationReport) -> UUID | None:
        """Whom a report is about: the party it names, else the debtor; None if there is none."""
        wanted = report.person_id
        for person_id, role in self.parties.get(report.case_id, ()):
            if person_id == wanted or (wanted is None and role == "debtor"):
                return person_id
        return None


def known_to(session: Session, reports: Sequence[ObservationReport], actor: Actor) -> Known:
    """Read what the checks of these reports compare with, of the actor's organisation alone."""
    asked = {"owner": actor.organisation_id, "named": list({one.case_id for one in reports})}
    cases: set[UUID] = set()
    parties: defaultdict[UUID, list[tuple[UUID, str]]] = defaultdict(list)
    for case_id, person_id, role in restriction.rows(session, _CASES, asked):
        cases.add(case_id)
        if person_id is not None:
            parties[case_id].append((person_id, role))
    digests: defaultdict[UUID, set[str]] = defaultdict(set)
    if named := {digest for one in reports for digest in one.evidence}:
        items = select(Item.case_id, Item.sha256).where(
            Item.case_id.in_(cases), Item.sha256.in_(named)
        )
        for case_id, digest in session.execute(items):
            digests[case_id].add(digest)
    return Known(
        cases,
        parties,
        _cases_of(session, Address, {one.address_id for one in reports}, cases),
        _cases_of(session, Contact, {one.contact_id for one in reports}, cases),
        digests,
    )


def _cases_of(
    session: Session,
    model: type[Address] | type[Contact],
    named: Collection[UUID | None],
    cases: Collection[UUID],
) -> dict[UUID, UUID]:
    """The case of each of these rows, where it is one of these cases."""
    wanted = [one for one in named if one is not None]
    if not wanted:
        return {}
    found = restriction.rows(session, _CASE_OF[model], {"named": wanted})
    return {one: case for one, case in found if case in cases}


def faults_of(known: Known, report: ObservationReport, *, now: datetime) -> list[FieldFault]:
    """Everything that is wrong with a report, each with its field and its cure."""
    found = []
    if known.person_of(report) is None:
        found.append(FieldFault("person_id", "is no party of the case", "name a party of the case"))
    found += [*faults_of_content(report), *_faults_of_basis(known, report)]
    if report.observed_at > now:
        found.append(FieldFault("observed_at", "lies in the future", "state when it was seen"))
    if report.address_id and known.addresses.get(report.address_id) != report.case_id:
        found.append(FieldFault("address_id", "is no address of the case", "name one of it"))
    if set(report.evidence) - set(known.digests.get(report.case_id, ())):
        cure = "upload the evidence first"
        found.append(FieldFault("evidence", "is not in the custody log of the case", cure))
    return found


def faults_of_content(report: ObservationReport) -> list[FieldFault]:
    """What is wrong with what a report says, whatever case it is of."""
    residence = MODEL.residence.knows(report.kind)
    if not residence and report.kind not in trace.known_asset_kinds():
        return [FieldFault("kind", "is not a known kind", "see the vocabulary of observations")]
    faults = observation_values.faults_of(report.values)
    if residence and report.polarity == "denied":
        cure = "take the contrary kind, such as statement.moved_away"
        faults.append(FieldFault("polarity", "is not for residence", cure))
    if residence and report.address_id is None:
        faults.append(FieldFault("address_id", "is missing", "a word on residence needs a place"))
    if trace.names_asset(report.kind) and not report.asset:
        cure = "name the asset, such as its plate, or the company"
        faults.append(FieldFault("asset", "is missing", cure))
    try:
        trace.from_mapping(
            {
                "id": "new",
                "person": "new",
                "kind": report.kind,
                "observed_at": report.observed_at.isoformat(),
                "recorded_at": report.observed_at.isoformat(),
                "source": {"class": report.source_class.value, "id": report.source_id},
                "asset": report.asset,
                "grade": report.grade,
                "data": dict(report.data),
                "evidence": list(report.evidence),
                "polarity": report.polarity,
                "valid_from": report.valid_from.isoformat() if report.valid_from else None,
                "valid_until": report.valid_until.isoformat() if report.valid_until else None,
            }
        )
    except trace.TraceError as wrong:
        name = str(wrong).partition(" ")[0]
        faults.append(FieldFault(name, str(wrong), "write it as the observation stream does"))
    return faults


def _faults_of_basis(known: Known, report: ObservationReport) -> list[FieldFault]:
    is_third = report.source_class in THIRD_PARTIES
    if is_third and report.basis is not Basis.THIRD_PARTY_VOLUNTARY:
        cure = "use THIRD_PARTY_VOLUNTARY and name the contact"
        return [FieldFault("basis", "does not fit a third party's word", cure)]
    if report.basis is not Basis.THIRD_PARTY_VOLUNTARY:
        return []
    if report.contact_id is None or known.contacts.get(report.contact_id) != report.case_id:
        cure = "name the contact of the case in which it was said"
        return [FieldFault("contact_id", "names no contact behind a third party's word", cure)]
    return []
