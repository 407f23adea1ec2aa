"""Calls, messages and letters: judged before they are made, then recorded with their result."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from fieldops.domain.bilingual import Bilingual
from fieldops.domain.errors import Conflict, FieldFault, Forbidden, InvalidInput
from fieldops.domain.identity import Unreadable, read_phone
from fieldops.domain.lawfulness import Basis, SourceClass
from fieldops.domain.permissions import Actor, Permission
from fieldops.domain.provinces import jurisdictions_of
from fieldops.domain.rulebook import proposal as rules
from fieldops.domain.rulebook.records import RuleBook
from fieldops.domain.rulebook.vocabulary import (
    LIABLE,
    Account,
    Channel,
    Gate,
    Purpose,
    Result,
    Role,
)
from fieldops.models import (
    Address,
    Case,
    Contact,
    Organisation,
    Party,
    Person,
    restriction,
    sealing,
)
from fieldops.services import contact_records, observations, scoped
from fieldops.services.closing import CLOSED, ERASED
from fieldops.services.contact_facts import HISTORY, creditor_kind
from fieldops.services.observation_checks import ObservationReport
from fieldops.services.observing import grade
from fieldops.services.override_records import mark_used
from fieldops.services.rulings import ContactForbidden, judge_and_keep
from fieldops.services.same_people import lock_people

CHANNELS = tuple(channel for channel in Channel if channel is not Channel.VISIT)
# These reach a telephone: without a number of its own, that of the party.
_BY_NUMBER = frozenset({Channel.CALL, Channel.SMS})
_CALL_RESULTS = frozenset({Result.CONNECTED, Result.NO_ANSWER, Result.NOT_CONNECTED})
_MESSAGE_RESULTS = frozenset({Result.DELIVERED, Result.NOT_CONNECTED})
# A day more than the longest period in which calls of one number are capped.
_CALLS = timedelta(days=2)
LEARNED = {
    Channel.CALL: (
        "says_lives_here",
        "says_moved_away",
        "refused",
        "no_answer",
        "number_dead",
        "new_owner",
    ),
    Channel.LETTER: ("delivered", "unclaimed", "returned"),
}
"""What a call or a letter can tell of where the debtor lives."""


@dataclass(frozen=True, slots=True)
class ContactOrder:
    """Whom to reach and how; without a number the party's own is used."""

    party_id: UUID
    channel: Channel
    purpose: Purpose = Purpose.COLLECT
    account: Account = Account.WORK
    number: str | None = None


def open_contact(
    session: Session, order: ContactOrder, *, book: RuleBook, actor: Actor, now: datetime
) -> Contact | ContactForbidden:
    """Ask the rulebook, and note the attempt with its result still pending.

    A refusal is kept and comes as a value, so that the caller can commit before he raises it.
    Raises Forbidden, NotFound, InvalidInput, and Conflict for a closed case.
    """
    if not actor.may(Permission.RECORD_CONTACTS):
        raise Forbidden(Permission.RECORD_CONTACTS.value)
    if order.channel is Channel.VISIT:
        cure = f"write one of {', '.join(CHANNELS)}"
        raise InvalidInput(faults=[FieldFault("channel", "visits are planned, not called", cure)])
    party = scoped.get(session, Party, order.party_id, actor, lock=True)
    if party.case.state in (CLOSED, ERASED):
        raise Conflict(Bilingual("The case is closed.", "案件已结案。"), state=party.case.state)
    number = _number_index(order, party, actor)
    # Caps count over all cases of a person, so it is the people who are locked, not the party.
    lock_people(session, {party.person_id, _debtor(session, party)})
    _lock_number(session, number)
    proposal = _proposal(session, order, party, number, actor=actor, now=now)
    subject = f"party:{party.id}"
    ruling = judge_and_keep(
        session, Gate.COMMIT, subject, proposal, book, case_id=party.case_id, actor=actor, now=now
    )
    if not ruling.allowed:
        return ContactForbidden(ruling)
    contact = Contact(
        organisation_id=actor.organisation_id,
        case_id=party.case_id,
        person_id=party.person_id,
        debtor_id=_debtor(session, party),
        channel=order.channel.value,
        purpose=order.purpose.value,
        at=now,
        result=contact_records.PENDING,
        number_index=number,
        account_id=actor.account_id,
        recorded_at=now,
    )
    session.add(contact)
    session.flush()
    mark_used(session, ruling.overridden, contact_id=contact.id, now=now)
    return contact


