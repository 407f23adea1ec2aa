"""What stands against contact with some persons: earlier contacts, holds, consents and wishes."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta, tzinfo
from typing import Any, NamedTuple
from uuid import UUID

from sqlalchemy import Select, and_, or_, select
from sqlalchemy.orm import Session

from fieldops.domain.rights.vocabulary import RequestKind
from fieldops.domain.rulebook import proposal as rules
from fieldops.domain.rulebook.reading import Minutes, clock_minutes
from fieldops.domain.rulebook.vocabulary import Channel, HoldKind, HoldScope, Result, Role
from fieldops.domain.visiting import VisitState
from fieldops.models import Consent, Contact, ContactRequest, Hold, Party, Person, Visit
from fieldops.services.override_records import Words, words_on
from fieldops.services.parts import in_parts
from fieldops.services.same_people import Same, same_people

Rows = Select[*tuple[Any, ...]]
"""A query for some columns."""

PENDING = "pending"
"""The result of a contact that was let through and not yet told of."""

ANY_CHANNEL = frozenset({"any", "*"})
WORKPLACE, REPRESENTED = "refused_workplace", "represented"
_FAILED = frozenset({Result.NO_ANSWER, Result.NOT_CONNECTED})


class Past(NamedTuple):
    """One earlier contact, with the visit behind it if any."""

    id: UUID
    visit_id: UUID | None
    contact: rules.PastContact


@dataclass(frozen=True, slots=True)
class History:
    """Earlier and already fixed contacts, by the debtor they were about and by who was reached.

    Records of the same person count together, under the name of their entity.
    """

    by_debtor: Mapping[UUID, Sequence[Past]]
    by_person: Mapping[UUID, Sequence[Past]]
    same: Same = field(default_factory=Same)
    # Calls of the same number, whomever they were for.
    by_number: Sequence[Past] = ()

    def of(
        self, debtor_id: UUID, person_id: UUID, without_visit: UUID | None
    ) -> tuple[rules.PastContact, ...]:
        """What counts for a contact with this person about this debtor, each contact once."""
        debtor, person = self.same.of(debtor_id), self.same.of(person_id)
        every = (
            *self.by_debtor.get(debtor, ()),
            *self.by_person.get(person, ()),
            *self.by_number,
        )
        found = {
            past.id: past.contact
            for past in every
            if without_visit is None or past.visit_id != without_visit
        }
        return tuple(found.values())

    def failed_dial_days(self, debtor_id: UUID, zone: tzinfo) -> int:
        """On how many days running, up to the last one, every call to the debtor failed."""
        by_day: dict[date, bool] = {}
        for past in self.by_person.get(self.same.of(debtor_id), ()):
            if past.contact.channel is Channel.CALL:
                on = past.contact.at.astimezone(zone).date()
                by_day[on] = by_day.get(on, True) and past.contact.result in _FAILED
        on = max(by_day, default=date.min)
        count = 0
        while by_day.get(on):
            count, on = count + 1, on - timedelta(days=1)
        return count


@dataclass(frozen=True, slots=True)
class Standing:
    """Holds by person and by case, consents and wishes by person, overrides by case.

    Holds and wishes of the same person count together; a consent counts for the record alone to
    which it was given.
    """

    person_holds: Mapping[UUID, Sequence[Hold]]
    case_holds: Mapping[UUID, Sequence[Hold]]
    consents_of: Mapping[UUID, Sequence[Consent]]
    wishes_of: Mapping[UUID, Sequence[Mapping[str, Any]]]
    same: Same = field(default_factory=Same)
    words: Words = field(default_factory=Words)

    def holds(self, case_id: UUID, debtor_id: UUID, person_id: UUID) -> tuple[rules.Hold, ...]:
        """The holds that bear on this case or on any of these two people."""
        rows = {
            hold.id: hold
            for hold in (
                *self.case_holds.get(case_id, ()),
                *self.person_holds.get(self.same.of(debtor_id), ()),
                *self.person_holds.get(self.same.of(person_id), ()),
            )
            if hold.scope != HoldScope.DEBT or hold.case_id in (None, case_id)
        }
        return tuple(_hold(row) for row in rows.values())

    def consents(self, person_id: UUID) -> tuple[rules.Consent, ...]:
        """What this person agreed to."""
        who = str(self.same.of(person_id))
        return tuple(_consent(row, who) for row in self.consents_of.get(person_id, ()))

    def overrides(
        self, case_id: UUID, debtor_id: UUID, visit_id: UUID | None
    ) -> tuple[rules.Override, ...]:
        """The overrides that a contact about this case, as this visit, may use."""
        return self.words.bearing_on(case_id, debtor_id, self.same, visit_id)

    def wishes(self, person_id: UUID) -> tuple[rules.Wish, ...]:
        """When and by which channels this person asked to be left alone."""
        told = self.wishes_of.get(self.same.of(person_id), ())
        return tuple(wish for one in told for wish in wishes_in(one))

    def party(self, person_id: UUID, role: Role, *, opted_out: bool) -> rules.Party:
        """Who would be reached, with what he asked for himself where he is not the debtor."""
        name = str(self.same.of(person_id))
        if role is Role.DEBTOR:
            return rules.Party(name, role, opted_out)
        return rules.Party(
            name,
            role,
            opted_out,
            represented=self.represented(person_id),
            refused_workplace=self.refused_workplace(person_id),
            wishes=self.wishes(person_id),
        )

    def refused_workplace(self, person_id: UUID) -> bool:
        """Whether this person asked not to be sought at work."""
        return self._says(person_id, WORKPLACE)

    def represented(self, person_id: UUID) -> bool:
        """Whether this person named a lawyer who speaks for him."""
        return self._says(person_id, REPRESENTED)

    def _says(self, person_id: UUID, name: str) -> bool:
        return any(one.get(name) for one in self.wishes_of.get(self.same.of(person_id), ()))


def history(
    session: Session, organisation_id: UUID, people: Iterable[UUID], since: datetime
) -> History:
    """Contacts since then, and visits that are fixed but not yet recorded as contacts."""
    by_debtor: dict[UUID, list[Past]] = defaultdict(list)
    by_person: dict[UUID, list[Past]] = defaultdict(list)
    asked = set(people)
    same = same_people(session, asked)
    for part in in_parts(same.everybody(asked)):
        for query in (
            _contacts(organisation_id, part, since),
            _open_visits(organisation_id, part, since),
        ):
            for row in session.execute(query):
                past = _past(row, same)
                by_debtor[same.of(row.debtor_id)].append(past)
                by_person[same.of(row.person_id)].append(past)
    return History(by_debtor, by_person, same)


def with_calls_of(
    session: Session, organisation_id: UUID, known: History, number: str | None, since: datetime
) -> History:
    """The history with the calls of a number since then, whomever they were for."""
    if number is None:
        return known
    query = _contacts_of_house(organisation_id).where(
        Contact.at >= since,
        Contact.channel == Channel.CALL.value,
        Contact.number_index == number,
    )
    calls = [_past(row, known.same) for row in session.execute(query)]
    return replace(known, by_number=calls)


def standing(
    session: Session, organisation_id: UUID, people: Iterable[UUID], cases: Iterable[UUID]
) -> Standing:
    """All that stands for or against contact with these people; what has ended bears its end."""
    person_holds: dict[UUID, list[Hold]] = defaultdict(list)
    case_holds: dict[UUID, list[Hold]] = defaultdict(list)
    consents: dict[UUID, list[Consent]] = defaultdict(list)
    asked, involved = set(people), set(cases)
    same = same_people(session, asked)
    for part in in_parts(same.everybody(asked)):
        for hold in session.scalars(_holds(organisation_id).where(Hold.person_id.in_(part))):
            if hold.person_id is not None:
                person_holds[same.of(hold.person_id)].append(hold)
        agreed = select(Consent).where(Consent.person_id.in_(part))
        for consent in session.scalars(agreed.execution_options(populate_existing=True)):
            consents[consent.person_id].append(consent)
    for part in in_parts(involved):
        for hold in session.scalars(_holds(organisation_id).where(Hold.case_id.in_(part))):
            if hold.case_id is not None:
                case_holds[hold.case_id].append(hold)
    wishes = _wishes_of(session, organisation_id, same, same.everybody(asked))
    words = words_on(session, organisation_id, involved)
    return Standing(person_holds, case_holds, consents, wishes, same, words)


def _wishes_of(
    session: Session, organisation_id: UUID, same: Same, people: Iterable[UUID]
) -> dict[UUID, list[Mapping[str, Any]]]:
    """What came with the case file and what was asked since, by who it counts for."""
    found: dict[UUID, list[Mapping[str, Any]]] = defaultdict(list)
    for part in in_parts(people):
        named = select(Person.id, Person.wishes).where(Person.id.in_(part))
        for person_id, wish in session.execute(named):
            if wish:
                found[same.of(person_id)].append(wish)
        for request in session.scalars(_requests(organisation_id, part)):
            found[same.of(request.person_id)].append(_as_wish(request))
    return found


def _holds(organisation_id: UUID) -> Select[Hold]:
    # Rows that the session already knows are read anew: a hold works at once.
    found = select(Hold).where(Hold.organisation_id == organisation_id)
    return found.execution_options(populate_existing=True)


def _requests(organisation_id: UUID, people: list[UUID]) -> Select[ContactRequest]:
    return select(ContactRequest).where(
        ContactRequest.organisation_id == organisation_id,
        ContactRequest.person_id.in_(people),
        ContactRequest.withdrawn_at.is_(None),
        # What stops all contact is a hold, or the mark of a third person who is left alone.
        ContactRequest.kind != RequestKind.CEASE.value,
    )


def _as_wish(request: ContactRequest) -> dict[str, Any]:
    """A request in the form in which persons' wishes are kept."""
    if request.kind == RequestKind.WORKPLACE:
        return {WORKPLACE: True}
    if request.kind == RequestKind.ATTORNEY:
        return {REPRESENTED: True}
    return {request.channel or "any": request.windows}


