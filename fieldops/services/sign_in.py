"""Signing in: password and second factor in, tokens out; every failure looks the same outside."""

import hashlib
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta

import pyotp
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from fieldops.domain.errors import Unauthenticated
from fieldops.domain.permissions import SECOND_FACTOR_ROLES, Actor, Role
from fieldops.models import Account, Token
from fieldops.services.accounts import verifies
from fieldops.settings import Settings

ACCESS, REFRESH, PAGE = "access", "refresh", "page"
_STEP = 30
# A page in use is written down no oftener: it would cost a commit at every click.
_SEEN_EVERY = timedelta(minutes=5)
_WRONG = "Username, password or code is wrong."


class SecondFactorNeeded(Unauthenticated):
    """The password is right; the code of the second factor is missing."""

    slug = "second-factor-needed"
    title_en = "Enter the code of your second factor"
    title_zh = "请输入动态验证码"


@dataclass(frozen=True, slots=True)
class Proven:
    """Who carries a token, and the family of it, which is his sign-in."""

    actor: Actor
    account: Account
    family: str
    # Whether it is time to write down again that the sign-in is in use.
    is_stale: bool


@dataclass(frozen=True, slots=True)
class SignedIn:
    """Tokens of a fresh sign-in; they are shown once and kept only as hashes.

    A phone has no refresh token: its key stands for it.
    """

    account: Account
    access: str
    refresh: str
    expires_in: int


def authenticate(
    session: Session,
    username: str,
    password: str,
    otp: str | None,
    *,
    settings: Settings,
    now: datetime,
) -> Account | Unauthenticated:
    """The account whose credentials these are, or why not, as a value.

    The refusal is returned and not raised, because the count of wrong tries must be kept. It is
    alike for an unknown name, a wrong password and a wrong or used code; SecondFactorNeeded comes
    only to somebody who knows the password.
    """
    query = select(Account).where(Account.username == username).with_for_update()
    account = session.scalars(query).one_or_none()
    right = verifies(account.password_hash if account else None, password)
    if account is None or account.disabled_at is not None:
        return Unauthenticated(_WRONG)
    if account.rests_until is not None and account.rests_until > now:
        return Unauthenticated("Too many wrong tries; the account rests for some minutes.")
    refusal = _second_factor(account, otp, now=now) if right else Unauthenticated(_WRONG)
    if refusal is None:
        account.failures, account.rests_until = 0, None
        return account
    if not isinstance(refusal, SecondFactorNeeded):
        _note_failure(account, settings=settings, now=now)
    return refusal


def open_session(
    session: Session, account: Account, *, device: str = "", settings: Settings, now: datetime
) -> SignedIn:
    """Give out an access and a refresh token of a new family; `device` says where, in words."""
    family = secrets.token_hex(32)
    return _issue(session, account, family, device, settings=settings, now=now)


def open_page_session(
    session: Session, account: Account, *, device: str = "", settings: Settings, now: datetime
) -> str:
    """Give out the token that a browser carries in its cookie; `device` says which, in words."""
    life = timedelta(hours=settings.session_hours)
    return _token(session, account, PAGE, secrets.token_hex(32), device, now=now, life=life)


def issue_access(
    session: Session, account: Account, family: str, *, settings: Settings, now: datetime
) -> SignedIn:
    """Give out an access token alone, of the family of an enrolled phone."""
    life = timedelta(minutes=settings.access_minutes)
    access = _token(session, account, ACCESS, family, now=now, life=life)
    return SignedIn(account, access, "", int(life.total_seconds()))


def refresh(
    session: Session, token: str, *, settings: Settings, now: datetime
) -> SignedIn | Unauthenticated:
    """Exchange a refresh token for a new pair.

    A token used twice ends its whole family; that refusal is returned and not raised, because the
    revocation must be kept.
    """
    row = _find(session, token, REFRESH, now=now, lock=True)
    if row.used_at is not None:
        end_family(session, row.family, now=now)
        return Unauthenticated("This refresh token was used before; sign in again.")
    row.used_at = now
    return _issue(session, row.account, row.family, row.device or "", settings=settings, now=now)