def set_result(
    session: Session,
    contact_id: UUID,
    result: Result,
    *,
    learned: str | None = None,
    address_id: UUID | None = None,
    actor: Actor,
    now: datetime,
) -> Contact:
    """Say what became of a contact; what was learned of a residence becomes an observation.

    The same result twice is one. Raises NotFound, Conflict for another result, InvalidInput.
    """
    if not actor.may(Permission.RECORD_CONTACTS):
        raise Forbidden(Permission.RECORD_CONTACTS.value)
    contact = scoped.get(session, Contact, contact_id, actor, lock=True)
    channel = Channel(contact.channel)
    if channel is Channel.VISIT:
        raise Conflict("The result of a visit is its outcome.")
    if contact.house_id is not None:
        raise Conflict(
            Bilingual(
                "Another house made this contact.", "该联系由其他机构进行，结果不能在此登记。"
            )
        )
    _check(channel, result, learned)
    if contact.result not in (contact_records.PENDING, result.value):
        raise Conflict("Another result is recorded already; it stands.", result=contact.result)
    contact.result = result.value
    if learned is not None:
        _observe(session, contact, channel, learned, address_id, actor=actor, now=now)
    session.flush()
    return contact


def number(session: Session, rows: Sequence[Contact]) -> None:
    """Give calls and messages that came from another machine of ours the number of their party.

    An index means nothing elsewhere, so that it does not travel; what is given is what a contact
    has that names no number. Those of another house have none: no cap counts them.
    """
    wanted = [row for row in rows if row.channel in _BY_NUMBER and row.house_id is None]
    if not wanted:
        return
    people = {row.person_id for row in wanted}
    query = select(Person.id, Person.phone_index).where(Person.id.in_(people))
    with restriction.seeing(session):
        indexes = dict(session.execute(query).all())
    for row in wanted:
        row.number_index = indexes[row.person_id]


def listed(
    session: Session,
    actor: Actor,
    *,
    after: UUID | None,
    limit: int,
    case_id: UUID | None = None,
    updated_since: datetime | None = None,
) -> tuple[Sequence[Contact], UUID | None]:
    """One page of contacts of every channel, oldest first."""
    query = scoped.own(Contact, actor, {Contact.case_id: case_id})
    if updated_since is not None:
        query = query.where(Contact.recorded_at >= updated_since)
    return scoped.page(session, query, Contact, after=after, limit=limit)


def _check(channel: Channel, result: Result, learned: str | None) -> None:
    allowed = _CALL_RESULTS if channel is Channel.CALL else _MESSAGE_RESULTS
    if result not in allowed:
        cure = f"write one of {', '.join(sorted(allowed))}"
        raise InvalidInput(faults=[FieldFault("result", f"fits no {channel.value}", cure)])
    words = LEARNED.get(channel, ())
    if learned is not None and learned not in words:
        cure = f"write one of {', '.join(words)}" if words else "leave it out"
        raise InvalidInput(faults=[FieldFault("learned", f"fits no {channel.value}", cure)])


def _lock_number(session: Session, number: str | None) -> None:
    """Hold the counter of a number to the end of the transaction, whomever it is dialled for.

    There is no row for a number, so PostgreSQL locks its name; SQLite lets one write at a time.
    Nobody locks a person after it, so that none waits in a ring.
    """
    if number is not None and session.get_bind().dialect.name == "postgresql":
        name = int.from_bytes(sha256(number.encode()).digest()[:8], signed=True)
        session.execute(select(func.pg_advisory_xact_lock(name)))


def _number_index(order: ContactOrder, party: Party, actor: Actor) -> str | None:
    if order.number is None:
        return party.person.phone_index if order.channel in _BY_NUMBER else None
    phone = read_phone(order.number)
    if isinstance(phone, Unreadable):
        cure = "write the whole number, with its area code"
        raise InvalidInput(faults=[FieldFault("number", "is no telephone number", cure)])
    scope = str(actor.organisation_id)
    return sealing.current().blind_index("phone", scope, phone.e164)


