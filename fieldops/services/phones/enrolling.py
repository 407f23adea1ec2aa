"""How a phone becomes an agent's: by a code that the office makes, once and for minutes.

The code is typed or read from a QR code; it is exchanged for a key that stays on the phone. There
is no refresh token: one that serves once would lock out a phone whose answer was lost on the way.
"""

import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from fieldops.domain import phones
from fieldops.domain.bilingual import Bilingual
from fieldops.domain.errors import FieldFault, FieldopsError, Forbidden, InvalidInput
from fieldops.domain.permissions import Actor, Permission, Role
from fieldops.models import Account, Agent, Device, DeviceCode, WrongCode, sealing
from fieldops.services import scoped, sign_in
from fieldops.services.sign_in import SignedIn
from fieldops.settings import Settings

LONGEST_NAME = 60
_TRIES, _TRIES_OF_ALL = 10, 300
_KIND = "device-code"
_NO_ACCOUNT = Bilingual("has no account to sign in with", "没有登录账号")
_MAKE_ONE = Bilingual("make an account of the role agent for him", "请先为其创建外访员账号")
_NAME_IT = Bilingual(f"write 1 to {LONGEST_NAME} characters", f"请填写 1 至 {LONGEST_NAME} 字")
_BAD_NAME = Bilingual("is empty or too long", "为空或过长")


class CodeRefused(FieldopsError):
    """The code is none that serves: unknown, used, or too old; the three are not told apart."""

    slug = "code-refused"
    status = 422
    title_en = "This code does not serve; ask the office for a new one"
    title_zh = "该绑定码无效或已过期，请向内勤重新索取"


class TooManyCodes(FieldopsError):
    """Too many wrong codes came from there."""

    slug = "too-many-codes"
    status = 429
    title_en = "Too many wrong codes; wait a quarter of an hour"
    title_zh = "输错次数过多，请十五分钟后再试"
    retry_after = 900


@dataclass(frozen=True, slots=True)
class MadeCode:
    """A fresh code, shown once and kept only as a keyed hash."""

    code: str
    row: DeviceCode

    @property
    def path(self) -> str:
        """Where its QR code leads; behind the sign # no server's log has it."""
        return f"/phone#code={self.code}"


@dataclass(frozen=True, slots=True)
class Enrolled:
    """A phone with its key, shown once, and its first access token."""

    device: Device
    key: str
    access: SignedIn


def make_code(session: Session, agent_id: UUID, *, actor: Actor, at: datetime) -> MadeCode:
    """Make a code for an agent's phone; one that was made before and not used ends.

    Raises Forbidden, NotFound, InvalidInput for an agent without an account.
    """
    if not actor.may(Permission.MANAGE_PHONES):
        raise Forbidden(Permission.MANAGE_PHONES.value)
    agent = scoped.get(session, Agent, agent_id, actor, lock=True)
    account = _account_of(session, agent, actor)
    unused = DeviceCode.agent_id == agent.id, DeviceCode.used_at.is_(None)
    session.execute(delete(DeviceCode).where(*unused))
    code = "".join(secrets.choice(phones.CODE_ALPHABET) for _ in range(phones.CODE_LENGTH))
    row = DeviceCode(
        organisation_id=actor.organisation_id,
        account_id=account.id,
        agent_id=agent.id,
        code_hash=_hashed(code),
        made_by=actor.account_id,
        made_at=at,
        expires_at=at + phones.CODE_LIFE,
    )
    session.add(row)
    session.flush()
    return MadeCode(code, row)


def enrol(
    session: Session, typed: str, name: str, *, source: str, settings: Settings, at: datetime
) -> Enrolled | CodeRefused | TooManyCodes:
    """Exchange a code for a phone of its agent's; `source` is the address that it came from.

    A refusal is a value and not raised, because the count of wrong codes must be kept.
    """
    plain = name.strip()
    if not 1 <= len(plain) <= LONGEST_NAME:
        raise InvalidInput(faults=[FieldFault("name", _BAD_NAME, _NAME_IT)])
    origin = sealing.current().blind_index("code-source", "", source)
    if _guesses(session, origin, at):
        return TooManyCodes()
    query = select(DeviceCode).where(DeviceCode.code_hash == _hashed(phones.plain_code(typed)))
    code = session.scalars(query.with_for_update()).one_or_none()
    account = session.get(Account, code.account_id) if code is not None else None
    if code is None or account is None or not _serves(code, account, at):
        session.add(WrongCode(source=origin, at=at))
        session.flush()
        return CodeRefused()
    key = secrets.token_urlsafe(32)
    device = Device(
        organisation_id=code.organisation_id,
        account_id=code.account_id,
        agent_id=code.agent_id,
        name=plain,
        key_hash=sign_in.hashed(key),
        family=secrets.token_hex(32),
        enrolled_by=code.made_by,
        enrolled_at=at,
        last_seen_at=at,
        decided_through=0,
    )
    session.add(device)
    session.flush()
    code.used_at, code.device_id = at, device.id
    access = sign_in.issue_access(session, account, device.family, settings=settings, now=at)
    return Enrolled(device, key, access)


def _serves(code: DeviceCode, account: Account, at: datetime) -> bool:
    return code.used_at is None and code.expires_at > at and account.disabled_at is None


def _account_of(session: Session, agent: Agent, actor: Actor) -> Account:
    query = (
        scoped.own(Account, actor)
        .where(
            Account.agent_id == agent.id,
            Account.role == Role.AGENT,
            Account.disabled_at.is_(None),
        )
        .order_by(Account.id)
    )
    account = session.scalars(query).first()
    if account is None:
        raise InvalidInput(faults=[FieldFault("agent_id", _NO_ACCOUNT, _MAKE_ONE)])
    return account


def _guesses(session: Session, origin: str, at: datetime) -> bool:
    """Whether too many wrong codes came of late, from there or from everywhere together."""
    since: timedelta = phones.CODE_LIFE
    session.execute(delete(WrongCode).where(WrongCode.at <= at - since))
    counted = select(func.count()).select_from(WrongCode)
    own = session.scalar(counted.where(WrongCode.source == origin)) or 0
    return own >= _TRIES or (session.scalar(counted) or 0) >= _TRIES_OF_ALL


def _hashed(code: str) -> str:
    return sealing.current().blind_index(_KIND, "", code)
