"""What an administrator changes about an account: its role, whether it may sign in, its factors.

Each change is kept in the record of who did what, and ends the sign-ins of the account.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from fieldops.domain.bilingual import Bilingual
from fieldops.domain.errors import Conflict, FieldFault, Forbidden, InvalidInput
from fieldops.domain.permissions import SECOND_FACTOR_ROLES, Actor, Permission, Role
from fieldops.models import Account, Agent, Device
from fieldops.services import access_log, accounts, scoped
from fieldops.services.phones import revoking

ROLES = tuple(role.value for role in Role if role is not Role.SYSTEM)


@dataclass(frozen=True, slots=True)
class Made:
    """A fresh account with what is told once: its password, and the address of its QR code."""

    account: Account
    password: str
    uri: str


def one(session: Session, account_id: UUID, actor: Actor) -> Account:
    """An account of the organisation; raises NotFound."""
    return scoped.get(session, Account, account_id, actor)


def account_page(
    session: Session,
    actor: Actor,
    *,
    after: UUID | None,
    limit: int,
    role: str | None = None,
    disabled: bool | None = None,
) -> tuple[Sequence[Account], UUID | None]:
    """One page of accounts, in the order in which they were made."""
    asked: scoped.Asked = {Account.role: role, Account.disabled_at.is_not(None): disabled}
    query = scoped.own(Account, actor, asked)
    return scoped.page(session, query, Account, after=after, limit=limit)


def add(
    session: Session,
    *,
    username: str,
    role: str,
    name: str,
    language: str,
    agent_id: UUID | None,
    actor: Actor,
    now: datetime,
) -> Made:
    """Add somebody, with a second factor where the role needs one.

    Raises Forbidden, InvalidInput, and Conflict for a username that is taken.
    """
    _require(actor)
    username, password = username.strip(), accounts.generate_password()
    agent_id = agent_id if role == Role.AGENT.value else None
    _require_free(session, agent_id, actor)
    account = accounts.create(
        session, username=username, role=role, name=name.strip() or username, password=password,
        actor=actor, now=now, agent_id=agent_id, language=language,
    )  # fmt: skip
    if Role(role) not in SECOND_FACTOR_ROLES:
        return Made(account, password, "")
    accounts.enrol_second_factor(session, username, actor=actor)
    return Made(account, password, accounts.enrolment_uri(account))


def set_role(
    session: Session,
    account_id: UUID,
    role: str,
    *,
    agent_id: UUID | None = None,
    actor: Actor,
    now: datetime,
) -> Account:
    """Give an account another role; raises InvalidInput, and Conflict for one's own."""
    account = _to_change(session, account_id, actor)
    accounts.check_role(role, agent_id)
    if agent_id != account.agent_id:
        _require_free(session, agent_id, actor)
    account.role = role
    account.agent_id = agent_id if role == Role.AGENT.value else None
    _changed(session, account, f"role {role}", actor, now)
    return account


def disable(session: Session, account_id: UUID, *, actor: Actor, now: datetime) -> Account:
    """Let nobody sign in with an account any more; raises Conflict for one's own."""
    account = _to_change(session, account_id, actor)
    account.disabled_at = account.disabled_at or now
    _changed(session, account, "disabled", actor, now)
    return account


def enable(session: Session, account_id: UUID, *, actor: Actor, now: datetime) -> Account:
    """Let somebody sign in with an account again; raises Conflict for one's own."""
    account = _to_change(session, account_id, actor)
    account.disabled_at, account.failures, account.rests_until = None, 0, None
    _changed(session, account, "enabled", actor, now)
    return account


def new_password(
    session: Session, account_id: UUID, *, actor: Actor, now: datetime
) -> tuple[Account, str]:
    """Give an account a new password, which is told once; raises NotFound."""
    account, password = _allowed(session, account_id, actor), accounts.generate_password()
    accounts.reset_password(session, account.username, password=password, actor=actor, now=now)
    _changed(session, account, "password reset", actor, now)
    return account, password


def new_second_factor(
    session: Session, account_id: UUID, *, actor: Actor, now: datetime
) -> tuple[Account, str]:
    """Give an account a fresh second factor; the address for its QR code is told once."""
    account = _allowed(session, account_id, actor)
    accounts.enrol_second_factor(session, account.username, actor=actor)
    _changed(session, account, "second factor reset", actor, now)
    return account, accounts.enrolment_uri(account)


def end_sign_ins(
    session: Session, account_id: UUID, *, phones: bool, actor: Actor, now: datetime
) -> tuple[Account, int]:
    """End every sign-in of an account at once, and its phones where asked; how many phones."""
    account = _allowed(session, account_id, actor)
    ended = _end_phones(session, account, actor, now) if phones else 0
    _changed(session, account, "sign-ins ended", actor, now)
    return account, ended


def _end_phones(session: Session, account: Account, actor: Actor, now: datetime) -> int:
    query = scoped.own(Device, actor).where(
        Device.account_id == account.id, Device.revoked_at.is_(None)
    )
    found = session.scalars(query).all()
    for device in found:
        revoking.revoke(session, device.id, "sign-ins ended", actor=actor, at=now)
    return len(found)


def _to_change(session: Session, account_id: UUID, actor: Actor) -> Account:
    """Nobody locks himself out: somebody else must change one's own account."""
    if account_id == actor.account_id:
        said = "Your own account is changed by another administrator."
        raise Conflict(Bilingual(said, "本人账号须由其他管理员更改。"))
    return _allowed(session, account_id, actor)


def _allowed(session: Session, account_id: UUID, actor: Actor) -> Account:
    _require(actor)
    return scoped.get(session, Account, account_id, actor, lock=True)


def _require(actor: Actor) -> None:
    if not actor.may(Permission.MANAGE_ACCOUNTS):
        raise Forbidden(Permission.MANAGE_ACCOUNTS.value)


def _require_free(session: Session, agent_id: UUID | None, actor: Actor) -> None:
    """An agent has one account: two people behind one number could not be told apart."""
    if agent_id is None:
        return
    scoped.get(session, Agent, agent_id, actor)
    if session.scalar(select(Account.id).where(Account.agent_id == agent_id).limit(1)):
        said = Bilingual("has an account already", "已有账号")
        cure = Bilingual("reset that account's password instead", "请改为重置该账号的密码")
        raise InvalidInput(faults=[FieldFault("agent_id", said, cure)])


def _changed(session: Session, account: Account, what: str, actor: Actor, now: datetime) -> None:
    accounts.end_sign_ins(session, account.id, now=now)
    note(session, account.id, what, actor, now)


def note(session: Session, account_id: UUID, what: str, actor: Actor, now: datetime) -> None:
    """Keep who changed what about an account."""
    access_log.note(
        session, f"account:{account_id}", f"administration: {what}", actor=actor, now=now
    )
    session.flush()


def agent_of(code: str, agents: Sequence[Agent]) -> UUID | None:
    """The agent of this code; None where none is named; raises InvalidInput."""
    if not code:
        return None
    found = next((agent.id for agent in agents if agent.code == code), None)
    if found is None:
        said = Bilingual("is no agent's number", "不是外访员工号")
        raise InvalidInput(faults=[FieldFault("agent", said)])
    return found
