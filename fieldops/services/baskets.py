"""The basket of a case: which items counsel submits, in which order, as what, to prove what."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import Select, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session, defer
from sqlalchemy.orm.interfaces import ORMOption

from evidence.custody.entry import RECEIVED
from fieldops.domain.bilingual import Bilingual
from fieldops.domain.disclosure.basket import Basket, basket_of, checked, completed
from fieldops.domain.errors import Forbidden, PreconditionFailed
from fieldops.domain.permissions import Actor
from fieldops.models import Account, Case, CaseBasket, CustodyEntry, Item
from fieldops.services import scoped

_KEPT_BY_ANOTHER = Bilingual(
    "Somebody else kept a basket of this case just now.", "他人刚刚保存了本案的证据清单。"
)
_NO_ACCOUNT = Bilingual("Whoever keeps a basket has an account.", "保存证据清单须有账号。")


@dataclass(frozen=True, slots=True)
class Prepared:
    """A case's basket with a line for every item; version 0 is one that nobody has kept yet."""

    case: Case
    basket: Basket
    items: Sequence[Item]
    version: int


def prepared(session: Session, case_id: UUID, *, actor: Actor) -> Prepared:
    """The basket of a case of the organisation, as it stands now."""
    case = scoped.get(session, Case, case_id, actor)
    row = session.scalars(_of_case(case_id)).one_or_none()
    # The sealed records of receipt are long, and say nothing here.
    items = received(session, case_id, defer(Item.record), defer(Item.receipt))
    kept = None if row is None else basket_of(row.contents)
    language = language_of(session, actor)
    whole = completed(kept, [item.id for item in items], language) if items else Basket()
    return Prepared(case, whole, items, 0 if row is None else row.version)


def keep(
    session: Session, case_id: UUID, basket: Basket, version: int, *, actor: Actor, now: datetime
) -> Prepared:
    """Keep a basket that was made from `version`; raises PreconditionFailed or InvalidInput."""
    case = scoped.get(session, Case, case_id, actor)
    row = session.scalars(_of_case(case_id).with_for_update()).one_or_none()
    scoped.require_version(0 if row is None else row.version, version)
    known = [item.id for item in received(session, case.id)]
    whole = checked(basket, known, language_of(session, actor))
    if row is None:
        row = CaseBasket(organisation_id=actor.organisation_id, case_id=case.id, version=0)
    row.contents, row.version = whole.to_json(), row.version + 1
    row.account_id, row.updated_at = _account(actor), now
    try:
        with session.begin_nested():
            session.add(row)
    except IntegrityError as clash:
        raise PreconditionFailed(_KEPT_BY_ANOTHER) from clash
    return prepared(session, case_id, actor=actor)


def received(session: Session, case_id: UUID, *with_them: ORMOption) -> Sequence[Item]:
    """A case's items in the order in which they came into the log, with what is to be loaded."""
    query = (
        select(Item)
        .join(CustodyEntry, CustodyEntry.item_id == Item.id)
        .where(CustodyEntry.case_id == case_id, CustodyEntry.action == RECEIVED)
        .order_by(CustodyEntry.position)
        .options(*with_them)
    )
    return session.scalars(query).all()


def language_of(session: Session, actor: Actor) -> str:
    """The language in which exhibits are numbered for somebody."""
    account = session.get(Account, actor.account_id) if actor.account_id else None
    return "zh" if account is None or account.language != "en" else "en"


def _account(actor: Actor) -> UUID:
    if actor.account_id is None:
        raise Forbidden(_NO_ACCOUNT)
    return actor.account_id


def _of_case(case_id: UUID) -> Select[CaseBasket]:
    return select(CaseBasket).where(CaseBasket.case_id == case_id)
