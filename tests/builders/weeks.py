"""Weeks of work played through the services: plans, doors, calls, holds, delays, lone arrivals."""

import random
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.orm import Session

from fieldops.domain.errors import FieldopsError
from fieldops.domain.permissions import Actor, Role
from fieldops.domain.rulebook.vocabulary import Channel, HoldKind, HoldScope, Result
from fieldops.models import Case, Organisation, Party, Visit
from fieldops.services import contacts, hold_ending, holds, visits
from fieldops.services.planning import committing
from fieldops.services.rights import overriding
from fieldops.services.rulings import ContactForbidden
from tests.builders.doors import TERMS, arrival
from tests.builders.overriding import OFFICER, an_order
from tests.builders.planning import BOOK, a_proposed_plan, a_team, some_cases
from tests.builders.rights import RIGHTS

ZONE = ZoneInfo("Asia/Shanghai")
_OUTCOMES = ("no_answer", "met_debtor", "refused", "vacant")
_HOLDS = (HoldKind.CEASE, HoldKind.COMPLAINT, HoldKind.VULNERABLE, HoldKind.NO_CONTACT_ORDER)
# At any hour, so that the night is tried too.
_CALLS, _PLACED, _LIFTED, _OVERRIDDEN = 12, 1, 1, 3
_RULES = ("GL-VULN-01", "GL-CEASE-01", "GL-COMP-01", "CN-FREQ-03", "CN-NCO-01", "CN-TIME-01")


