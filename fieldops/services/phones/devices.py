"""The phones of an organisation: who has which, what each last said, and how it signs in."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from fieldops.domain.bilingual import Bilingual
from fieldops.domain.errors import Unauthenticated
from fieldops.domain.permissions import Actor
from fieldops.models import Device
from fieldops.services import scoped, sign_in
from fieldops.services.sign_in import SignedIn
from fieldops.settings import Settings

_WRONG_KEY = Bilingual("The key is no phone's.", "手机密钥无效。")


class DeviceRevoked(Unauthenticated):
    """The phone was revoked: it locks and shows nothing more."""

    slug = "device-revoked"
    title_en = "This phone was revoked; ask the office"
    title_zh = "该手机已被停用，请联系内勤"


@dataclass(frozen=True, slots=True)
class Report:
    """What a phone says of itself with a batch; None is not said."""

    app_version: str | None = None
    pending: int | None = None
    storage_persisted: bool | None = None
    battery_percent: int | None = None


def access(
    session: Session, device_id: UUID, key: str, *, settings: Settings, at: datetime
) -> SignedIn:
    """A fresh access token for the phone's key; raises Unauthenticated, DeviceRevoked."""
    query = select(Device).where(Device.id == device_id, Device.key_hash == sign_in.hashed(key))
    device = session.scalars(query).one_or_none()
    if device is None:
        raise Unauthenticated(_WRONG_KEY)
    if device.revoked_at is not None or device.account.disabled_at is not None:
        raise DeviceRevoked
    device.last_seen_at = at
    return sign_in.issue_access(session, device.account, device.family, settings=settings, now=at)


def own(
    session: Session,
    device_id: UUID,
    actor: Actor,
    *,
    lock: bool = False,
    ended_too: bool = False,
) -> Device:
    """The caller's own phone; raises NotFound for another's, DeviceRevoked unless `ended_too`."""
    device = scoped.get(session, Device, device_id, actor, lock=lock)
    if device.account_id != actor.account_id:
        raise scoped.missing(Device, device_id)
    if device.revoked_at is not None and not ended_too:
        raise DeviceRevoked
    return device


def note(
    session: Session,
    device_id: UUID,
    report: Report,
    *,
    least: timedelta,
    actor: Actor,
    at: datetime,
) -> None:
    """Keep what the phone said of itself, and that it was here.

    One that says the same again within `least` was written down already.
    """
    said = {name: value for name, value in asdict(report).items() if value is not None}
    device = own(session, device_id, actor)
    seen, same = device.last_seen_at, all(getattr(device, key) == said[key] for key in said)
    if same and seen is not None and seen <= at < seen + least:
        return
    device = own(session, device_id, actor, lock=True)
    device.last_seen_at = at
    for name, value in said.items():
        setattr(device, name, value)
    session.flush()


def listed(
    session: Session, actor: Actor, *, after: UUID | None, limit: int, agent_id: UUID | None = None
) -> tuple[Sequence[Device], UUID | None]:
    """One page of the organisation's phones, the oldest first; of an agent, if asked."""
    query = scoped.own(Device, actor, {Device.agent_id: agent_id}).options(joinedload(Device.agent))
    return scoped.page(session, query, Device, after=after, limit=limit)
