"""Founding an organisation: its row, its data key, and the keys under which its data lie."""

import secrets
from collections.abc import Collection, Sequence
from datetime import datetime
from typing import NamedTuple
from uuid import UUID
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from sqlalchemy import select
from sqlalchemy.orm import Session

from fieldops.domain.bilingual import Bilingual
from fieldops.domain.errors import Conflict, FieldFault, Forbidden, InvalidInput
from fieldops.domain.permissions import Actor, Permission
from fieldops.models import Organisation, sealing
from fieldops.services import access_log

# The organisation of a drill holds made-up cases alone, so that they mix with no real one.
DRILL = "drill"
KINDS = ("bank", "consumer_finance", "microloan", "agency", DRILL)


class House(NamedTuple):
    """What tells of an organisation where it counts its days and whose law holds for it."""

    id: UUID
    timezone: str
    jurisdictions: Sequence[str]


def found(
    session: Session,
    name: str,
    *,
    now: datetime,
    timezone: str = "Asia/Shanghai",
    jurisdictions: tuple[str, ...] = ("CN",),
    kind: str = "agency",
) -> Organisation:
    """Create an organisation with a fresh data key; raises Conflict when the name is taken."""
    _check(name, timezone, kind)
    if session.scalar(select(Organisation.id).where(Organisation.name == name)):
        raise Conflict(f"There is an organisation named {name} already.")
    row = Organisation(
        name=name,
        timezone=timezone,
        jurisdictions=list(jurisdictions),
        kind=kind,
        wrapped_key=sealing.current().seal("organisation-key", secrets.token_bytes(32)),
        created_at=now,
    )
    session.add(row)
    session.flush()
    return row


def of(session: Session, actor: Actor) -> Organisation:
    """The actor's own organisation."""
    return session.get_one(Organisation, actor.organisation_id)


def change(
    session: Session,
    *,
    name: str,
    added: Sequence[str],
    known: Collection[str],
    actor: Actor,
    now: datetime,
) -> Organisation:
    """Rename the actor's organisation, and add jurisdictions of which there are rules.

    None can be taken away, nor zone and kind changed: they decide which law holds for cases that
    are already here. Raises Forbidden, Conflict where the name is taken, InvalidInput.
    """
    if not actor.may(Permission.MANAGE_ACCOUNTS):
        raise Forbidden(Permission.MANAGE_ACCOUNTS.value)
    row = session.get_one(Organisation, actor.organisation_id, with_for_update=True)
    _check(name, row.timezone, row.kind)
    if unknown := sorted(set(added) - set(known)):
        said = Bilingual(f"{unknown[0][:20]} has no rules", f"{unknown[0][:20]} 没有规则")
        raise InvalidInput(faults=[FieldFault("jurisdiction", said, ", ".join(sorted(known)))])
    others = select(Organisation.id).where(Organisation.name == name, Organisation.id != row.id)
    if session.scalar(others):
        said = Bilingual(f"There is an organisation named {name} already.", "已有同名机构。")
        raise Conflict(said)
    row.name = name.strip()
    row.jurisdictions = list(dict.fromkeys((*row.jurisdictions, *added)))
    what = "administration: organisation changed"
    access_log.note(session, f"organisation:{row.id}", what, actor=actor, now=now)
    session.flush()
    return row


def zone_of(session: Session, organisation_id: UUID) -> ZoneInfo:
    """The zone in which an organisation counts its days."""
    return ZoneInfo(session.get_one(Organisation, organisation_id).timezone)


def keyring_of(session: Session, organisation_id: UUID) -> sealing.Keyring:
    """The keyring under which the organisation's blobs and signing keys are wrapped."""
    row = session.get_one(Organisation, organisation_id)
    return sealing.Keyring(sealing.current().open("organisation-key", row.wrapped_key))


def _check(name: str, timezone: str, kind: str) -> None:
    faults = []
    if not name.strip() or len(name) > 200:
        faults.append(FieldFault("name", "is empty or longer than 200 characters"))
    try:
        ZoneInfo(timezone)
    except (ZoneInfoNotFoundError, ValueError):
        faults.append(FieldFault("timezone", f"{timezone!r} is no IANA zone", "Asia/Shanghai"))
    if kind not in KINDS:
        faults.append(FieldFault("kind", f"{kind!r} is none of {', '.join(KINDS)}"))
    if faults:
        raise InvalidInput("The organisation cannot be founded so.", faults=faults)
