"""Packs shared with somebody outside, as counsel makes, watches and revokes them.

Link and passphrase are told once and kept as hashes. Every time here is the true time `at`: the
end of a share is no matter of a rehearsal.
"""

import hashlib
import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from fieldops.domain import sharing
from fieldops.domain.bilingual import Bilingual
from fieldops.domain.disclosure.profiles import Profile, profile_of
from fieldops.domain.errors import Conflict, FieldFault, InvalidInput
from fieldops.domain.permissions import Actor
from fieldops.domain.sharing import ShareOrder
from fieldops.models import Pack, PackShare, ShareEvent, ShareOpening
from fieldops.services import packs, scoped
from fieldops.services.accounts import HASHER, generate_password

MADE, OPENED, WRONG, RESTED, BEGUN = "made", "opened", "wrong", "rested", "begun"
DOWNLOADED, TRUST = "downloaded", "trust"
EVENTS = (
    MADE, OPENED, WRONG, RESTED, BEGUN, DOWNLOADED, TRUST,
    sharing.SPENT, sharing.EXPIRED, sharing.REVOKED,
)  # fmt: skip
# How many lines of its log a share is shown with.
_LAST = 30
_UNFINISHED = Bilingual(
    "Only a finished pack can be shared. Wait for it, or build it again.",
    "只能分享已制作完成的证据包。请稍候,或重新制作。",
)
_DRAW_ANOTHER = Bilingual(
    "draw a pack with a profile of this recipient", "请按该接收方的披露方案另行制作证据包"
)


@dataclass(frozen=True, slots=True)
class MadeShare:
    """A fresh share with what is told once: the link's token, and the passphrase for it."""

    share: PackShare
    token: str
    passphrase: str


def make(
    session: Session, pack_id: UUID, order: ShareOrder, *, actor: Actor, at: datetime
) -> MadeShare:
    """Share a finished pack with whom it was drawn for.

    Raises NotFound, Conflict while it is not ready, and InvalidInput, also when its profile is not
    for this kind of recipient.
    """
    if faults := order.faults():
        raise InvalidInput(faults=faults)
    pack = packs.get(session, pack_id, actor=actor)
    if pack.state != packs.READY:
        raise Conflict(_UNFINISHED)
    _check_recipient(pack, order)
    token, passphrase = secrets.token_urlsafe(32), generate_password()
    share = PackShare(
        organisation_id=actor.organisation_id,
        pack_id=pack.id,
        account_id=actor.account_id,
        recipient=order.recipient.strip(),
        recipient_kind=order.recipient_kind,
        purpose=order.purpose.strip(),
        token_hash=hashed(token),
        passphrase_hash=HASHER.hash(sharing.spelled(passphrase)),
        most_downloads=order.most_downloads,
        under_way={},
        created_at=at,
        expires_at=order.ends(at),
    )
    share.pack = pack
    session.add(share)
    session.flush()
    note(session, share, MADE, at=at, account_id=actor.account_id)
    return MadeShare(share, token, passphrase)


def revoke(session: Session, share_id: UUID, *, actor: Actor, at: datetime) -> PackShare:
    """End a share at once, and every opening of it; doing it again changes nothing."""
    share = scoped.get(session, PackShare, share_id, actor, lock=True)
    if share.revoked_at is None:
        share.revoked_at = at
        session.execute(delete(ShareOpening).where(ShareOpening.share_id == share.id))
        note(session, share, sharing.REVOKED, at=at, account_id=actor.account_id)
    return share


def get(session: Session, share_id: UUID, *, actor: Actor) -> PackShare:
    """A share of the organisation."""
    return scoped.get(session, PackShare, share_id, actor)


def listed(
    session: Session, pack_id: UUID, *, actor: Actor, after: UUID | None, limit: int
) -> tuple[Sequence[PackShare], UUID | None]:
    """The shares of a pack page by page, oldest first."""
    pack = packs.get(session, pack_id, actor=actor)
    query = scoped.own(PackShare, actor).where(PackShare.pack_id == pack.id)
    return scoped.page(session, query, PackShare, after=after, limit=limit)


