"""Builders of what runs out and who is told: a listing that was seen, events, channels."""

from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from fieldops.domain.permissions import Actor
from fieldops.models import AlertChannel, Flag, LegalEvent
from fieldops.services import alert_settings, legal_events, tracing
from tests.builders.doors import Door
from tests.builders.observations import a_disposal
from tests.builders.visits import START

SECRET = "a secret of twenty letters"  # Of test channels alone.


def a_listing(door: Door, actor: Actor, *, now: datetime = START) -> Flag:
    """The car is up for sale: a flag whose clock is one of hours."""
    a_disposal(door, actor, now=now, kind="asset.listed_for_sale", data={})
    return flags(door, now)["AT-LISTING"]


def flags(door: Door, now: datetime = START) -> dict[str, Flag]:
    """The flags of the door's debtor by code, brought up to date."""
    tracing.believe_and_flag(door.session, door.visit.debtor_id, now=now)
    query = select(Flag).where(Flag.person_id == door.visit.debtor_id)
    return {flag.code: flag for flag in door.session.scalars(query)}


def clocks(flag: Flag) -> dict[str, dict[str, Any]]:
    """The clocks of a flag by name."""
    return {one["name"]: one for one in flag.clocks}


def an_event(
    door: Door, actor: Actor, kind: str, at: datetime, subject: str = "", **more: Any
) -> LegalEvent:
    """What counsel records of the door's case."""
    report = legal_events.EventReport(door.case.id, kind, at, subject)
    now = more.get("now", max(at, START))
    return legal_events.record(door.session, report, actor=actor, now=now)


def a_channel(session: Session, actor: Actor, **changed: Any) -> AlertChannel:
    """A mail to counsel, unless it is said otherwise."""
    values = {"role": "counsel", "kind": "mail", "target": "counsel@agency.example", **changed}
    order = alert_settings.ChannelOrder(**values)
    return alert_settings.add_channel(session, order, actor=actor, now=START)