def _debtor(session: Session, party: Party) -> UUID:
    query = select(Party.person_id).where(Party.case_id == party.case_id, Party.role == "debtor")
    return session.scalars(query.order_by(Party.id)).first() or party.person_id


def _proposal(
    session: Session,
    order: ContactOrder,
    party: Party,
    number: str | None,
    *,
    actor: Actor,
    now: datetime,
) -> rules.Proposal:
    house = session.get_one(Organisation, actor.organisation_id)
    zone, own = ZoneInfo(house.timezone), tuple(house.jurisdictions)
    debtor = _debtor(session, party)
    people = {debtor, party.person_id}
    past = contact_records.history(session, house.id, people, now - HISTORY)
    past = contact_records.with_calls_of(session, house.id, past, number, now - _CALLS)
    standing = contact_records.standing(session, house.id, people, [party.case_id])
    role = Role(party.role) if party.role in set(Role) else Role.OTHER
    return rules.Proposal(
        contact=rules.Contact(
            channel=order.channel,
            start=now.astimezone(zone),
            purpose=order.purpose,
            party=standing.party(party.person_id, role, opted_out=party.opted_out_at is not None),
            place=rules.Place(zones=(zone,), jurisdictions=_where(session, party) or own),
            account=order.account,
            number=number,
        ),
        creditor=rules.Creditor(own, creditor_kind(house.kind)),
        debt=rules.Debt(str(party.case_id), disputed=party.case.state == "disputed"),
        debtor=rules.Debtor(
            id=str(past.same.of(debtor)),
            failed_dial_days=past.failed_dial_days(debtor, zone),
            represented=standing.represented(debtor),
            refused_workplace=standing.refused_workplace(debtor),
            wishes=standing.wishes(debtor),
        ),
        history=past.of(debtor, party.person_id, None),
        holds=standing.holds(party.case_id, debtor, party.person_id),
        consents=standing.consents(party.person_id),
        overrides=standing.overrides(party.case_id, debtor, None),
        gate=Gate.COMMIT,
    )


def _where(session: Session, party: Party) -> tuple[str, ...]:
    """The jurisdictions of every address where the party may be: all of them must allow."""
    query = select(Address.area_code).where(Address.party_id == party.id).distinct()
    known = (one for code in session.scalars(query) for one in jurisdictions_of(code))
    return tuple(sorted(set(known)))


def _observe(
    session: Session,
    contact: Contact,
    channel: Channel,
    learned: str,
    address_id: UUID | None,
    *,
    actor: Actor,
    now: datetime,
) -> None:
    source = SourceClass.PHONE if channel is Channel.CALL else SourceClass.MAIL
    prefix = "call" if channel is Channel.CALL else "mail"
    report = ObservationReport(
        case_id=contact.case_id,
        kind=f"{prefix}.{learned}",
        observed_at=contact.at,
        source_class=source,
        source_id=contact.number_index or str(contact.person_id),
        basis=_basis(session, contact, channel, learned),
        address_id=_address(session, contact, address_id),
        grade=grade(source, 2),
        contact_id=contact.id,
    )
    origin = f"contact:{contact.id}"
    observations.write(session, report, contact.debtor_id, origin=origin, actor=actor, now=now)


def _basis(session: Session, contact: Contact, channel: Channel, learned: str) -> Basis:
    if channel is Channel.LETTER:
        return Basis.RETURNED_MAIL
    if not learned.startswith("says_"):
        return Basis.CARRIER_RESULT_OF_OWN_CALL
    roles = select(Party.role).where(
        Party.case_id == contact.case_id, Party.person_id == contact.person_id
    )
    owes = any(role in LIABLE for role in session.scalars(roles))
    return Basis.DEBTOR_STATEMENT if owes else Basis.THIRD_PARTY_VOLUNTARY


def _address(session: Session, contact: Contact, wanted: UUID | None) -> UUID:
    """The address that the word is about: the one named, or the case's only one."""
    query = select(Address.id).join(Case).where(Case.id == contact.case_id)
    known = list(session.scalars(query))
    if wanted is None and len(known) == 1:
        return known[0]
    if wanted is None or wanted not in known:
        cure = "name the address of the case that it is about"
        raise InvalidInput(faults=[FieldFault("address_id", "is no address of the case", cure)])
    return wanted
