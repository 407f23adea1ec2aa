"""Whose phone wrote a rescue file, whether it is whole, and that the office brought it in."""

from datetime import datetime

from sqlalchemy.orm import Session

from fieldops.domain.bilingual import Bilingual
from fieldops.domain.errors import Forbidden
from fieldops.domain.permissions import Actor, Permission
from fieldops.domain.rescue import Rescue, RescueInvalid
from fieldops.models import Device
from fieldops.services import access_log, scoped

_BROKEN = Bilingual("A file in it is damaged.", "其中的文件已损坏。")


def checked(session: Session, rescue: Rescue, *, actor: Actor, at: datetime) -> Device:
    """The phone that sealed the file; that it was brought in, and by whom, is kept.

    Raises Forbidden, NotFound for a phone of another house, RescueInvalid.
    """
    if not actor.may(Permission.MANAGE_PHONES):
        raise Forbidden(Permission.MANAGE_PHONES.value)
    device = scoped.get(session, Device, rescue.device_id, actor)
    rescue.check_seal(device.key_hash)
    access_log.note(session, f"rescue:{device.id}", f"rescue {rescue.digest}", actor=actor, now=at)
    session.flush()
    return device


def broken() -> RescueInvalid:
    """The error for an archive whose bytes are not those that were written."""
    return RescueInvalid(_BROKEN)