def sign_out(session: Session, token: str, *, now: datetime) -> None:
    """End the family of this token; an unknown one is already ended."""
    row = session.scalars(select(Token).where(Token.token_hash == hashed(token))).one_or_none()
    if row is not None:
        end_family(session, row.family, now=now)


def end_family(session: Session, family: str, *, now: datetime) -> None:
    """Revoke every token of one sign-in."""
    session.execute(
        update(Token).where(Token.family == family, Token.revoked_at.is_(None)).values(
            revoked_at=now
        )
    )  # fmt: skip


def note_seen(session: Session, family: str, *, now: datetime) -> None:
    """Write down that a sign-in is in use."""
    session.execute(update(Token).where(Token.family == family).values(seen_at=now))


def actor_of(session: Session, token: str, kind: str, *, now: datetime) -> Proven:
    """Who carries this token; raises Unauthenticated."""
    row = _find(session, token, kind, now=now)
    account = row.account
    if account.disabled_at is not None:
        raise Unauthenticated("The account is disabled.")
    actor = Actor(
        organisation_id=account.organisation_id,
        role=Role(account.role),
        account_id=account.id,
        agent_id=account.agent_id,
        name=account.name,
    )
    is_stale = kind == PAGE and now - (row.seen_at or row.created_at) >= _SEEN_EVERY
    return Proven(actor, account, row.family, is_stale)


def hashed(token: str) -> str:
    """How a secret that was given out is kept."""
    return hashlib.sha256(token.encode()).hexdigest()


def _issue(
    session: Session,
    account: Account,
    family: str,
    device: str,
    *,
    settings: Settings,
    now: datetime,
) -> SignedIn:
    life, lasts = timedelta(minutes=settings.access_minutes), timedelta(days=settings.refresh_days)
    access = _token(session, account, ACCESS, family, device, now=now, life=life)
    again = _token(session, account, REFRESH, family, device, now=now, life=lasts)
    return SignedIn(account, access, again, int(life.total_seconds()))


def _token(
    session: Session,
    account: Account,
    kind: str,
    family: str,
    device: str = "",
    *,
    now: datetime,
    life: timedelta,
) -> str:
    secret = secrets.token_urlsafe(32)
    row = Token(
        account_id=account.id,
        kind=kind,
        family=family,
        token_hash=hashed(secret),
        device=device or None,
        created_at=now,
        expires_at=now + life,
    )
    session.add(row)
    return secret


def _find(session: Session, token: str, kind: str, *, now: datetime, lock: bool = False) -> Token:
    query = select(Token).where(Token.token_hash == hashed(token), Token.kind == kind)
    row = session.scalars(query.with_for_update() if lock else query).one_or_none()
    if row is None or row.revoked_at is not None or row.expires_at <= now:
        raise Unauthenticated("The sign-in has ended.")
    return row


def _second_factor(account: Account, otp: str | None, *, now: datetime) -> Unauthenticated | None:
    if account.otp_secret is None:
        if Role(account.role) in SECOND_FACTOR_ROLES:
            return Unauthenticated("This role needs a second factor; have it enrolled first.")
        return None
    if not otp:
        return SecondFactorNeeded("Send the code as well.")
    step = _matching_step(account.otp_secret, otp, now)
    if step is None or (account.otp_last_step is not None and step <= account.otp_last_step):
        return Unauthenticated(_WRONG)
    account.otp_last_step = step
    return None


def _note_failure(account: Account, *, settings: Settings, now: datetime) -> None:
    """Count a wrong try; after too many in a row the account rests."""
    account.failures += 1
    if account.failures >= settings.sign_in_attempts:
        account.rests_until = now + timedelta(minutes=settings.sign_in_rest_minutes)
        account.failures = 0


def _matching_step(secret: str, otp: str, now: datetime) -> int | None:
    totp = pyotp.TOTP(secret)
    present = int(now.timestamp()) // _STEP
    for step in (present, present - 1, present + 1):
        if secrets.compare_digest(totp.generate_otp(step), otp.strip()):
            return step
    return None