@dataclass
class Weeks:
    """Days that come one after the other; `refused` counts what the service did not let happen."""

    session: Session
    office: Actor
    chance: random.Random
    cases: list[Case]
    done: int = 0
    refused: int = 0
    _steps: list[tuple[datetime, str, Visit | None]] = field(default_factory=list)

    def play(self, first: date, days: int) -> None:
        """Plan and work so many days."""
        for number in range(days):
            self._day(first + timedelta(days=number))

    def _day(self, day: date) -> None:
        morning = datetime.combine(day, time(6), ZONE)
        plan = a_proposed_plan(self.session, self.office, day=day, now=morning)
        found = committing.commit_plan(
            self.session, plan.id, version=plan.version, book=BOOK, actor=self.office,
            now=morning, drop_forbidden=True,
        )  # fmt: skip
        assert not isinstance(found, ContactForbidden)
        planned = self.session.scalars(select(Visit).where(Visit.day == day)).all()
        self._steps = [step for visit in planned for step in self._at_the_door(visit)]
        asked = {"call": _CALLS, "hold": _PLACED, "lift": _LIFTED, "override": _OVERRIDDEN}
        for what, count in asked.items():
            for _ in range(count):
                minutes = self.chance.uniform(5 * 60, 23 * 60 + 50)
                at = datetime.combine(day, time(), ZONE) + timedelta(minutes=minutes)
                self._steps.append((at, what, None))
        for at, what, visit in sorted(self._steps, key=lambda step: (step[0], step[1])):
            self._try(at, what, visit)

    def _at_the_door(self, visit: Visit) -> list[tuple[datetime, str, Visit | None]]:
        # Some days slip, some crews come apart, and some are a day's length too late.
        slip = timedelta(minutes=self.chance.choice((0, 0, 0, 20, 90, 400)))
        start = visit.planned_start.astimezone(ZONE) + slip
        end = start + (visit.planned_finish - visit.planned_start)
        steps: list[tuple[datetime, str, Visit | None]] = [(start, "arrive", visit)]
        if self.chance.random() < 0.95:
            steps.append((start + timedelta(seconds=20), "arrive too", visit))
        steps += [(end - timedelta(seconds=30), "record", visit), (end, "leave", visit)]
        return steps

    def _try(self, at: datetime, what: str, visit: Visit | None) -> None:
        try:
            with self.session.begin_nested():
                answer = self._act(at, what, visit)
        except FieldopsError:
            answer = None
        refused = answer is None or isinstance(answer, ContactForbidden)
        self.refused += refused
        self.done += not refused

    def _act(self, at: datetime, what: str, visit: Visit | None) -> object:
        if visit is not None:
            return self._work(at, what, visit)
        case = self.chance.choice(self.cases)
        if what == "call":
            return self._call(at, case)
        if what == "hold":
            order = holds.HoldOrder(
                self.chance.choice(_HOLDS), HoldScope.PERSON, case.id, "asked for",
                ends_at=at + timedelta(days=self.chance.randint(1, 6)),
            )  # fmt: skip
            return holds.place(self.session, order, rights=RIGHTS, actor=self.office, now=at)
        return self._override(at) if what == "override" else self._lift(at)

    def _override(self, at: datetime) -> object:
        # Some are for rules that nobody may override, some by the wrong office.
        held = [one for one in self.cases if one.state == "held"] or self.cases
        order = an_order(
            self.chance.choice(held), self.chance.choice(_RULES), starts_at=at,
            ends_at=at + timedelta(days=4),
        )  # fmt: skip
        officer = Actor(
            self.office.organisation_id,
            self.chance.choice((Role.COMPLIANCE, Role.COMPLIANCE, Role.COUNSEL)),
            account_id=OFFICER,
        )
        row = overriding.place(self.session, order, book=BOOK, actor=officer, now=at)
        if self.chance.random() < 0.2:
            overriding.revoke(
                self.session, row.id, "it was a mistake", book=BOOK, actor=officer, now=at
            )
        return row

    def _lift(self, at: datetime) -> object:
        standing, _ = holds.listed(
            self.session, self.office, after=None, limit=1, in_force_at=at, case_id=None
        )
        if not standing:
            return "nothing is held"
        hold_id = standing[0].id
        return hold_ending.lift(
            self.session, hold_id, "over", rights=RIGHTS, actor=self.office, now=at
        )

    def _work(self, at: datetime, what: str, visit: Visit) -> object:
        second = what == "arrive too"
        agent_id = visit.partner_id if second else visit.agent_id
        actor = Actor(visit.organisation_id, Role.AGENT, None, agent_id)
        if what.startswith("arrive"):
            told = visits.read_arrival(arrival(device_at=at.isoformat()))
            return visits.arrive(
                self.session, visit.id, told, book=BOOK, radius_metres=1e6, actor=actor, now=at
            )
        version = visit.version
        if what == "leave":
            return visits.leave(
                self.session, visit.id, version=version, book=BOOK, actor=actor, now=at
            )
        outcome = self.chance.choice(_OUTCOMES)
        answers = {"facts": {"recording_kept": True}}
        return visits.record_outcome(
            self.session, visit.id, outcome, answers, version=version, book=BOOK, terms=TERMS,
            actor=actor, now=at,
        )  # fmt: skip

    def _call(self, at: datetime, case: Case) -> object:
        # Few debtors and few numbers, so that the caps of a day are reached.
        party = self.session.scalars(select(Party).where(Party.case_id == self.cases[0].id)).first()
        assert party is not None
        number = f"1380013800{self.chance.randint(0, 1)}"
        order = contacts.ContactOrder(party.id, Channel.CALL, number=number)
        opened = contacts.open_contact(self.session, order, book=BOOK, actor=self.office, now=at)
        if isinstance(opened, ContactForbidden):
            return opened
        result = self.chance.choice((Result.CONNECTED, Result.NO_ANSWER, Result.NO_ANSWER))
        return contacts.set_result(self.session, opened.id, result, actor=self.office, now=at)


def some_weeks(session: Session, organisation: Organisation, office: Actor, seed: int) -> Weeks:
    """Two crews with thirty debtors, of whom one owes twice."""
    a_team(session, organisation, crews=2, day_start="08:30", day_end="20:30")
    cases = some_cases(session, organisation, 30)
    twice = session.scalars(select(Party).where(Party.case_id == cases[1].id)).one()
    twice.person_id = cases[0].parties[0].person_id
    session.flush()
    return Weeks(session, office, random.Random(seed), cases)
