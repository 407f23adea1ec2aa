"""The house in which the month is played: its database, its people, and how an act is done."""

import secrets
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import datetime
from pathlib import Path
from typing import Any
from uuid import UUID

from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from bench.audit.refusals import Refusal
from bench.month import world
from fieldops import clock, settings
from fieldops.app import create_app
from fieldops.cli.schema import migrated
from fieldops.db import db, reading
from fieldops.domain.errors import FieldopsError
from fieldops.domain.permissions import Actor, Role, system
from fieldops.gateways.spreadsheets import open_rows
from fieldops.jobs import publishing
from fieldops.jobs.routine import ROUNDS
from fieldops.models import Agent
from fieldops.services import accounts, alert_settings, intake, organisations
from fieldops.services.phones import enrolling
from fieldops.services.phones.acts import Means
from fieldops.services.rulings import ContactForbidden
from fieldops.settings import Settings
from fieldops.transaction import transaction
from fieldops.wiring import Wiring

CLOCK = "month-clock"
_PASSWORD_BYTES = 24
# What is due by the clock and bears on people; the others keep keys, stamps and old files.
_ROUNDS = frozenset(
    {"holds", "complaints", "notices", "data-clocks", "linking", "reviews", "alarms"}
)


@dataclass
class Tally:
    """What came of all acts: done, refused by which rule, turned away for another reason."""

    done: Counter[str] = field(default_factory=Counter)
    rules: Counter[str] = field(default_factory=Counter)
    refused: Counter[str] = field(default_factory=Counter)
    turned_away: Counter[str] = field(default_factory=Counter)
    refusals: list[Refusal] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Fieldworker:
    """An agent as he acts, with his phone."""

    actor: Actor
    device_id: UUID


@dataclass
class House:
    """An organisation with its office and its agents; every act is one transaction."""

    app: Flask
    parts: Wiring
    home: Path
    organisation_id: UUID
    office: dict[Role, Actor]
    agents: dict[UUID, Fieldworker] = field(default_factory=dict)
    tally: Tally = field(default_factory=Tally)

    @property
    def system(self) -> Actor:
        """The system on behalf of the house."""
        return system(self.organisation_id)

    @property
    def means(self) -> Means:
        """What the acts of phones need."""
        return replace(self.parts.means, radius_metres=1e6)

    def try_to(
        self, what: str, act: Callable[[Session], Any], at: datetime, subject: str = ""
    ) -> Any:
        """Do something as one transaction; None where the house did not let it happen.

        A refusal of the rulebook is kept, and noted here to be compared with what was kept.
        """
        try:
            with transaction(db.session) as session:
                found = act(session)
        except FieldopsError as wrong:
            self.tally.turned_away[wrong.slug] += 1
            return None
        if isinstance(found, ContactForbidden):
            self.note_refusal(what, subject, at, found)
            return None
        self.tally.done[what] += 1
        return found

    def note_refusal(self, what: str, subject: str, at: datetime, found: ContactForbidden) -> None:
        """Count a refusal by each of its rules."""
        self.tally.refused[what] += 1
        self.tally.rules.update(found.ruling.rules)
        if subject:
            self.tally.refusals.append(Refusal(subject, at, frozenset(found.ruling.rules)))

    def look(self, query: Any) -> list[Any]:
        """Rows of a query, read without any lock."""
        with reading(), transaction(db.session) as session:
            return list(session.execute(query).all())

    def set_clock(self, at: datetime) -> None:
        """Let the working time be this."""
        clock.set_rehearsal(self.home / CLOCK, at)

    def follow(self, at: datetime) -> None:
        """Do what is due by the clock, and all that follows from what happened."""
        self.set_clock(at)
        for each in ROUNDS:
            if each.name in _ROUNDS:
                each.go(self.parts)
        publishing.publish(self.parts, inline=True)

    def take_in(self, lines: list[Any], name: str, at: datetime, gazetteer: Any) -> None:
        """Take in a case file of these lines."""
        path = world.write(self.home / name, world.HEADINGS, lines)
        with transaction(db.session) as session:
            intake.take_in(
                session, open_rows(path), name, kind="cases", sha256=secrets.token_hex(32),
                gazetteer=gazetteer, actor=self.system, now=at,
            )  # fmt: skip


@contextmanager
def a_house(
    home: Path, made: world.World, at: datetime, *, url: str = "", alerts: str = ""
) -> Iterator[House]:
    """Found a house with its office, its agents and their phones, at a time before the month.

    `url` is its database, SQLite in `home` when there is none; `alerts` is a web address on this
    machine to which every alert goes.
    """
    loaded = settings.load(
        {}, data_dir=home, database_url=url, rehearsal_clock=CLOCK, plan_workers="here",
        alert_hosts=("127.0.0.1",), log_level="ERROR",
    )  # fmt: skip
    clock.set_rehearsal(home / CLOCK, at)
    migrated(loaded)
    app = create_app(loaded)
    parts: Wiring = app.extensions["fieldops"]
    parts.publish = lambda: None
    try:
        with app.app_context():
            yield _founded(app, parts, home, made, at, alerts)
    finally:
        clock.rehearse(None)
        with app.app_context():
            db.session.remove()
            db.engine.dispose()


def _founded(
    app: Flask, parts: Wiring, home: Path, made: world.World, at: datetime, alerts: str
) -> House:
    with transaction(db.session) as session:
        row = organisations.found(session, "Month", now=at)
        actor = system(row.id)
        office = {
            role: _account(session, role, role.value, actor, at)
            for role in (Role.DISPATCHER, Role.COMPLIANCE, Role.COUNSEL, Role.ADMIN)
        }
        path = world.write(home / "agents.csv", world.AGENT_HEADINGS, made.agents)
        intake.take_in(
            session, open_rows(path), path.name, kind="agents", sha256=secrets.token_hex(32),
            actor=actor, now=at,
        )  # fmt: skip
        if alerts:
            for role in alert_settings.ROLES:
                order = alert_settings.ChannelOrder(
                    role, "webhook", url=alerts, secret="a secret of the month"
                )
                alert_settings.add_channel(session, order, actor=actor, now=at)
    house = House(app, parts, home, actor.organisation_id, office)
    for agent_id, code in house.look(select(Agent.id, Agent.code).order_by(Agent.code)):
        with transaction(db.session) as session:
            house.agents[agent_id] = _fieldworker(
                session, agent_id, code, parts.settings, house.system, at
            )
    return house


def _account(
    session: Session,
    role: Role,
    name: str,
    actor: Actor,
    at: datetime,
    agent_id: UUID | None = None,
) -> Actor:
    account = accounts.create(
        session, username=f"month-{name.lower()}", role=role.value, name=name,
        password=secrets.token_urlsafe(_PASSWORD_BYTES), actor=actor, now=at, agent_id=agent_id,
    )  # fmt: skip
    return Actor(actor.organisation_id, role, account.id, agent_id, name)


def _fieldworker(
    session: Session, agent_id: UUID, code: str, loaded: Settings, actor: Actor, at: datetime
) -> Fieldworker:
    own = _account(session, Role.AGENT, code, actor, at, agent_id)
    made = enrolling.make_code(session, agent_id, actor=actor, at=at)
    phone = enrolling.enrol(session, made.code, code, source="month", settings=loaded, at=at)
    if not isinstance(phone, enrolling.Enrolled):
        raise phone
    return Fieldworker(own, phone.device.id)
