"""Views of timelines that people keep for themselves under a name."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from sqlalchemy import or_
from sqlalchemy.orm import Session

from fieldops.domain.bilingual import Bilingual
from fieldops.domain.errors import Conflict, FieldFault, Forbidden, InvalidInput
from fieldops.domain.permissions import Actor, Permission
from fieldops.models import Case, SavedView
from fieldops.services import scoped

LONGEST_NAME: Final = 60
MOST: Final = 30
_NAME = Bilingual("is empty or longer than 60 characters", "为空或超过 60 字")
_NAME_IT = Bilingual("give a short name", "请填写简短名称")
_NOTHING = Bilingual("The view asks for nothing.", "该视图没有任何条件。")
_TOO_MANY = Bilingual(
    "You keep 30 views already; remove one first.", "您已保存 30 个视图,请先删除一个。"
)


def of_case(session: Session, case_id: UUID, *, actor: Actor) -> Sequence[SavedView]:
    """The reader's own views that serve a case, in the order in which they were kept."""
    query = scoped.own(SavedView, actor).where(
        SavedView.account_id == actor.account_id,
        or_(SavedView.case_id.is_(None), SavedView.case_id == case_id),
    )
    return session.scalars(query.order_by(SavedView.id)).all()


def listed(
    session: Session, *, actor: Actor, after: UUID | None, limit: int
) -> tuple[Sequence[SavedView], UUID | None]:
    """All of the reader's own views, page by page."""
    query = scoped.own(SavedView, actor).where(SavedView.account_id == actor.account_id)
    return scoped.page(session, query, SavedView, after=after, limit=limit)


def keep(
    session: Session,
    name: str,
    asked: Mapping[str, Any],
    *,
    case_id: UUID,
    actor: Actor,
    now: datetime,
) -> SavedView:
    """Keep a view; one of the same name is replaced.

    A view that names a person or an address is kept for this case alone. Raises NotFound for
    another's case, InvalidInput, and Conflict for one view too many.
    """
    if actor.account_id is None:
        raise Forbidden(Permission.READ_CASES.value)
    name = " ".join(name.split())
    if not 1 <= len(name) <= LONGEST_NAME:
        raise InvalidInput(faults=[FieldFault("name", _NAME, _NAME_IT)])
    if not asked:
        raise InvalidInput(_NOTHING)
    case = scoped.get(session, Case, case_id, actor)
    is_of_one = "person" in asked or "address" in asked
    known = of_case(session, case.id, actor=actor)
    view = next((one for one in known if one.name == name), None)
    if view is None:
        if len(listed(session, actor=actor, after=None, limit=MOST)[0]) >= MOST:
            raise Conflict(_TOO_MANY)
        view = SavedView(organisation_id=actor.organisation_id, account_id=actor.account_id)
        session.add(view)
    view.case_id = case.id if is_of_one else None
    view.name, view.asked, view.kept_at = name, dict(asked), now
    session.flush()
    return view


def remove(session: Session, view_id: UUID, *, actor: Actor) -> SavedView:
    """Remove one of the reader's own views; another's is as if it did not exist."""
    view = scoped.get(session, SavedView, view_id, actor)
    if view.account_id != actor.account_id:
        raise scoped.missing(SavedView, view_id)
    session.delete(view)
    session.flush()
    return view
