"""How much of what each agent handed in does not fit: his files, his visits, and closed doors.

It is for compliance alone: nothing of it touches what is believed of a debtor.
"""

from collections import Counter, defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import CTE, ColumnElement, case, func, or_, select, union_all
from sqlalchemy.orm import Session, joinedload

from fieldops.domain.permissions import Actor
from fieldops.domain.team.doubting import Ground, expected, grounds, surplus
from fieldops.domain.team.policy import Doubts
from fieldops.domain.visiting import Outcome
from fieldops.models import Account, Agent, AgentReview, Item, Visit, flaws
from fieldops.services import scoped
from fieldops.services.contact_records import Rows

DOUBTS = (
    "mock-position",
    "far-from-address",
    "clock-differs",
    "crew-apart",
    "crew-parted",
    "not-compliant",
)
"""Remarks on a visit that say that what was reported does not fit."""
REPEATED = ("not-used-elsewhere", "not-seen-elsewhere")
"""Checks that find the same picture at another visit."""
# How far back others' visits at a door are compared.
_OTHERS = timedelta(days=365)
_MOST = 100
_A_DAY = timedelta(days=1)
USUAL = timedelta(days=30)
"""The period that is looked at where nobody names another."""


@dataclass
class Fit:
    """How much of what one agent handed in does not fit, in counts and not in verdicts.

    Of `compared` visits, at doors where others came too, `nobody` found nobody home, where
    `expected` were to be expected; `surplus` says that in standard deviations.
    """

    agent: Agent
    items: int = 0
    doubtful: int = 0
    checks: Counter[str] = field(default_factory=Counter)
    visits: int = 0
    remarked: int = 0
    compared: int = 0
    nobody: int = 0
    expected: float = 0.0
    surplus: float = 0.0
    grounds: Sequence[Ground] = ()
    review: AgentReview | None = None
    as_of: datetime | None = None
    """When this was counted, where that was kept and is not of now."""

    @property
    def has_worked(self) -> bool:
        """Whether anything was counted."""
        return bool(self.items or self.visits)

    @property
    def share(self) -> float:
        """The share of items with a finding that does not hold."""
        return self.doubtful / self.items if self.items else 0.0

    @property
    def repeated(self) -> int:
        """How many findings there are that a picture serves another visit."""
        return sum(self.checks[one] for one in REPEATED)

    @property
    def is_open(self) -> bool:
        """Whether there are grounds that nobody has looked at."""
        return bool(self.grounds) and self.review is None

    def told(self) -> dict[str, object]:
        """The figures as a review keeps them."""
        return {
            "grounds": [one.value for one in self.grounds],
            "items": [self.doubtful, self.items],
            "visits": [self.remarked, self.visits],
            "repeated": self.repeated,
            "nobody": [self.nobody, round(self.expected, 1), self.compared],
        }


@dataclass(frozen=True, slots=True)
class Doubted:
    """A visit that gave a ground: its remarks, checks that its files failed, and closed doors.

    `others` is how often others found somebody at this door, and how often they came.
    """

    visit: Visit
    remarks: Sequence[str]
    checks: Sequence[str]
    others: tuple[int, int] | None


def evidence_fit(
    session: Session, actor: Actor, *, doubts: Doubts, since: datetime, until: datetime
) -> list[Fit]:
    """What each agent handed in within `[since, until)`: those with grounds first, open ones above.

    A review counts for the period if it came after the period began.
    """
    found = counted(session, actor, since=since, until=until)
    return judged(session, actor, found, doubts=doubts, since=since)


def counted(session: Session, actor: Actor, *, since: datetime, until: datetime) -> dict[UUID, Fit]:
    """The counts of every agent within `[since, until)`, which nobody has judged yet."""
    agents = unworked(session, actor)
    for agent_id, count in session.execute(_handed_in(actor, since, until)):
        agents[agent_id].items += int(count)
    # Most items have nothing against them, and are not read.
    doubtful = _items(actor, since, until, Account.agent_id, Item.findings)
    doubtful = doubtful.where(flaws.is_doubtful())
    for agent_id, findings in session.execute(doubtful):
        fit, failed = agents[agent_id], _failed(findings)
        fit.doubtful += bool(failed)
        fit.checks.update(failed)
    _count_visits(session, actor, agents, since=since, until=until)
    _compare_doors(session, actor, agents, since=since, until=until)
    return agents


def unworked(session: Session, actor: Actor) -> dict[UUID, Fit]:
    """Every agent of the house, before anything is counted."""
    return {agent.id: Fit(agent) for agent in session.scalars(scoped.own(Agent, actor))}


