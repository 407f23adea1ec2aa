"""Whether an observation may be taken: its kind, its time, its place, and its lawful basis.

What the checks compare with is read once for all reports of a batch.
"""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import bindparam, select
from sqlalchemy.orm import Session

from evidence import trace
from fieldops.domain.errors import FieldFault
from fieldops.domain.lawfulness import THIRD_PARTIES, Basis, SourceClass
from fieldops.domain.permissions import Actor
from fieldops.models import Address, Case, Contact, Item, Party
from fieldops.services import observation_values
from fieldops.services.by_ids import by_ids
from fieldops.services.trace_model import MODEL

# Put together once: they are asked for every single observation.
_CASES = by_ids(
    lambda named: (
        select(Case.id, Party.id, Party.person_id, Party.role, Address.id)
        .join(Party, Party.case_id == Case.id, isouter=True)
        .join(Address, Address.party_id == Party.id, isouter=True)
        .where(Case.organisation_id == bindparam("owner"), named(Case.id))
        .order_by(Party.id)
    )
)
_CONTACTS = by_ids(lambda named: select(Contact.id, Contact.case_id).where(named(Contact.id)))


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
    wanted = {one.case_id for one in reports}
    cases: set[UUID] = set()
    parties: defaultdict[UUID, dict[UUID, tuple[UUID, str]]] = defaultdict(dict)
    addresses: dict[UUID, UUID] = {}
    for case_id, party_id, person_id, role, address_id in _CASES.rows(
        session, wanted, owner=actor.organisation_id
    ):
        cases.add(case_id)
        if party_id is not None:
            parties[case_id][party_id] = person_id, role
        if address_id is not None:
            addresses[address_id] = case_id
    return Known(
        cases,
        {case_id: list(named.values()) for case_id, named in parties.items()},
        addresses,
        _contacts(session, reports, cases),
        _digests(session, reports, cases),
    )


def _contacts(
    session: Session, reports: Sequence[ObservationReport], cases: Collection[UUID]
) -> dict[UUID, UUID]:
    """The case of each contact that is named, where it is one of these cases."""
    named = {one.contact_id for one in reports if one.contact_id is not None}
    rows = _CONTACTS.rows(session, named) if named else ()
    return {one: case_id for one, case_id in rows if case_id in cases}


def _digests(
    session: Session, reports: Sequence[ObservationReport], cases: Collection[UUID]
) -> Mapping[UUID, Collection[str]]:
    """The items of evidence that are named, by the case in whose custody log they are."""
    found: defaultdict[UUID, set[str]] = defaultdict(set)
    if named := {digest for one in reports for digest in one.evidence}:
        items = select(Item.case_id, Item.sha256).where(
            Item.case_id.in_(cases), Item.sha256.in_(named)
        )
        for case_id, digest in session.execute(items):
            found[case_id].add(digest)
    return found


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
