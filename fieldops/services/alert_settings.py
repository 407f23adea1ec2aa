"""Who is told and how: the channels of each role, quiet hours, the daily list, escalation."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import urlsplit
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from fieldops.domain.alerting import CHANNELS, Hours, time_of_day
from fieldops.domain.errors import FieldFault, Forbidden, InvalidInput
from fieldops.domain.permissions import Actor, Permission, Role
from fieldops.models import AlertChannel, AlertPolicy, NoticeSending
from fieldops.services import scoped
from fieldops.services.organisations import zone_of

# Those who may read the trace record to which an alert of a case leads.
READERS = (Role.COUNSEL.value, Role.COMPLIANCE.value)
# Of people in danger the others are told too.
ROLES = (*READERS, Role.DISPATCHER.value, Role.ADMIN.value)
LANGUAGES = ("zh-CN", "en")
_MAIL = re.compile(r"[^@\s,;<>]+@[^@\s,;<>]+\.[^@\s,;<>]+")
_PHONE = re.compile(r"\+?[0-9]{5,20}")
_DEFAULT = {
    "quiet_from": "22:00",
    "quiet_until": "07:00",
    "digest_at": "17:00",
    "escalate_minutes": 240,
    "escalate_to": Role.COMPLIANCE.value,
}
_LONGEST_WAIT = 7 * 24 * 60


@dataclass(frozen=True, slots=True)
class ChannelOrder:
    """A channel as an administrator asks for it."""

    role: str
    kind: str
    target: str = ""
    url: str = ""
    secret: str = ""
    language: str = "zh-CN"


@dataclass(frozen=True, slots=True)
class PolicyOrder:
    """When an organisation is told, as an administrator asks for it."""

    quiet_from: str
    quiet_until: str
    digest_at: str
    escalate_minutes: int
    escalate_to: str


def channels(session: Session, actor: Actor) -> Sequence[AlertChannel]:
    """The channels of the organisation, those in use first."""
    query = scoped.own(AlertChannel, actor)
    order = (AlertChannel.disabled_at.is_not(None), AlertChannel.role, AlertChannel.id)
    return session.scalars(query.order_by(*order)).all()


def add_channel(
    session: Session, order: ChannelOrder, *, actor: Actor, now: datetime
) -> AlertChannel:
    """Open a channel; raises Forbidden, and InvalidInput with every fault."""
    _require(actor)
    if faults := _faults(order):
        raise InvalidInput("The channel cannot be opened so.", faults=faults)
    row = AlertChannel(
        organisation_id=actor.organisation_id,
        role=order.role,
        kind=order.kind,
        target=order.target.strip() or None,
        url=order.url.strip() or None,
        secret=order.secret or None,
        language=order.language,
        created_at=now,
        created_by=actor.account_id,
    )
    session.add(row)
    session.flush()
    return row


def one(session: Session, channel_id: UUID, *, actor: Actor) -> AlertChannel:
    """A channel of the organisation, open or closed; raises Forbidden, NotFound."""
    _require(actor)
    return scoped.get(session, AlertChannel, channel_id, actor)


def close_channel(
    session: Session, channel_id: UUID, *, actor: Actor, now: datetime
) -> AlertChannel:
    """Close a channel: what it still owes is dropped, what it sent stays recorded."""
    _require(actor)
    row = scoped.get(session, AlertChannel, channel_id, actor, lock=True)
    if row.disabled_at is None:
        row.disabled_at, row.failing_since, row.reason = now, None, None
        owed = select(NoticeSending).where(
            NoticeSending.channel_id == row.id, NoticeSending.state.not_in(("sent", "dropped"))
        )
        for sending in session.scalars(owed):
            sending.state = "dropped"
    session.flush()
    return row


def policy(session: Session, organisation_id: UUID) -> AlertPolicy:
    """When the organisation is told; the defaults where nobody has set it, not yet written."""
    query = select(AlertPolicy).where(AlertPolicy.organisation_id == organisation_id)
    found = session.scalars(query).one_or_none()
    return found or AlertPolicy(organisation_id=organisation_id, **_DEFAULT)


def hours_of(session: Session, row: AlertPolicy) -> Hours:
    """The quiet hours and the time of the daily list of an organisation."""
    return Hours(
        quiet_from=time_of_day(row.quiet_from),
        quiet_until=time_of_day(row.quiet_until),
        digest_at=time_of_day(row.digest_at),
        zone=zone_of(session, row.organisation_id),
    )


def set_policy(session: Session, order: PolicyOrder, *, actor: Actor, now: datetime) -> AlertPolicy:
    """Set when the organisation is told; raises Forbidden, and InvalidInput with every fault."""
    _require(actor)
    if faults := [*_faults_of_times(order), *_faults_of_escalation(order)]:
        raise InvalidInput("The times cannot be set so.", faults=faults)
    row = policy(session, actor.organisation_id)
    row.quiet_from, row.quiet_until = order.quiet_from, order.quiet_until
    row.digest_at = order.digest_at
    row.escalate_minutes, row.escalate_to = order.escalate_minutes, order.escalate_to
    row.changed_at, row.changed_by = now, actor.account_id
    session.add(row)
    session.flush()
    return row


def failing(session: Session, organisation_id: UUID) -> Sequence[AlertChannel]:
    """The channels that could not send what they owe."""
    query = select(AlertChannel).where(
        AlertChannel.organisation_id == organisation_id, AlertChannel.failing_since.is_not(None)
    )
    return session.scalars(query.order_by(AlertChannel.id)).all()


def any_failing(session: Session) -> bool:
    """Whether a channel of anybody fails."""
    query = select(AlertChannel.id).where(AlertChannel.failing_since.is_not(None))
    return session.scalar(query.limit(1)) is not None


def shown_address(row: AlertChannel) -> str:
    """Where a channel goes, without what is secret in it: a robot's key is part of its address."""
    if row.kind == "mail":
        return row.target or ""
    host = urlsplit(row.url or "").hostname or ""
    return f"{host} …{row.target[-4:]}" if row.target else host


