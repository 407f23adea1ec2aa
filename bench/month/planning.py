"""The plan of a day: asked for, solved, disturbed, and committed, at times by two at once."""

import random
import threading
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from sqlalchemy import select

from bench.audit.refusals import Refusal
from bench.month.doors import Door
from bench.month.house import House
from bench.month.office import Office
from fieldops.db import db, reading
from fieldops.domain.permissions import Role
from fieldops.models import Case, Stop, Visit
from fieldops.services.planning import building, committing, requesting, storing
from fieldops.services.planning.pace import Pace
from fieldops.transaction import transaction

PACE = Pace()
# Seconds of search for a plan: more for a house of many cases.
_LEAST, _MOST, _CASES_A_SECOND = 0.1, 4.0, 600
_STOPPED = 0.02


@dataclass
class Planner:
    """The dispatchers of the house."""

    house: House
    chance: random.Random
    cases: int
    planned: int = 0

    @property
    def budget(self) -> float:
        """Seconds that the solver is given for a day."""
        return min(_MOST, max(_LEAST, self.cases / _CASES_A_SECOND))

    def plan(self, day: date, at: datetime, seed: int) -> UUID | None:
        """Ask for a plan and have it solved; its id, or None where no plan could be asked for."""
        house, actor = self.house, self.house.office[Role.DISPATCHER]
        plan = house.try_to(
            "plan",
            lambda session: requesting.request_plan(
                session, day, budget=self.budget, seed=seed, is_queued=False,
                actor=actor, now=at,
            ),
            at,
        )  # fmt: skip
        if plan is None:
            return None
        plan_id: UUID = plan.id
        with reading(), transaction(db.session) as session:
            prepared = building.prepare(
                session, plan_id, book=house.parts.rulebook, pace=PACE, actor=house.system,
                policy=house.parts.planning_policy,
            )  # fmt: skip
        solved = building.solve(prepared)
        with transaction(db.session) as session:
            storing.store(session, prepared, solved, actor=house.system, now=at)
        for one in prepared.refused:
            rules = frozenset(one.ruling.rules)
            house.tally.refused["plan"] += 1
            house.tally.rules.update(rules)
            house.tally.refusals.append(Refusal(one.subject, at, rules))
        return plan_id

    def disturb(self, plan_id: UUID, office: Office, at: datetime) -> None:
        """Contact is stopped with some people between the plan and its commit."""
        query = select(Stop.case_id).where(Stop.plan_id == plan_id, Stop.route_id.is_not(None))
        for (case_id,) in self.house.look(query):
            if self.chance.random() < _STOPPED:
                office.stop(case_id, at)

    def commit(self, plan_id: UUID, at: datetime, *, whole: bool = False) -> bool:
        """Commit a plan, dropping what is unlawful by now unless it is to be whole."""
        actor = self.house.office[Role.DISPATCHER]
        found = self.house.try_to(
            "commit",
            lambda session: committing.commit_plan(
                session, plan_id, version=None, book=self.house.parts.rulebook, actor=actor,
                now=at, drop_forbidden=not whole,
            ),
            at,
        )  # fmt: skip
        if found is None:
            return False
        self.planned += found.visits
        for one in found.dropped:
            rules = frozenset(one.ruling.rules)
            self.house.tally.refused["stop at the commit"] += 1
            self.house.tally.rules.update(rules)
            self.house.tally.refusals.append(Refusal(f"stop:{one.stop.id}", at, rules))
        return True

    def commit_both(self, plans: Sequence[UUID], at: datetime) -> None:
        """Two dispatchers commit two plans for one day at the same moment; one may."""
        barrier, done = threading.Barrier(len(plans)), list[bool]()

        def one(plan_id: UUID) -> None:
            with self.house.app.app_context():
                barrier.wait()
                done.append(self.commit(plan_id, at))
                db.session.remove()

        threads = [threading.Thread(target=one, args=(plan_id,)) for plan_id in plans]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        if sum(done) != 1:
            raise AssertionError(f"{sum(done)} of {len(plans)} plans for one day were committed")

    def doors(self, day: date) -> list[Door]:
        """The visits that are planned for the day."""
        query = (
            select(
                Visit.id, Visit.case_id, Case.number, Visit.party_id, Visit.agent_id,
                Visit.partner_id, Visit.planned_start, Visit.planned_finish,
            )
            .join(Case, Case.id == Visit.case_id)
            .where(Visit.day == day, Visit.state == "planned")
            .order_by(Visit.planned_start, Visit.id)
        )  # fmt: skip
        return [Door(*row) for row in self.house.look(query)]
