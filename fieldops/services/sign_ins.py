"""Where somebody is signed in: seen by himself and by an administrator, and ended one by one."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from fieldops.domain.bilingual import Bilingual
from fieldops.domain.errors import Conflict, Forbidden, NotFound
from fieldops.domain.permissions import Actor, Permission
from fieldops.models import Account, Device, Token
from fieldops.services import account_changes, scoped, sign_in
from fieldops.services.phones import revoking

_BY_THE_OFFICE = Bilingual(
    "A phone keeps what was not sent yet: the office ends it, on the page Phones.",
    "手机上可能有未发送的记录,须由内勤在“手机”页面停用。",
)


class SignInKind(StrEnum):
    """A browser, a program with tokens of its own, or an enrolled phone."""

    PAGE = "page"
    CLIENT = "client"
    PHONE = "phone"


_KINDS = {sign_in.PAGE: SignInKind.PAGE, sign_in.REFRESH: SignInKind.CLIENT}


@dataclass(frozen=True, slots=True)
class SignIn:
    """One sign-in that still holds; `id` is made of its family and opens nothing."""

    family: str
    kind: SignInKind
    device: str
    opened_at: datetime
    seen_at: datetime | None
    # A phone has no end: its key opens it again.
    ends_at: datetime | None
    is_this: bool
    phone: UUID | None = None

    @property
    def id(self) -> UUID:
        """What it is called outside."""
        return UUID(hex=self.family[:32])


def own(session: Session, actor: Actor, *, this: str, now: datetime) -> Sequence[SignIn]:
    """Where the actor is signed in, the present one first; `this` is the family that he carries."""
    if actor.account_id is None:
        return []
    found = _live(session, actor.account_id, this, now)
    return sorted(found, key=lambda one: (not one.is_this, one.opened_at))


def of_account(
    session: Session, account_id: UUID, *, this: str, actor: Actor, now: datetime
) -> Sequence[SignIn]:
    """Where somebody of the organisation is signed in; raises Forbidden, NotFound."""
    if not actor.may(Permission.MANAGE_ACCOUNTS):
        raise Forbidden(Permission.MANAGE_ACCOUNTS.value)
    account = scoped.get(session, Account, account_id, actor)
    return sorted(_live(session, account.id, this, now), key=lambda one: one.opened_at)


def end_own(
    session: Session, sign_in_id: UUID, *, this: str, actor: Actor, now: datetime
) -> SignIn:
    """End one of one's own; raises NotFound, and Conflict for a phone."""
    one = _named(own(session, actor, this=this, now=now), sign_in_id)
    if one.phone is not None:
        raise Conflict(_BY_THE_OFFICE)
    sign_in.end_family(session, one.family, now=now)
    return one


def end_others(session: Session, *, this: str, actor: Actor, now: datetime) -> int:
    """End all of one's own but the present one, and the phones, which the office ends."""
    found = own(session, actor, this=this, now=now)
    others = [one for one in found if not one.is_this and one.phone is None]
    for one in others:
        sign_in.end_family(session, one.family, now=now)
    return len(others)


def end_of_account(
    session: Session, account_id: UUID, sign_in_id: UUID, *, this: str, actor: Actor, now: datetime
) -> SignIn:
    """End one of a member of the organisation, his phone too; raises Forbidden, NotFound."""
    found = of_account(session, account_id, this=this, actor=actor, now=now)
    one = _named(found, sign_in_id)
    if one.phone is not None:
        revoking.revoke(session, one.phone, "sign-in ended", actor=actor, at=now)
    sign_in.end_family(session, one.family, now=now)
    account_changes.note(session, account_id, "sign-in ended", actor, now)
    return one


def _named(found: Sequence[SignIn], sign_in_id: UUID) -> SignIn:
    one = next((one for one in found if one.id == sign_in_id), None)
    if one is None:
        said = f"There is no sign-in {sign_in_id}."
        raise NotFound(Bilingual(said, f"没有编号为 {sign_in_id} 的登录。"))
    return one


def _live(session: Session, account_id: UUID, this: str, now: datetime) -> Iterator[SignIn]:
    phones = session.scalars(
        select(Device).where(Device.account_id == account_id, Device.revoked_at.is_(None))
    ).all()
    for phone in phones:
        yield SignIn(
            phone.family, SignInKind.PHONE, phone.name, phone.enrolled_at, phone.last_seen_at,
            None, phone.family == this, phone.id,
        )  # fmt: skip
    live = select(Token.family).where(
        Token.account_id == account_id, Token.revoked_at.is_(None), Token.used_at.is_(None),
        Token.expires_at > now, Token.family.not_in([phone.family for phone in phones]),
    )  # fmt: skip
    query = (
        select(
            Token.family, func.max(Token.kind), func.max(Token.device), func.min(Token.created_at),
            func.max(func.coalesce(Token.seen_at, Token.created_at)), func.max(Token.expires_at),
        )
        .where(Token.family.in_(live))
        .group_by(Token.family)
    )  # fmt: skip
    for family, kind, device, opened, seen, ends in session.execute(query):
        known = _KINDS.get(kind, SignInKind.CLIENT)
        yield SignIn(family, known, device or "", opened, seen, ends, family == this)
