"""Accounts: made by an administrator, with a password that is hashed and a second factor."""

import base64
import secrets
from datetime import datetime
from uuid import UUID

import pyotp
from argon2 import PasswordHasher, low_level
from argon2.exceptions import InvalidHashError, VerificationError
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from fieldops.domain.bilingual import Bilingual
from fieldops.domain.errors import Conflict, FieldFault, InvalidInput, NotFound
from fieldops.domain.permissions import Actor, Role
from fieldops.models import Account, Agent, Token
from fieldops.services import scoped

MIN_PASSWORD = 12
ISSUER = "fieldops"

# The library's own defaults (RFC 9106, low-memory profile).
HASHER = PasswordHasher()


def _hash_of_nobody() -> str:
    """Random bytes in the form of a hash: no password is right, and each takes as long as any."""
    parameters = (
        f"m={HASHER.memory_cost},t={HASHER.time_cost},p={HASHER.parallelism}",
        *(_encoded(secrets.token_bytes(size)) for size in (HASHER.salt_len, HASHER.hash_len)),
    )
    return "$".join(["", "argon2id", f"v={low_level.ARGON2_VERSION}", *parameters])


def _encoded(raw: bytes) -> str:
    return base64.b64encode(raw).decode().rstrip("=")


def create(
    session: Session,
    *,
    username: str,
    role: str,
    name: str,
    password: str,
    actor: Actor,
    now: datetime,
    agent_id: UUID | None = None,
    language: str = "zh-CN",
) -> Account:
    """Create an account in the actor's organisation; raises InvalidInput or Conflict."""
    _check(username, role, password, agent_id)
    if agent_id is not None:
        scoped.get(session, Agent, agent_id, actor)
    if session.scalar(select(Account.id).where(Account.username == username)):
        taken = f"The username {username} is taken."
        raise Conflict(Bilingual(taken, f"用户名 {username} 已被使用。"))
    account = Account(
        organisation_id=actor.organisation_id,
        username=username,
        role=role,
        name=name,
        password_hash=HASHER.hash(password),
        agent_id=agent_id,
        language=language,
        created_at=now,
    )
    session.add(account)
    session.flush()
    return account


def reset_password(
    session: Session, username: str, *, password: str, actor: Actor, now: datetime
) -> Account:
    """Set a new password, clear the rest period, and end every sign-in of the account."""
    account = by_username(session, username, actor)
    _check_password(password)
    account.password_hash = HASHER.hash(password)
    account.failures, account.rests_until = 0, None
    end_sign_ins(session, account.id, now=now)
    return account


def enrol_second_factor(session: Session, username: str, *, actor: Actor) -> str:
    """Give the account a fresh TOTP secret and return it (base32); the old one ends."""
    account = by_username(session, username, actor)
    account.otp_secret = pyotp.random_base32()
    account.otp_last_step = None
    return account.otp_secret


def enrolment_uri(account: Account) -> str:
    """The otpauth address that an authenticator app reads from a QR code."""
    if account.otp_secret is None:
        raise Conflict("The account has no second factor yet.")
    return pyotp.TOTP(account.otp_secret).provisioning_uri(
        name=account.username, issuer_name=ISSUER
    )


def by_username(session: Session, username: str, actor: Actor) -> Account:
    """The account of this name in the actor's organisation; raises NotFound."""
    query = scoped.own(Account, actor).where(Account.username == username)
    account = session.scalars(query).one_or_none()
    if account is None:
        raise NotFound(f"There is no account {username}.")
    return account


def end_sign_ins(session: Session, account_id: UUID, *, now: datetime) -> None:
    """Revoke every token of an account."""
    session.execute(
        update(Token)
        .where(Token.account_id == account_id, Token.revoked_at.is_(None))
        .values(revoked_at=now)
    )


def generate_password() -> str:
    """A password of about 90 bits that can be read out over the telephone."""
    alphabet = "abcdefghjkmnpqrstuvwxyz23456789"
    return "-".join("".join(secrets.choice(alphabet) for _ in range(6)) for _ in range(3))


def verifies(hashed: str | None, password: str) -> bool:
    """Whether this is the hash of the password; takes the same time for every wrong one.

    Of whom there is no hash is treated as anybody else, so that nobody learns that he is unknown.
    """
    try:
        return HASHER.verify(hashed or _hash_of_nobody(), password) and hashed is not None
    except (VerificationError, InvalidHashError):
        return False


def _check(username: str, role: str, password: str, agent_id: UUID | None) -> None:
    faults = []
    if not username.strip() or len(username) > 100:
        faults.append(FieldFault("username", "is empty or longer than 100 characters"))
    faults += _faults_of_role(role, agent_id)
    if faults:
        raise InvalidInput("The account cannot be created so.", faults=faults)
    _check_password(password)


def check_role(role: str, agent_id: UUID | None) -> None:
    """Raise InvalidInput unless an account can have this role."""
    if faults := _faults_of_role(role, agent_id):
        raise InvalidInput("The account cannot have this role.", faults=faults)


def _faults_of_role(role: str, agent_id: UUID | None) -> list[FieldFault]:
    faults = []
    if role not in {known.value for known in Role if known is not Role.SYSTEM}:
        faults.append(FieldFault("role", f"{role!r} is no role"))
    if role == Role.AGENT.value and agent_id is None:
        cure = Bilingual("name the agent who signs in", "请填写登录的外访员")
        faults.append(FieldFault("agent_id", "is missing", cure))
    return faults


def _check_password(password: str) -> None:
    if not MIN_PASSWORD <= len(password) <= 200:
        count = len(password)
        said = Bilingual(f"has {count} characters", f"有 {count} 个字符")
        fault = FieldFault("password", said, Bilingual("use 12 to 200", "请使用 12 至 200 个"))
        raise InvalidInput("The password does not do.", faults=[fault])
