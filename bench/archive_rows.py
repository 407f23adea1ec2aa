"""What the rows of a large archive say: for each table how many there are, each by its number."""

from collections.abc import Callable
from datetime import UTC, datetime, time, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from sqlalchemy import Engine, text

from bench.bulk import Row
from fieldops.models import Base, key_lookup, sealing
from fieldops.models.sealing import seal_under

if TYPE_CHECKING:
    from bench.archive import Archive

Made = tuple[int, Callable[[int], Row]]
CREDITORS = tuple(f"{name}银行" for name in "甲乙丙丁戊己庚辛")
OUTCOMES = ("no_answer", "met_debtor", "met_family", "promise", "refused", "vacant")
A_ROUTE = 8
# By so many crews the next day is handed on.
_TURN = 7
FAR = [{"code": "far-from-address", "metres": 240, "at": "2026-11-24T01:00:00+00:00"}]


class DayRows:
    """The rows of a team, its cases and its days, sealed as the service seals them."""

    def __init__(self, archive: "Archive", engine: Engine | None) -> None:
        self.a = archive
        self.visits, self.cases = archive.visits, archive.cases
        self.people = self.cases + self.cases // 2
        self.imports = max(1, self.cases // 1_000)
        if engine is None:
            # Nothing is written: only counts are asked for.
            return
        column = Base.metadata.tables["organisation"].c.wrapped_key
        query = text("SELECT wrapped_key FROM organisation").columns(column)
        with engine.connect() as connection:
            ring = key_lookup.ring_of(bytes(connection.execute(query).scalar_one()))
        # One key for everybody, wrapped once: it is opened as often as if each had his own.
        self._key = bytes(range(32))
        self._wrapped = ring.seal(key_lookup.WRAP, self._key)
        house = sealing.current()
        self.note, self.name = (
            house.seal("note", "说明".encode()),
            house.seal("name", "李四".encode()),
        )

    def of(self, table: str) -> Made:
        """How many rows of this table, and how one is made."""
        # A word of the language cannot name a method.
        found: Made = getattr(self, "import_" if table == "import" else table)()
        return found

    def _sealed(self, number: int, kind: str, plain: str) -> bytes:
        return seal_under(self.a.id_of("person", number), self._key, kind, plain.encode())

    def _moment(self, plan: int, minutes: int) -> datetime:
        return datetime.combine(self.a.day(plan), time(1), UTC) + timedelta(minutes=minutes)

    def agent(self) -> Made:
        return 2 * self.a.crews, lambda n: {
            "code": f"A{n:04d}", "name": self.name, "lat": 30.6, "lon": 104.0, "day_start": "09:00",
            "day_end": "18:00", "partner_code": f"A{n ^ 1:04d}", "background_ok": True,
            "content_key": f"bench:{n}", "created_at": self.a.at(0, 1),
        }  # fmt: skip

    def account(self) -> Made:
        return 2 * self.a.crews, lambda n: {
            "username": f"agent-{n}", "role": "agent", "name": self.name, "language": "zh",
            "agent_id": self.a.key("agent", n), "created_at": self.a.at(0, 1),
        }  # fmt: skip

    def person(self) -> Made:
        return self.people, lambda n: {
            "name": self._sealed(n, "name", f"客户{n}"), "wishes": {},
            "created_at": self.a.at(n, self.people),
        }  # fmt: skip

    def data_key(self) -> Made:
        return self.people, lambda n: {
            "id": self.a.key("person", n), "kind": "person", "wrapped_key": self._wrapped,
            "made_at": self.a.at(n, self.people),
        }  # fmt: skip

    def import_(self) -> Made:
        return self.imports, lambda n: {
            "kind": "cases", "filename": f"cases-{n}.csv", "sha256": f"{n:064x}", "state": "done",
            "is_dry_run": False, "counts": {}, "created_at": self.a.at(n, self.imports),
        }  # fmt: skip

    def case(self) -> Made:
        return self.cases, lambda n: {
            "number": f"HT-{n:07d}", "creditor": CREDITORS[n % 8], "product": "信用卡",
            "amount": Decimal(10_000 + n % 90_000), "currency": "CNY", "overdue_days": n % 900,
            "priority": 1 + n % 5, "state": "closed" if n % 4 else "open",
            "content_key": f"bench:{n}", "import_id": self.a.key("import", n % self.imports),
            "created_at": self.a.at(n, self.cases), "updated_at": self.a.at(n, self.cases),
        }  # fmt: skip

    def party(self) -> Made:
        return self.people, lambda n: {
            **self._of_case(n), "person_id": self.a.key("person", n),
            "role": "debtor" if n < self.cases else "guarantor",
            "created_at": self.a.at(n, self.people),
        }  # fmt: skip

    def address(self) -> Made:
        return self.people, lambda n: {
            **self._of_case(n), "party_id": self.a.key("party", n),
            "text": self._sealed(n, "address", f"成都市锦江区红星路{n}号"), "kind": "home",
            "text_index": f"{n:064x}", "lat": 30.5 + n % 997 / 2000, "lon": 103.8 + n % 991 / 2000,
            "state": "ambiguous" if n % 200 == 7 else "located", "grade": "door",
            "provider": "given", "area_code": f"5101{n % 20:02d}", "version": 1,
            "created_at": self.a.at(n, self.people),
        }  # fmt: skip

    def plan(self) -> Made:
        return self.a.plans, lambda n: {
            "day": self.a.day(n), "days": 1, "state": "committed", "version": 1, "seed": 1,
            "budget_seconds": 1.0, "created_at": self._moment(n, -900),
            "figures": {"kilometres": 900.0, "hours": 800.0, "served": self.a.a_day},
        }  # fmt: skip

    def shift(self) -> Made:
        team = 2 * self.a.crews
        return self.a.plans * team, lambda n: {
            "agent_id": self._member(n // 2, n % 2), "day": self.a.day(n // team),
            "starts_at": self._moment(n // team, 0), "ends_at": self._moment(n // team, 540),
            "version": 1,
        }  # fmt: skip

    def route(self) -> Made:
        crews = self.a.crews
        return self.a.plans * crews, lambda n: {
            "plan_id": self.a.key("plan", n // crews), "shift_id": self.a.key("shift", 2 * n),
            "partner_shift_id": self.a.key("shift", 2 * n + 1), "metres": 40_000,
            "seconds": 9_000,
            "departs_at": self._moment(n // crews, 10), "returns_at": self._moment(n // crews, 500),
        }  # fmt: skip

    def _of_case(self, n: int) -> dict[str, Any]:
        return {"case_id": self.a.key("case", n % self.cases)}

    def _times(self, n: int) -> tuple[int, int, datetime]:
        """The plan of a visit, its place in its route, and when it begins."""
        plan = self.a.plan_of(n)
        place = n % A_ROUTE
        return plan, place, self._moment(plan, 30 + 50 * place)

    def _route_of(self, n: int) -> int:
        plan = self.a.plan_of(n)
        return plan * self.a.crews + (n - plan * self.a.a_day) // A_ROUTE % self.a.crews

    def stop(self) -> Made:
        def make(n: int) -> Row:
            plan, place, start = self._times(n)
            day = [self._moment(plan, 0).isoformat(), self._moment(plan, 540).isoformat()]
            return {
                **self._of_case(n), "plan_id": self.a.key("plan", plan), "sequence": place + 1,
                "address_id": self.a.key("address", n % self.cases), "metres": 3_000,
                "route_id": self.a.key("route", self._route_of(n)), "seconds": 600,
                "arrives_at": start, "starts_at": start, "windows": [day],
                "finishes_at": start + timedelta(minutes=20),
            }  # fmt: skip

        return self.visits, make

    def _member(self, route: int, place: int) -> str:
        """One of the crew of a route. Crews take turns, so that others come to a door."""
        turn = route // self.a.crews * _TURN
        return self.a.key("agent", (2 * (route + turn) + place) % (2 * self.a.crews))

    def visit(self) -> Made:
        def make(n: int) -> Row:
            plan, place, start = self._times(n)
            route, is_over = self._route_of(n), plan < self.a.plans - 1
            finish = start + timedelta(minutes=20)
            return {
                **self._of_case(n), "plan_id": self.a.key("plan", plan), "sequence": place + 1,
                "party_id": self.a.key("party", n % self.cases),
                "debtor_id": self.a.key("person", n % self.cases),
                "address_id": self.a.key("address", n % self.cases), "day": self.a.day(plan),
                "agent_id": self._member(route, 0), "partner_id": self._member(route, 1),
                "planned_start": start, "planned_finish": finish, "version": 1,
                "state": "left" if is_over else "planned",
                "outcome": OUTCOMES[n % 6] if is_over else None,
                "recorded_at": finish if is_over else None, "left_at": finish if is_over else None,
                "arrived_at": start if is_over else None, "created_at": start, "updated_at": finish,
                "remarks": FAR if is_over and n % 25 == 9 else [],
            }  # fmt: skip

        return self.visits, make

    def contact(self) -> Made:
        count = self.visits + self.visits // 5

        def make(n: int) -> Row:
            person, at = self.a.key("person", n % self.cases), self.a.at(n, count)
            is_visit = n < self.visits
            return {
                **self._of_case(n), "person_id": person, "debtor_id": person, "purpose": "collect",
                "channel": "visit" if is_visit else "call", "at": at, "recorded_at": at,
                "visit_id": self.a.key("visit", n) if is_visit else None,
                "result": "reached" if n % 3 else "no_answer",
            }  # fmt: skip

        return count, make

    def _money(self, count: int, **more: Any) -> Made:
        return count, lambda n: {
            **self._of_case(n), "amount": Decimal(500), "currency": "CNY",
            **{name: value(n) for name, value in more.items()},
        }  # fmt: skip

    def promise(self) -> Made:
        count = self.visits // 50
        return self._money(
            count,
            due_on=lambda n: self.a.at(n, count).date(),
            made_at=lambda n: self.a.at(n, count),
        )

    def payment(self) -> Made:
        count = self.visits // 50
        return self._money(count, paid_at=lambda n: self.a.at(n, count))