def judged(
    session: Session, actor: Actor, agents: Mapping[UUID, Fit], *, doubts: Doubts, since: datetime
) -> list[Fit]:
    """Those of whom something was counted or noted, with grounds and reviews, in their order."""
    reviews = scoped.own(AgentReview, actor).where(AgentReview.noted_at >= since)
    for review in session.scalars(reviews.order_by(AgentReview.id)):
        agents[review.agent_id].review = review
    worked = [fit for fit in agents.values() if fit.has_worked or fit.review]
    for fit in worked:
        fit.grounds = grounds(
            doubts,
            items=(fit.doubtful, fit.items),
            visits=(fit.remarked, fit.visits),
            repeated=fit.repeated,
            compared=fit.compared,
            surplus=fit.surplus,
        )
    return sorted(worked, key=_order)


def doubted_visits(
    session: Session, actor: Actor, agent_id: UUID, *, since: datetime, until: datetime
) -> list[Doubted]:
    """The visits of an agent within `[since, until)` that gave a ground, the latest first."""
    checks: defaultdict[UUID, set[str]] = defaultdict(set)
    own = _items(actor, since, until, Item.visit_id, Item.findings)
    for visit_id, findings in session.execute(own.where(Account.agent_id == agent_id)):
        checks[visit_id] |= _failed(findings)
    mine = or_(Visit.agent_id == agent_id, Visit.partner_id == agent_id)
    within = (Visit.arrived_at >= since) & (Visit.arrived_at < until)
    query = (
        scoped.own(Visit, actor)
        .where(mine, within | Visit.id.in_(checks))
        .options(joinedload(Visit.case))
        .order_by(Visit.arrived_at.desc(), Visit.id)
    )
    visits = session.scalars(query).unique().all()
    closed = {visit.address_id for visit in visits if visit.outcome == Outcome.NO_ANSWER}
    others = _others_at(session, closed, agent_id, since=since, until=until)
    found = []
    for visit in visits:
        met = others.get(visit.address_id, (0, 0))
        is_odd = visit.outcome == Outcome.NO_ANSWER and met[0] > 0
        remarks = [one["code"] for one in visit.remarks if one["code"] in DOUBTS]
        if remarks or checks[visit.id] or is_odd:
            failed = sorted(checks[visit.id])
            found.append(Doubted(visit, remarks, failed, met if is_odd else None))
    return found[:_MOST]


def _order(fit: Fit) -> tuple[object, ...]:
    return (
        not fit.is_open, not fit.grounds, -len(fit.grounds), -fit.share, -fit.remarked,
        fit.agent.code,
    )  # fmt: skip


def _failed(findings: Sequence[dict[str, object]]) -> set[str]:
    return {str(one["check"]) for one in findings if one["holds"] is False}


def _items(actor: Actor, since: datetime, until: datetime, *columns: Any) -> Rows:
    query: Rows = select(*columns)
    return (
        query.select_from(Item)
        .join(Account, Item.account_id == Account.id)
        .where(
            Item.organisation_id == actor.organisation_id,
            Item.received_at >= since,
            Item.received_at < until,
            Account.agent_id.is_not(None),
        )
        .execution_options(yield_per=1_000)
    )


def _handed_in(actor: Actor, since: datetime, until: datetime) -> Rows:
    """How many items each account of an agent handed in: counted before accounts are looked up."""
    within = (Item.received_at >= since, Item.received_at < until)
    counted = (
        select(Item.account_id, func.count().label("n"))
        .where(Item.organisation_id == actor.organisation_id, *within)
        .group_by(Item.account_id)
        .subquery()
    )
    query: Rows = select(Account.agent_id, counted.c.n)
    return query.join(counted, counted.c.account_id == Account.id).where(
        Account.agent_id.is_not(None)
    )


def _count_visits(
    session: Session, actor: Actor, agents: dict[UUID, Fit], *, since: datetime, until: datetime
) -> None:
    """Visits count for their first agent and his partner, each once.

    What tells of one of them alone, as that he went away, counts for him alone.
    """
    within = (
        Visit.organisation_id == actor.organisation_id,
        Visit.arrived_at >= since,
        Visit.arrived_at < until,
    )
    crew = (Visit.agent_id, Visit.partner_id)
    counts = select(*crew, func.count()).where(*within).group_by(*crew)
    for *went, count in session.execute(counts):
        for agent_id in {one for one in went if one is not None}:
            agents[agent_id].visits += count
    remarked = select(*crew, Visit.remarks).where(*within, flaws.is_remarked())
    for *went, remarks in session.execute(remarked.execution_options(yield_per=1_000)):
        for agent_id in {one for one in went if one is not None}:
            agents[agent_id].remarked += _is_doubted(remarks, agent_id)


def _is_doubted(remarks: Sequence[dict[str, Any]], agent_id: UUID) -> bool:
    return any(
        one["code"] in DOUBTS and one.get("agent_id") in (None, str(agent_id)) for one in remarks
    )