def _require(actor: Actor) -> None:
    if not actor.may(Permission.MANAGE_ALERTS):
        raise Forbidden(Permission.MANAGE_ALERTS.value)


def _faults(order: ChannelOrder) -> list[FieldFault]:
    faults = []
    for field, value, choices in (
        ("role", order.role, ROLES),
        ("kind", order.kind, CHANNELS),
        ("language", order.language, LANGUAGES),
    ):
        if value not in choices:
            faults.append(FieldFault(field, "is none of those offered", ", ".join(choices)))
    target, url = order.target.strip(), order.url.strip()
    if order.kind == "mail" and (len(target) > 200 or not _MAIL.fullmatch(target)):
        faults.append(FieldFault("target", "is no mail address", "write it as a@b.example"))
    if order.kind == "sms" and not _PHONE.fullmatch(target):
        faults.append(FieldFault("target", "is no telephone number", "digits, with a + if abroad"))
    if order.kind != "mail" and not _is_web(url):
        faults.append(FieldFault("url", "is no web address", "write it as https://host/path"))
    if order.kind in ("webhook", "sms") and not 16 <= len(order.secret) <= 200:
        cure = "give 16 to 200 characters that the receiver knows too"
        faults.append(FieldFault("secret", "is too short or too long", cure))
    return faults


def _is_web(url: str) -> bool:
    try:
        parts = urlsplit(url)
        _ = parts.port
    except ValueError:
        return False
    plain = url.isascii() and url.isprintable() and " " not in url and len(url) <= 500
    return plain and parts.scheme in ("http", "https") and bool(parts.hostname)


def _faults_of_times(order: PolicyOrder) -> list[FieldFault]:
    faults = []
    for field in ("quiet_from", "quiet_until", "digest_at"):
        try:
            time_of_day(getattr(order, field))
        except ValueError:
            faults.append(FieldFault(field, "is no time of day", "write it as 22:00"))
    return faults


def _faults_of_escalation(order: PolicyOrder) -> list[FieldFault]:
    faults = []
    if not 0 <= order.escalate_minutes <= _LONGEST_WAIT:
        cure = f"0 (never) to {_LONGEST_WAIT} minutes"
        faults.append(FieldFault("escalate_minutes", "is out of range", cure))
    if order.escalate_to not in READERS:
        faults.append(FieldFault("escalate_to", "is none of those offered", ", ".join(READERS)))
    return faults