def _contacts(organisation_id: UUID, people: list[UUID], since: datetime) -> Rows:
    return _contacts_of_house(organisation_id).where(
        # A third party may be asked once in a lifetime (US-3P-01); the debtor's caps are short.
        or_(Contact.at >= since, Contact.person_id != Contact.debtor_id),
        or_(Contact.debtor_id.in_(people), Contact.person_id.in_(people)),
    )


def _contacts_of_house(organisation_id: UUID) -> Rows:
    return select(
        Contact.id,
        Contact.visit_id,
        Contact.debtor_id,
        Contact.person_id,
        Contact.case_id,
        Contact.channel,
        Contact.at,
        Contact.result,
        Contact.number_index,
    ).where(
        Contact.organisation_id == organisation_id,
        # Caps bind the house that makes contact, over all its creditors: what another house did is
        # known from its trace record and counts there.
        Contact.house_id.is_(None),
    )


def _open_visits(organisation_id: UUID, people: list[UUID], since: datetime) -> Rows:
    return (
        select(
            Visit.id,
            Visit.id.label("visit_id"),
            Visit.debtor_id,
            Party.person_id,
            Visit.case_id,
            Visit.planned_start.label("at"),
            Visit.arrived_at,
            Visit.outcome,
        )
        .join(Party, Visit.party_id == Party.id)
        .outerjoin(Contact, Contact.visit_id == Visit.id)
        .where(
            Visit.organisation_id == organisation_id,
            Visit.planned_start >= since,
            Visit.state != VisitState.CANCELLED.value,
            Contact.id.is_(None),
            or_(
                Visit.debtor_id.in_(people),
                and_(Party.person_id.in_(people), Party.organisation_id == organisation_id),
            ),
        )
    )


