"""A finished pack verified again: asked for by a person, done by a worker, told on its page."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy.orm import Session

from fieldops.domain.bilingual import Bilingual
from fieldops.domain.errors import Conflict
from fieldops.domain.facts import PackCheckAsked
from fieldops.domain.permissions import Actor
from fieldops.models import Pack
from fieldops.services import outbox, packs, scoped

# Since when a check is under way; no key of a finished one.
ASKED = "check_asked_at"
_UNDER_WAY = Bilingual("The pack is being verified already.", "证据包正在验证。")


def ask(session: Session, pack_id: UUID, *, actor: Actor, now: datetime) -> Pack:
    """Have the file of a finished pack verified as it lies there now; raises Conflict."""
    pack = scoped.get(session, Pack, pack_id, actor, lock=True)
    if pack.state != packs.READY:
        raise Conflict(packs.NO_FILE)
    if is_under_way(pack):
        raise Conflict(_UNDER_WAY)
    pack.summary = {**pack.summary, ASKED: now.isoformat()}
    fact = PackCheckAsked(pack.id)
    outbox.record(session, fact, organisation_id=pack.organisation_id, now=now)
    session.flush()
    return pack


def is_under_way(pack: Pack) -> bool:
    """Whether a check was asked for and has not ended."""
    return ASKED in pack.summary


def keep(
    session: Session, pack_id: UUID, report: dict[str, Any], *, actor: Actor, at: datetime
) -> None:
    """Keep what the verifier said of the file; the claims of the check before are replaced."""
    pack = scoped.get(session, Pack, pack_id, actor, lock=True)
    kept = {name: value for name, value in pack.summary.items() if name != ASKED}
    pack.summary = {**kept, **report, "verified_at": at.isoformat()}
    session.flush()


def give_up(session: Session, pack_id: UUID, *, actor: Actor) -> None:
    """End a check that could not be done; what the last one said stays."""
    pack = scoped.get(session, Pack, pack_id, actor, lock=True)
    pack.summary = {name: value for name, value in pack.summary.items() if name != ASKED}
    session.flush()
