"""The next best lawful step for a flag or a doubtful residence, by what it may be expected to show.

Nothing is done here: each step is only judged, as a contact would be, by a crew as it must be.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import cache
from uuid import UUID

from sqlalchemy.orm import Session

from evidence import trace
from evidence.trace.steps import Outcome, Step, Value, steps, values_for_asset, values_for_belief
from fieldops.domain.permissions import Actor
from fieldops.domain.rulebook import proposal as rules
from fieldops.domain.rulebook.judging import docket, judge
from fieldops.domain.rulebook.records import RuleBook
from fieldops.domain.rulebook.vocabulary import Channel, Gate, Purpose, Role
from fieldops.models import Address, Belief, Flag
from fieldops.services import contact_facts, households, observed, scoped
from fieldops.services.organisations import zone_of
from fieldops.services.trace_model import MODEL

_MOST = 3


@dataclass(frozen=True, slots=True)
class NextStep:
    """A step that the rules let through, or the rules that forbid it.

    `change` is the expected change of the probability, None where the model has no table for it;
    `lawful_from` is None where nobody is contacted, or where no time makes it lawful.
    """

    step: Step
    change: float | None
    outcomes: Sequence[Outcome]
    shows: tuple[str, ...]
    allowed: bool
    lawful_from: datetime | None
    rules: tuple[str, ...]


def for_flag(
    session: Session, flag_id: UUID, *, book: RuleBook, actor: Actor, now: datetime
) -> list[NextStep]:
    """The best steps for a flag, the most telling first; those forbidden come last.

    Raises NotFound.
    """
    flag = scoped.get(session, Flag, flag_id, actor)
    return _weighed(session, [flag], [], book=book, actor=actor, now=now)[flag.id]


def for_address(
    session: Session,
    address: Address,
    belief: trace.Belief,
    *,
    book: RuleBook,
    actor: Actor,
    now: datetime,
) -> list[NextStep]:
    """The best steps for what is believed of one address, the most telling first."""
    facts = contact_facts.gather(
        session,
        actor.organisation_id,
        address_ids={address.id},
        since=now - contact_facts.HISTORY,
    )
    return _judged(facts, address.id, values_for_belief(belief, MODEL), book, now)


def of_shown(
    session: Session,
    flags: Sequence[Flag],
    beliefs: Sequence[Belief],
    *,
    book: RuleBook,
    actor: Actor,
    now: datetime,
) -> dict[UUID, list[NextStep]]:
    """The steps for each open flag, by its id, and for each address in doubt, by the address's."""
    standing = [flag for flag in flags if flag.state != "dismissed"]
    doubtful = [row for row in beliefs if _is_doubtful(row.p_moved)]
    return _weighed(session, standing, doubtful, book=book, actor=actor, now=now)


def _weighed(
    session: Session,
    flags: Sequence[Flag],
    beliefs: Sequence[Belief],
    *,
    book: RuleBook,
    actor: Actor,
    now: datetime,
) -> dict[UUID, list[NextStep]]:
    """The same, with everybody's history read together, and the facts of all addresses."""
    people = sorted({one.person_id for one in flags} | {one.person_id for one in beliefs})
    known, zone = observed.of_people(session, people), zone_of(session, actor.organisation_id)

    @cache
    def seen(person_id: UUID) -> list[trace.Observation]:
        told = observed.as_read(person_id, known.get(person_id, ()), now, zone)
        return households.with_links(session, person_id, told, now)

    def held(person_id: UUID, address: str) -> trace.Belief:
        return trace.believe(seen(person_id), str(person_id), [address], now, MODEL)[address]

    cases = cache(lambda person_id: trace.asset_cases(seen(person_id), now))
    places = _places_of(session, flags, actor)
    places |= {row.address_id: (row.person_id, row.address_id) for row in beliefs}
    found = {
        flag.id: _for_asset(flag, cases(flag.person_id)) for flag in flags if flag.id not in places
    }
    if places:
        facts = contact_facts.gather(
            session,
            actor.organisation_id,
            address_ids={address_id for _, address_id in places.values()},
            since=now - contact_facts.HISTORY,
        )
        for key, (person_id, address_id) in places.items():
            values = values_for_belief(held(person_id, str(address_id)), MODEL)
            found[key] = _judged(facts, address_id, values, book, now)
    return found