def log_of(
    session: Session, share_id: UUID, *, actor: Actor, after: UUID | None, limit: int
) -> tuple[Sequence[ShareEvent], UUID | None]:
    """What came of a share page by page, oldest first."""
    share = scoped.get(session, PackShare, share_id, actor)
    query = scoped.own(ShareEvent, actor).where(ShareEvent.share_id == share.id)
    return scoped.page(session, query, ShareEvent, after=after, limit=limit)


def of_case(session: Session, case_id: UUID, *, actor: Actor) -> Mapping[UUID, list[PackShare]]:
    """The shares of a case's packs, by pack, the newest first."""
    query = scoped.own(PackShare, actor).join(Pack, Pack.id == PackShare.pack_id)
    query = query.where(Pack.case_id == case_id).order_by(PackShare.id.desc()).limit(200)
    found: dict[UUID, list[PackShare]] = {}
    for share in session.scalars(query):
        found.setdefault(share.pack_id, []).append(share)
    return found


def latest(session: Session, share_ids: Sequence[UUID]) -> Mapping[UUID, list[ShareEvent]]:
    """The last lines of each share's log, the newest first."""
    place = func.row_number().over(partition_by=ShareEvent.share_id, order_by=ShareEvent.id.desc())
    placed = select(ShareEvent.id, place.label("place")).where(ShareEvent.share_id.in_(share_ids))
    last = placed.subquery()
    query = select(ShareEvent).join(last, last.c.id == ShareEvent.id).where(last.c.place <= _LAST)
    found: dict[UUID, list[ShareEvent]] = {share_id: [] for share_id in share_ids}
    for event in session.scalars(query.order_by(ShareEvent.id.desc())):
        found[event.share_id].append(event)
    return found


def expire(session: Session, organisation_id: UUID, *, at: datetime) -> int:
    """Write into the log of each share that is over that it is, and forget what it had open."""
    query = select(PackShare).where(
        PackShare.organisation_id == organisation_id,
        PackShare.expires_at <= at,
        PackShare.expired_at.is_(None),
    )
    found = session.scalars(query.limit(500).with_for_update(skip_locked=True)).all()
    for share in found:
        share.expired_at = at
        if share.revoked_at is None:
            note(session, share, sharing.EXPIRED, at=at)
    session.execute(
        delete(ShareOpening).where(
            ShareOpening.organisation_id == organisation_id, ShareOpening.expires_at <= at
        )
    )
    return len(found)


def recipients_of(pack: Pack) -> Sequence[str]:
    """With which kinds of recipients a pack may be shared: those of its profile."""
    profile = _profile_of(pack)
    if profile is None:
        return sharing.RECIPIENTS
    return [kind for kind in sharing.RECIPIENTS if kind in profile.recipients]


def _profile_of(pack: Pack) -> Profile | None:
    # Packs that were asked for before profiles named their recipients are for whom counsel says.
    if pack.asked is None or "recipients" not in pack.asked["profile"]:
        return None
    return profile_of(pack.asked["profile"])


def _check_recipient(pack: Pack, order: ShareOrder) -> None:
    """Raise InvalidInput unless the pack was drawn for recipients of this kind."""
    profile = _profile_of(pack)
    if profile is None or order.recipient_kind in profile.recipients:
        return
    wrong = Bilingual(
        f"the pack was drawn for another recipient ({profile.title_en})",
        f"该证据包系为其他接收方制作({profile.title_zh})",
    )
    kinds = ", ".join(recipients_of(pack))
    cure = Bilingual(
        f"draw a pack for this recipient, or share this one with: {kinds}",
        f"请为该接收方另行制作证据包;本包仅可分享给:{kinds}",
    )
    raise InvalidInput(
        faults=[FieldFault("recipient_kind", wrong, cure if kinds else _DRAW_ANOTHER)]
    )


def note(
    session: Session, share: PackShare, kind: str, *, at: datetime, account_id: UUID | None = None
) -> None:
    """Write one line into a share's log."""
    session.add(
        ShareEvent(
            organisation_id=share.organisation_id,
            share_id=share.id,
            kind=kind,
            at=at,
            account_id=account_id,
        )
    )
    session.flush()


def hashed(secret: str) -> str:
    """The hash under which a link's token or an opening's secret is kept."""
    return hashlib.sha256(secret.encode(errors="replace")).hexdigest()
