"""The next best lawful step for a flag or a doubtful residence, by what it may be expected to show.

Nothing is done here: each step is only judged, as a contact would be, by a crew as it must be.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
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
from fieldops.services import contact_facts, scoped, tracing
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
    seen = tracing.observations_at(session, flag.person_id, now)
    address = _address(session, flag, actor)
    if address is not None and flag.code.startswith("RL-"):
        beliefs = tracing.beliefs_at(session, flag.person_id, seen, now)
        values = values_for_belief(beliefs[str(address.id)], MODEL)
        return _judged(session, address, values, book=book, actor=actor, now=now)
    return _for_asset(flag, trace.asset_cases(seen, now))


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
    found = {
        flag.id: for_flag(session, flag.id, book=book, actor=actor, now=now)
        for flag in flags
        if flag.state != "dismissed"
    }
    for row in beliefs:
        if _is_doubtful(row.p_moved):
            seen = tracing.observations_at(session, row.person_id, now)
            held = tracing.beliefs_at(session, row.person_id, seen, now)[str(row.address_id)]
            address = scoped.get(session, Address, row.address_id, actor)
            values = values_for_belief(held, MODEL)
            found[address.id] = _judged(session, address, values, book=book, actor=actor, now=now)
    return found


def _is_doubtful(p_moved: float) -> bool:
    """Whether a belief is neither here nor there, so that a further step may settle it."""
    policy = MODEL.residence.relocation
    return 1.0 - policy.moved < p_moved < policy.moved


def _address(session: Session, flag: Flag, actor: Actor) -> Address | None:
    try:
        wanted = UUID(flag.subject)
    except ValueError:
        return None
    found = session.get(Address, wanted)
    return found if found is not None and found.organisation_id == actor.organisation_id else None


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
    session: Session,
    address: Address,
    values: Sequence[Value],
    *,
    book: RuleBook,
    actor: Actor,
    now: datetime,
) -> list[NextStep]:
    facts = contact_facts.gather(
        session,
        actor.organisation_id,
        address_ids=[address.id],
        since=now - contact_facts.HISTORY,
    )
    found = [_judge(value, facts, address.id, book, now) for value in values]
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