def _is_doubtful(p_moved: float) -> bool:
    """Whether a belief is neither here nor there, so that a further step may settle it."""
    policy = MODEL.residence.relocation
    return 1.0 - policy.moved < p_moved < policy.moved


def _places_of(
    session: Session, flags: Sequence[Flag], actor: Actor
) -> dict[UUID, tuple[UUID, UUID]]:
    """Person and address, one of the organisation's, of each flag of a relocation, by its id."""
    found = {flag: UUID(flag.subject) for flag in flags if flag.code.startswith("RL-")}
    query = scoped.own(Address, actor).where(Address.id.in_(found.values()))
    own = {one.id for one in session.scalars(query)} if found else set()
    return {flag.id: (flag.person_id, one) for flag, one in found.items() if one in own}


def _for_asset(flag: Flag, cases: Mapping[str, trace.AssetCase]) -> list[NextStep]:
    """Questions that the weights know, then what else would show an element that is missing."""
    case, missing = cases.get(flag.subject), set(flag.missing)
    values: list[Value] = []
    if case is not None and case.disposal is not None:
        values = values_for_asset(trace.score(MODEL.assets, case), MODEL.assets)
    weighed = {value.step.name for value in values}
    found = [_open(value.step, missing, value) for value in values]
    others = [one for one in steps().values() if one.of == "asset" and one.name not in weighed]
    # A question that was answered already is not asked again for the same element.
    asked = case is not None and case.disposal is not None
    others = [one for one in others if set(one.shows) & missing and not (asked and one.yes)]
    others.sort(key=lambda one: (-len(set(one.shows) & missing), one.yuan, one.name))
    return [*found, *(_open(one, missing, None) for one in others)][:_MOST]


def _open(step: Step, missing: set[str], value: Value | None) -> NextStep:
    """A step that touches nobody: the law that opens its source lets it through."""
    shows = tuple(one for one in step.shows if one in missing)
    change = value.change if value else None
    return NextStep(step, change, value.outcomes if value else (), shows, True, None, (step.law,))


def _judged(
    facts: contact_facts.ContactFacts,
    address_id: UUID,
    values: Sequence[Value],
    book: RuleBook,
    now: datetime,
) -> list[NextStep]:
    found = [_judge(value, facts, address_id, book, now) for value in values]
    allowed = [one for one in found if one.allowed][:_MOST]
    return [*allowed, *(one for one in found if not one.allowed)]


def _judge(
    value: Value,
    facts: contact_facts.ContactFacts,
    address_id: UUID,
    book: RuleBook,
    now: datetime,
) -> NextStep:
    step = value.step
    if not step.channel:
        return _open(step, set(), value)
    asked = _proposal(step, facts, address_id, now)
    ruling = judge(asked, book, gate=Gate.PLAN)
    allowed = ruling.allowed or ruling.next_legal is not None
    told = tuple(dict.fromkeys(rule.id for rule in docket(asked, book, gate=Gate.PLAN).rules))
    return NextStep(
        step,
        value.change,
        value.outcomes,
        (),
        allowed,
        now if ruling.allowed else ruling.next_legal,
        told if allowed else ruling.rules,
    )


def _proposal(
    step: Step, facts: contact_facts.ContactFacts, address_id: UUID, now: datetime
) -> rules.Proposal:
    """The step as the rulebook takes it, by a crew of two who may work."""
    long = max(timedelta(minutes=step.minutes), timedelta(minutes=1))
    crew = [rules.Agent(name, (now + timedelta(days=365)).date(), True) for name in ("1", "2")]
    made = facts.proposal(address_id, now, now + long, crew)
    contact, role = made.contact, Role(step.role)
    if role is not Role.DEBTOR:
        contact = replace(contact, party=rules.Party(step.role, role), purpose=Purpose.LOCATE)
    if step.channel != Channel.VISIT.value:
        contact = replace(contact, channel=Channel(step.channel), agents=())
    return replace(made, contact=contact)
