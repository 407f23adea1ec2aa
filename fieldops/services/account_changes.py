"""What an administrator changes about an account: its role, whether it may sign in, its factors.

Each change is kept in the record of who did what, and ends the sign-ins of the account.
"""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Session

from fieldops.domain.bilingual import Bilingual
from fieldops.domain.errors import Conflict, FieldFault, Forbidden, InvalidInput
from fieldops.domain.permissions import Actor, Permission, Role
from fieldops.models import AccessRecord, Account, Agent
from fieldops.services import accounts, scoped


def one(session: Session, account_id: UUID, actor: Actor) -> Account:
    """An account of the organisation; raises NotFound."""
    return scoped.get(session, Account, account_id, actor)


def account_page(
    session: Session, actor: Actor, *, after: UUID | None, limit: int
) -> tuple[Sequence[Account], UUID | None]:
    """One page of accounts, in the order in which they were made."""
    return scoped.page(session, scoped.own(Account, actor), Account, after=after, limit=limit)


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
    if agent_id is not None:
        scoped.get(session, Agent, agent_id, actor)
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


def _to_change(session: Session, account_id: UUID, actor: Actor) -> Account:
    """Nobody locks himself out: somebody else must change one's own account."""
    if account_id == actor.account_id:
        said = "Your own account is changed by another administrator."
        raise Conflict(Bilingual(said, "本人账号须由其他管理员更改。"))
    return _allowed(session, account_id, actor)


def _allowed(session: Session, account_id: UUID, actor: Actor) -> Account:
    if not actor.may(Permission.MANAGE_ACCOUNTS):
        raise Forbidden(Permission.MANAGE_ACCOUNTS.value)
    return scoped.get(session, Account, account_id, actor, lock=True)


def _changed(session: Session, account: Account, what: str, actor: Actor, now: datetime) -> None:
    accounts.end_sign_ins(session, account.id, now=now)
    session.add(
        AccessRecord(
            organisation_id=actor.organisation_id,
            account_id=actor.account_id,
            role=actor.role.value,
            purpose=f"administration: {what}",
            subject=f"account:{account.id}",
            at=now,
        )
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
