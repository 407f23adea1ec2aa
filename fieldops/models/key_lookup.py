"""Where a sealed column finds the data key of a value that is being read.

A column type sees a value and no session, so the session that reads last in this context is
remembered. Keys are kept for seconds only: what one process destroyed, the others forget soon.
"""

import weakref
from contextvars import ContextVar
from functools import cache
from uuid import UUID

from sqlalchemy import LargeBinary, Uuid, column, event, select, table
from sqlalchemy.orm import ORMExecuteState, Session

from fieldops import clock
from fieldops.models import sealing

WRAP, ORGANISATION = "data-key", "organisation-key"
KEPT_SECONDS = 20.0
_MOST = 5_000
# Ids grow with time and lists go by id, so what is asked for next is mostly near.
_AHEAD = 100
_KEYS = table(
    "data_key",
    column("id", Uuid),
    column("organisation_id", Uuid),
    column("wrapped_key", LargeBinary),
)
_HOUSES = table("organisation", column("id", Uuid), column("wrapped_key", LargeBinary))

_session: ContextVar["weakref.ref[Session] | None"] = ContextVar("reading_session", default=None)
# By id: the opened key or None where it was destroyed, and until when that is believed.
_kept: dict[UUID, tuple[bytes | None, float]] = {}


def unsealed(kind: str, sealed: bytes) -> bytes:
    """Decrypt a sealed value; raises sealing.SealBroken and sealing.KeyDestroyed."""
    try:
        return sealing.unseal(kind, sealed, find)
    except sealing.SealBroken:
        # A key that was kept may be of a transaction that was undone since.
        forget()
        return sealing.unseal(kind, sealed, find)


def find(key_id: UUID) -> bytes:
    """The data key of this id; raises sealing.KeyDestroyed."""
    found = _kept.get(key_id)
    if found is None or found[1] <= clock.monotonic():
        _fetch(key_id)
        found = _kept.get(key_id, (None, 0.0))
    if found[0] is None:
        raise sealing.KeyDestroyed(str(key_id))
    return found[0]


def forget(*key_ids: UUID) -> None:
    """Forget these keys at once, or all of them when none is named."""
    for key_id in key_ids or tuple(_kept):
        _kept.pop(key_id, None)


def ring_of(outer_key: bytes) -> sealing.Keyring:
    """The keyring of an organisation, by its wrapped key."""
    return sealing.Keyring(sealing.current().open(ORGANISATION, bytes(outer_key)))


def _fetch(key_id: UUID) -> None:
    reference = _session.get()
    session = None if reference is None else reference()
    if session is None:
        raise RuntimeError("a sealed value is read outside of any session")
    query = (
        select(_KEYS.c.id, _KEYS.c.wrapped_key, _HOUSES.c.wrapped_key.label("outer"))
        .join(_HOUSES, _HOUSES.c.id == _KEYS.c.organisation_id)
        .where(_KEYS.c.id >= key_id)
        .order_by(_KEYS.c.id)
        .limit(_AHEAD)
    )
    if len(_kept) > _MOST:
        _kept.clear()
    until, rings = clock.monotonic() + KEPT_SECONDS, cache(ring_of)
    for found, wrapped, outer in session.connection().execute(query).all():
        key = None if wrapped is None else rings(bytes(outer)).open(WRAP, bytes(wrapped))
        _kept[found] = (key, until)


@event.listens_for(Session, "do_orm_execute")
def _remember(state: ORMExecuteState) -> None:
    _session.set(weakref.ref(state.session))
