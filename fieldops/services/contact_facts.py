"""What the rulebook looks at, read from the database for many contacts at once.

However many cases are asked for, the number of queries stays the same. Names, telephones and
texts of addresses are not read: no rule needs them.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.orm import Session

from fieldops.domain.provinces import HOME, jurisdictions_of
from fieldops.domain.rulebook import proposal as rules
from fieldops.domain.rulebook.vocabulary import Channel, CreditorKind, Gate, PlaceKind, Role
from fieldops.domain.team.standing import EVALUATION, Declared, Kept, agent_of, held
from fieldops.models import Address, Agency, Agent, Case, Organisation, Party, TeamRecord, Visit
from fieldops.services import contact_records as records
from fieldops.services.contact_records import History, Rows, Standing
from fieldops.services.organisations import DRILL
from fieldops.services.parts import in_parts
from fieldops.services.same_people import Same, same_people

HISTORY = timedelta(days=31)
"""How far back earlier contacts are read: a day more than the longest period that is capped."""

_HOME_ZONE = ZoneInfo("Asia/Shanghai")


@dataclass(frozen=True, slots=True)
class Subject:
    """Whom a contact would reach and where: one party of one case at one address."""

    case_id: UUID
    case_state: str
    address_id: UUID
    address_kind: str
    area_code: str | None
    party_id: UUID
    role: str
    opted_out: bool
    person_id: UUID
    debtor_id: UUID
    same: Same

    @property
    def person(self) -> UUID:
        """Under which name contact with this party counts, whatever record it was made on."""
        return self.same.of(self.person_id)

    @property
    def debtor(self) -> UUID:
        """Under which name contact about this debtor counts."""
        return self.same.of(self.debtor_id)


@dataclass(frozen=True)
class ContactFacts:
    """Everything the rules look at for the subjects that were asked for."""

    zone: ZoneInfo
    jurisdictions: tuple[str, ...]
    creditor_kind: CreditorKind | None
    subjects: Mapping[UUID, Subject]
    history: History
    standing: Standing
    agents: Mapping[UUID, rules.Agent] = field(default_factory=dict)

    def proposal(
        self,
        address_id: UUID,
        start: datetime,
        end: datetime,
        agents: Iterable[rules.Agent],
        *,
        gate: Gate = Gate.PLAN,
        without_visit: UUID | None = None,
        also: Sequence[rules.PastContact] = (),
        spent: Collection[str] = (),
        facts: rules.DoorFacts | None = None,
    ) -> rules.Proposal:
        """A visit to this address as the rulebook takes it.

        `without_visit` is the visit that is judged, which must not count against itself; `also`
        are contacts and `spent` overrides that are being fixed and used in the same act.
        KeyError for an unknown address.
        """
        subject = self.subjects[address_id]
        history = self.history.of(subject.debtor_id, subject.person_id, without_visit)
        return rules.Proposal(
            contact=rules.Contact(
                channel=Channel.VISIT,
                start=start.astimezone(self.zone),
                end=end.astimezone(self.zone),
                party=self.standing.party(
                    subject.person_id, _role(subject.role), opted_out=subject.opted_out
                ),
                place=self._place(subject),
                agents=tuple(agents),
            ),
            creditor=rules.Creditor(self.jurisdictions, self.creditor_kind),
            debt=rules.Debt(str(subject.case_id), disputed=subject.case_state == "disputed"),
            debtor=rules.Debtor(
                id=str(subject.debtor),
                failed_dial_days=self.history.failed_dial_days(subject.debtor_id, self.zone),
                represented=self.standing.represented(subject.debtor_id),
                refused_workplace=self.standing.refused_workplace(subject.debtor_id),
                wishes=self.standing.wishes(subject.debtor_id),
            ),
            history=(*history, *also),
            holds=self.standing.holds(subject.case_id, subject.debtor_id, subject.person_id),
            consents=self.standing.consents(subject.person_id),
            overrides=self._overrides(subject, without_visit, spent),
            facts=facts or rules.DoorFacts(),
            gate=gate,
        )

    def _overrides(
        self, subject: Subject, visit_id: UUID | None, spent: Collection[str]
    ) -> tuple[rules.Override, ...]:
        found = self.standing.overrides(subject.case_id, subject.debtor_id, visit_id)
        return tuple(one for one in found if one.id not in spent)

    @property
    def people(self) -> set[UUID]:
        """All persons whose contacts count."""
        return {who for one in self.subjects.values() for who in (one.debtor_id, one.person_id)}

    def _place(self, subject: Subject) -> rules.Place:
        known = jurisdictions_of(subject.area_code)
        zone = _HOME_ZONE if known else self.zone
        return rules.Place(_place_kind(subject.address_kind), (zone,), known or self.jurisdictions)


def gather(
    session: Session,
    organisation_id: UUID,
    *,
    address_ids: Iterable[UUID],
    since: datetime,
    agents: Iterable[Agent] = (),
) -> ContactFacts:
    """Read the facts for visits to these addresses, with the contacts since then.

    Addresses of other organisations are left out, as if they did not exist.
    """
    organisation = session.get_one(Organisation, organisation_id)
    subjects = _subjects(session, organisation_id, list(address_ids))
    cases = {one.case_id for one in subjects.values()}
    people = {who for one in subjects.values() for who in (one.debtor_id, one.person_id)}
    return ContactFacts(
        zone=ZoneInfo(organisation.timezone),
        jurisdictions=tuple(organisation.jurisdictions) or (HOME,),
        creditor_kind=creditor_kind(organisation.kind),
        subjects=subjects,
        history=records.history(session, organisation_id, people, since),
        standing=records.standing(session, organisation_id, people, cases),
        agents={agent.id: rulebook_agent(agent) for agent in agents},
    )


def proposal_for_visit(
    session: Session,
    visit: Visit,
    start: datetime,
    end: datetime,
    agents: Iterable[Agent],
    *,
    gate: Gate = Gate.DOOR,
    facts: rules.DoorFacts | None = None,
) -> rules.Proposal:
    """A visit as the rulebook takes it, at this time and by these agents.

    Raises InvalidInput when `end` does not follow `start` by at most 24 hours.
    """
    found = gather(
        session,
        visit.organisation_id,
        address_ids=[visit.address_id],
        since=start - HISTORY,
    )
    return found.proposal(
        visit.address_id,
        start,
        end,
        [rulebook_agent(agent) for agent in agents],
        gate=gate,
        without_visit=visit.id,
        facts=facts,
    )


def rulebook_agent(agent: Agent) -> rules.Agent:
    """A field agent as the rules see him, with the records that stand."""
    return agent_of(
        str(agent.id),
        _kept(agent.records),
        Declared(agent.trained_until, agent.background_ok),
        agency=None if agent.agency is None else agency_holds(agent.agency),
        cleared=agent.suspended_at is None,
    )


def agency_holds(agency: Agency) -> tuple[rules.Credential, ...]:
    """What an agency holds as the rules see it: its records, and the evaluations it passed.

    An evaluation that was failed ends those before it.
    """
    judged = [
        Kept(EVALUATION, one.passed, one.held_on, one.ends_on)
        for one in agency.evaluations
        if one.withdrawn_at is None
    ]
    return held([*_kept(agency.records), *judged])


def _kept(records: Iterable[TeamRecord]) -> list[Kept]:
    return [
        Kept(one.kind, one.passed, one.begins_on, one.ends_on)
        for one in records
        if one.withdrawn_at is None
    ]


def _subjects(session: Session, organisation_id: UUID, ids: list[UUID]) -> dict[UUID, Subject]:
    rows = [
        row
        for part in in_parts(ids)
        for row in session.execute(_subject_query(organisation_id, part))
    ]
    debtors = _debtors(session, {row.case_id for row in rows})
    same = same_people(session, {*debtors.values(), *(row.person_id for row in rows)})
    return {
        row.address_id: Subject(
            case_id=row.case_id,
            case_state=row.state,
            address_id=row.address_id,
            address_kind=row.kind,
            area_code=row.area_code,
            party_id=row.party_id,
            role=row.role,
            opted_out=row.opted_out_at is not None,
            person_id=row.person_id,
            debtor_id=debtors.get(row.case_id, row.person_id),
            same=same,
        )
        for row in rows
    }


def _subject_query(organisation_id: UUID, ids: list[UUID]) -> Rows:
    return (
        select(
            Address.id.label("address_id"),
            Address.case_id,
            Address.kind,
            Address.area_code,
            Case.state,
            Party.id.label("party_id"),
            Party.role,
            Party.opted_out_at,
            Party.person_id,
        )
        .join(Case, Address.case_id == Case.id)
        .join(Party, Address.party_id == Party.id)
        .where(Address.organisation_id == organisation_id, Address.id.in_(ids))
    )


def _debtors(session: Session, case_ids: Iterable[UUID]) -> dict[UUID, UUID]:
    found: dict[UUID, UUID] = {}
    for part in in_parts(case_ids):
        query = (
            select(Party.case_id, Party.person_id)
            .where(Party.case_id.in_(part), Party.role == Role.DEBTOR.value)
            .order_by(Party.id)
        )
        for case_id, person_id in session.execute(query):
            found.setdefault(case_id, person_id)
    return found


def _role(word: str) -> Role:
    # A part in the case that the rules have no word for is that of a third party.
    return Role(word) if word in set(Role) else Role.OTHER


def _place_kind(word: str) -> PlaceKind:
    return PlaceKind(word) if word in set(PlaceKind) else PlaceKind.OTHER


def creditor_kind(word: str) -> CreditorKind | None:
    """What an organisation is to the rulebook; a drill keeps the rules of an agency."""
    if word == DRILL:
        return CreditorKind.AGENCY
    return CreditorKind(word) if word in set(CreditorKind) else None
