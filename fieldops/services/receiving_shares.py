"""A shared pack as its recipient meets it: link and passphrase in, an opening out, then the bytes.

Whatever does not hold gives nothing back: that a link is unknown, over, revoked, used up or at
rest, or its passphrase wrong, is told apart in counsel's log alone. The custody log is always
locked before a share, so that two requests never wait for each other.
"""

import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from evidence.custody.entry import EXPORTED, READ
from fieldops.domain import sharing
from fieldops.models import PackShare, ShareOpening
from fieldops.services import custody, shares
from fieldops.services.accounts import verifies
from fieldops.settings import Settings

# A large pack may take hours on a bad line, and goes on with the opening it began with.
OPEN_FOR = timedelta(hours=12)
# A sending that says nothing any more was torn off with its process; its bytes are free again.
_TORN_OFF = timedelta(hours=12)


@dataclass(frozen=True, slots=True)
class Sending:
    """One answer with bytes of a pack that has begun: what to tell when it has ended."""

    share_id: UUID
    opening_id: UUID
    key: str
    wanted: int


def fits(session: Session, token: str, passphrase: str) -> bool:
    """Whether the passphrase is that of the link; slow by design: nobody may wait behind it."""
    share = _by_token(session, token)
    known = share.passphrase_hash if share else None
    return verifies(known, sharing.spelled(passphrase))


def enter(
    session: Session, token: str, is_right: bool, *, settings: Settings, at: datetime
) -> str | None:
    """The secret of a new opening, or None; a wrong try is counted, and too many let it rest."""
    known = _by_token(session, token)
    if known is None:
        return None
    if is_right:
        custody.ensure_log(session, known.organisation_id, at=at)
    share = _locked(session, known.id)
    is_at_rest = share.rests_until is not None and share.rests_until > at
    if share.state(at) != sharing.OPEN or is_at_rest:
        # Counted and not listed: whoever holds the link must not fill the log.
        share.turned_away += 1
        return None
    if not is_right:
        _note_wrong(session, share, settings, at)
        return None
    share.failures = 0
    secret = secrets.token_urlsafe(32)
    ends = min(at + OPEN_FOR, share.expires_at)
    session.add(
        ShareOpening(
            organisation_id=share.organisation_id,
            share_id=share.id,
            secret_hash=shares.hashed(secret),
            opened_at=at,
            expires_at=ends,
        )
    )
    shares.note(session, share, shares.OPENED, at=at)
    _note_custody(session, share, READ, "share-opened", at)
    return secret


def opened(
    session: Session, token: str, secret: str, *, at: datetime, lock: bool = False
) -> tuple[PackShare, ShareOpening] | None:
    """The share that is open in this browser, or None when it is or has become none."""
    share = _by_token(session, token)
    if share is not None and lock:
        share = _locked(session, share.id)
    if share is None or share.state(at) != sharing.OPEN:
        return None
    wanted = shares.hashed(secret)
    query = select(ShareOpening).where(
        ShareOpening.share_id == share.id, ShareOpening.secret_hash == wanted
    )
    opening = session.scalars(query).one_or_none()
    if opening is None or opening.expires_at <= at:
        return None
    return (share, opening) if secrets.compare_digest(opening.secret_hash, wanted) else None


def begin(
    session: Session, token: str, secret: str, wanted: int, *, at: datetime
) -> Sending | None:
    """Promise so many bytes of the pack, or None when it is not open or used up.

    A fetching is in both logs before its first byte leaves; further ranges of it are not new ones.
    """
    known = _by_token(session, token)
    if known is None:
        return None
    custody.ensure_log(session, known.organisation_id, at=at)
    found = opened(session, token, secret, at=at, lock=True)
    if found is None:
        return None
    share, opening = found
    size = share.pack.size or 0
    under_way = _under_way(share, at)
    promised = share.bytes_sent + sum(count for count, _ in under_way.values())
    if sharing.fetched(promised, size) >= share.most_downloads:
        return None
    key = secrets.token_hex(8)
    share.under_way = {**under_way, key: [wanted, at.isoformat()]}
    if sharing.fetched(opening.bytes_sent, size) >= opening.begun:
        opening.begun += 1
        shares.note(session, share, shares.BEGUN, at=at)
        _note_custody(session, share, EXPORTED, "share-download", at, pack_sha256=share.pack.sha256)
    opening.bytes_sent += wanted
    session.flush()
    return Sending(share.id, opening.id, key, wanted)


def end(session: Session, sending: Sending, sent: int, *, at: datetime) -> None:
    """Count what was really handed over; the whole of a pack makes one download."""
    share = _locked(session, sending.share_id)
    share.under_way = {key: row for key, row in share.under_way.items() if key != sending.key}
    share.bytes_sent += sent
    opening = session.get(ShareOpening, sending.opening_id)
    if opening is not None:
        opening.bytes_sent -= sending.wanted - sent
    whole = sharing.fetched(share.bytes_sent, share.pack.size or 0)
    if whole > share.downloads:
        share.downloads = whole
        shares.note(session, share, shares.DOWNLOADED, at=at)
        if whole >= share.most_downloads:
            shares.note(session, share, sharing.SPENT, at=at)
    session.flush()


def is_revoked(session: Session, sending: Sending) -> bool:
    """Whether a share was revoked while bytes of it were under way."""
    query = select(PackShare.revoked_at).where(PackShare.id == sending.share_id)
    return session.scalar(query) is not None


def note_trust(session: Session, share: PackShare, *, at: datetime) -> None:
    """Write into the log that the trust file was fetched."""
    shares.note(session, share, shares.TRUST, at=at)


def _by_token(session: Session, token: str) -> PackShare | None:
    query = select(PackShare).where(PackShare.token_hash == shares.hashed(token))
    return session.scalars(query).one_or_none()


def _locked(session: Session, share_id: UUID) -> PackShare:
    query = select(PackShare).where(PackShare.id == share_id)
    return session.scalars(query.with_for_update(of=PackShare)).one()


def _note_wrong(session: Session, share: PackShare, settings: Settings, at: datetime) -> None:
    share.failures += 1
    shares.note(session, share, shares.WRONG, at=at)
    if share.failures >= settings.sign_in_attempts:
        share.failures = 0
        share.rests_until = at + timedelta(minutes=settings.sign_in_rest_minutes)
        shares.note(session, share, shares.RESTED, at=at)


def _under_way(share: PackShare, at: datetime) -> dict[str, Any]:
    return {
        key: (count, begun)
        for key, (count, begun) in share.under_way.items()
        if datetime.fromisoformat(begun) > at - _TORN_OFF
    }


def _note_custody(
    session: Session, share: PackShare, action: str, what: str, at: datetime, **more: Any
) -> None:
    custody.append(
        session, share.pack.case_id, action,
        organisation_id=share.organisation_id, by=f"recipient:{share.id}", at=at,
        detail={"pack": str(share.pack_id), "share": str(share.id), "what": what, **more},
    )  # fmt: skip