def _past(row: Any, same: Same) -> Past:
    # A row of the second query is a visit and bears no channel: that it has none is the sign.
    channel = getattr(row, "channel", Channel.VISIT.value)
    return Past(
        row.id,
        row.visit_id,
        rules.PastContact(
            channel=Channel(channel),
            at=row.at,
            result=_result(getattr(row, "result", None)),
            party=str(same.of(row.person_id)),
            debt=str(row.case_id),
            number=getattr(row, "number_index", None),
            pending=_is_pending(row),
        ),
    )


def _is_pending(row: Any) -> bool:
    """Whether nobody has told yet what came of it: it counts as if the person had been reached.

    So does a visit at whose door a crew stood, until its outcome comes in; one that is planned
    has reached nobody.
    """
    if hasattr(row, "result"):
        return bool(row.result == PENDING)
    return row.arrived_at is not None and row.outcome is None


def _result(word: str | None) -> Result | None:
    return Result(word) if word in set(Result) else None


def _hold(row: Hold) -> rules.Hold:
    ends = [at for at in (row.ends_at, row.lifted_at) if at is not None]
    return rules.Hold(
        kind=HoldKind(row.kind),
        scope=HoldScope(row.scope),
        start=row.starts_at,
        until=min(ends) if ends else None,
    )


def _consent(row: Consent, who: str) -> rules.Consent:
    return rules.Consent(
        who=who,
        channel=_channel(row.channel),
        window=_window(row.window) if row.window else None,
        granted=row.granted_at,
        revoked=row.revoked_at,
        expires=row.expires_at,
    )


def wishes_in(raw: Mapping[str, Any]) -> list[rules.Wish]:
    """The times and channels of wishes as a person's row keeps them; raises for another shape."""
    found: list[rules.Wish] = []
    for name, windows in raw.items():
        if name in (WORKPLACE, REPRESENTED):
            continue
        # A channel without any window is refused at all hours.
        for window in windows or [None]:
            found.append(rules.Wish(_channel(name), None if window is None else _window(window)))
    return found


def _window(raw: Any) -> Minutes:
    start, end = (clock_minutes(part, "window") for part in raw)
    return start, end


def _channel(word: str) -> Channel | None:
    return None if word in ANY_CHANNEL else Channel(word)
