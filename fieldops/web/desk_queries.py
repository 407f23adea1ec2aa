"""What lies on counsel's desk: flags by deadline with their next step, alerts, and case clocks."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session, selectinload

from fieldops.domain.permissions import Actor
from fieldops.domain.rulebook.records import RuleBook
from fieldops.models import AlertChannel, Case, Deadline, Flag, Notice
from fieldops.services import alert_settings, flags, next_steps, notices, scoped
from fieldops.services.next_steps import NextStep
from fieldops.web.clock_showing import is_over, is_pressing

_PAGE = 25
_CLOCKS = 50
# The stretches of a desk, the most urgent first.
PAST, SOON, LATER, NEVER = "past", "soon", "later", "never"


@dataclass(frozen=True, slots=True)
class Due:
    """A flag with its case, the clock that ends first, those that have run out, and what to do."""

    flag: Flag
    case: Case
    clock: Deadline | None
    late: Sequence[Deadline]
    step: NextStep | None
    notice: Notice | None

    @property
    def stretch(self) -> str:
        """How urgent it is."""
        name = self.clock.name if self.clock else ""
        if self.flag.earliest_deadline is None:
            return NEVER
        if is_over(self.flag.earliest_deadline, name):
            return PAST
        return SOON if is_pressing(self.flag.earliest_deadline, name) else LATER


@dataclass(frozen=True, slots=True)
class Desk:
    """One page of flags in their stretches, and what stands beside them."""

    state: str
    due: Mapping[str, Sequence[Due]]
    following: UUID | None
    unseen: Sequence[Notice]
    clocks: Sequence[Deadline]
    more_unseen: UUID | None
    cases: Mapping[UUID, Case]
    failing: Sequence[AlertChannel]


def desk(
    session: Session,
    state: str,
    after: UUID | None,
    unseen_after: UUID | None = None,
    *,
    book: RuleBook,
    actor: Actor,
    now: datetime,
) -> Desk:
    """The flags of a state by deadline and what nobody has seen, a page of each."""
    found, following = flags.by_deadline(session, actor, after=after, limit=_PAGE, state=state)
    unseen, more_unseen = notices.waiting(session, actor, beyond=unseen_after)
    running = scoped.own(Deadline, actor).order_by(Deadline.ends_at, Deadline.id)
    of_cases = session.scalars(running.where(Deadline.flag_id.is_(None)).limit(_CLOCKS)).all()
    named = {flag.case_id for flag in found} | {one.case_id for one in of_cases}
    named |= {one.case_id for one in unseen if one.case_id is not None}
    cases = {one.id: one for one in session.scalars(select(Case).where(Case.id.in_(named)))}
    steps = next_steps.of_shown(session, found, [], book=book, actor=actor, now=now)
    clocks = _of_flags(session, found, actor)
    about = {one.flag_id: one for one in unseen if one.flag_id is not None}
    due: dict[str, list[Due]] = {}
    for flag in found:
        one = _due(flag, cases[flag.case_id], clocks[flag.id], steps, about.get(flag.id))
        due.setdefault(one.stretch, []).append(one)
    shown = {flag.id for flag in found}
    return Desk(
        state, due, following, [one for one in unseen if one.flag_id not in shown], of_cases,
        more_unseen, cases, alert_settings.failing(session, actor.organisation_id),
    )  # fmt: skip


def _of_flags(
    session: Session, found: Sequence[Flag], actor: Actor
) -> defaultdict[UUID | None, list[Deadline]]:
    """The running clocks of these flags with the flags' reviews, by one query each."""
    ids = [flag.id for flag in found]
    clocks: defaultdict[UUID | None, list[Deadline]] = defaultdict(list)
    query = scoped.own(Deadline, actor).where(Deadline.flag_id.in_(ids))
    for one in session.scalars(query.order_by(Deadline.ends_at, Deadline.id)):
        clocks[one.flag_id].append(one)
    session.scalars(select(Flag).where(Flag.id.in_(ids)).options(selectinload(Flag.reviews))).all()
    return clocks


def _due(
    flag: Flag,
    case: Case,
    clocks: Sequence[Deadline],
    steps: Mapping[UUID, Sequence[NextStep]],
    notice: Notice | None,
) -> Due:
    first = next((one for one in clocks if one.ends_at == flag.earliest_deadline), None)
    late = [one for one in clocks if one is not first and is_over(one.ends_at, one.name)]
    best = next((one for one in steps.get(flag.id, ()) if one.allowed), None)
    return Due(flag, case, first, late, best, notice)