def _others_at(
    session: Session, doors: Collection[UUID], agent_id: UUID, *, since: datetime, until: datetime
) -> dict[UUID, tuple[int, int]]:
    """By door how often others found somebody in the year before `until`, and how often they came.

    Of these doors those at which anybody stood in the period.
    """
    # Whoever went alone has no partner, whom no comparison with null would find.
    is_others = (Visit.agent_id != agent_id) & Visit.partner_id.is_distinct_from(agent_id)
    found = is_others & (Visit.outcome != Outcome.NO_ANSWER)
    query = (
        select(Visit.address_id, func.sum(_one(found)), func.sum(_one(is_others)))
        # Of the house nothing is said, for its doors are: else all of its visits would be read.
        .where(*_in_the_year(until), Visit.address_id.in_(doors))
        .group_by(Visit.address_id)
        .having(func.sum(_one(Visit.arrived_at >= since)) > 0)
    )
    return {door: (int(found), int(came)) for door, found, came in session.execute(query)}


def _compare_doors(
    session: Session, actor: Actor, agents: dict[UUID, Fit], *, since: datetime, until: datetime
) -> None:
    """What each agent found at doors where others came too, beside what was to be expected.

    The database counts: for each agent how often he stood at doors at which others came so often
    and found nobody so often.
    """
    came = _came(actor, since=since, until=until)
    chances: defaultdict[UUID, list[float]] = defaultdict(list)
    for agent_id, *counts in session.execute(_beside_others(came)):
        # PostgreSQL adds up sums as numbers with digits behind the point.
        closed, others, times, found, nobody, number = map(int, counts)
        chances[agent_id] += [expected(closed, others, nobody / number)] * times
        agents[agent_id].nobody += found
    for agent_id, told in chances.items():
        fit = agents[agent_id]
        fit.compared, fit.expected = len(told), sum(told)
        fit.surplus = surplus(fit.nobody, told)


def _came(actor: Actor, *, since: datetime, until: datetime) -> CTE:
    """The visits of the year before `until` at the doors at which somebody stood in the period."""
    own = Visit.organisation_id == actor.organisation_id
    stood = select(Visit.address_id).where(
        own,
        *_in_the_year(until),
        # A visit is made on its day: by that it is found.
        Visit.day.between((since - _A_DAY).date(), (until + _A_DAY).date()),
        Visit.arrived_at >= since,
    )
    return (
        select(
            Visit.address_id,
            Visit.agent_id,
            case((Visit.partner_id != Visit.agent_id, Visit.partner_id)).label("partner_id"),
            _one(Visit.outcome == Outcome.NO_ANSWER).label("nobody"),
            _one(Visit.arrived_at >= since).label("now"),
        )
        .where(own, *_in_the_year(until), Visit.address_id.in_(stood))
        .cte("came")
    )


def _beside_others(came: CTE) -> Rows:
    """By agent, and by how often others found nobody and came: his visits, and nobody at them.

    Each line ends with how often anybody found nobody at these doors, and how often anybody came.
    """
    door = (
        select(came.c.address_id, func.sum(came.c.nobody).label("nobody"), func.count().label("n"))
        .group_by(came.c.address_id)
        .cte("door")
    )
    each = [
        select(came.c.address_id, who.label("agent_id"), came.c.nobody, came.c.now).where(
            who.is_not(None)
        )
        for who in (came.c.agent_id, came.c.partner_id)
    ]
    went = union_all(*each).cte("went")
    own = (
        select(
            went.c.address_id, went.c.agent_id, func.sum(went.c.nobody).label("nobody"),
            func.count().label("n"), func.sum(went.c.now).label("now"),
            func.sum(went.c.now * went.c.nobody).label("now_nobody"),
        )
        .group_by(went.c.address_id, went.c.agent_id)
        .having(func.sum(went.c.now) > 0)
        .cte("own")
    )  # fmt: skip
    others, closed = door.c.n - own.c.n, door.c.nobody - own.c.nobody
    whole = [select(func.sum(one)).scalar_subquery() for one in (door.c.nobody, door.c.n)]
    his = (func.sum(own.c.now), func.sum(own.c.now_nobody))
    return (
        select(own.c.agent_id, closed, others, *his, *whole)
        .join(door, door.c.address_id == own.c.address_id)
        .where(others > 0)
        .group_by(own.c.agent_id, closed, others)
        .order_by(own.c.agent_id, closed, others)
    )


def _in_the_year(until: datetime) -> list[ColumnElement[bool]]:
    """Which visits came to an outcome within a year before a time."""
    return [
        Visit.outcome.is_not(None),
        Visit.arrived_at >= until - _OTHERS,
        Visit.arrived_at < until,
    ]


def _one(condition: ColumnElement[bool]) -> ColumnElement[int]:
    return case((condition, 1), else_=0)
