"""Reading imports and their reports again."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from fieldops.domain.permissions import Actor
from fieldops.models import Import, ImportLine
from fieldops.services import scoped


def get_import(session: Session, import_id: UUID, actor: Actor) -> Import:
    """One import; raises NotFound."""
    return scoped.get(session, Import, import_id, actor)


def import_page(
    session: Session, actor: Actor, *, after: UUID | None, limit: int
) -> tuple[Sequence[Import], UUID | None]:
    """A page of imports, oldest first."""
    return scoped.page(session, scoped.own(Import, actor), Import, after=after, limit=limit)


def latest_imports(
    session: Session, actor: Actor, *, before: UUID | None, limit: int
) -> tuple[Sequence[Import], UUID | None]:
    """A page of imports, the newest first."""
    return scoped.newest(session, scoped.own(Import, actor), Import, before=before, limit=limit)


def line_page(
    session: Session,
    import_id: UUID,
    actor: Actor,
    *,
    verdict: str | None = None,
    after: UUID | None,
    limit: int,
) -> tuple[Sequence[ImportLine], UUID | None]:
    """A page of what is to be said of an import's lines, in their order; raises NotFound."""
    scoped.get(session, Import, import_id, actor)
    query = select(ImportLine).where(ImportLine.import_id == import_id)
    query = scoped.narrowed(query, {ImportLine.verdict: verdict})
    return scoped.page(session, query, ImportLine, after=after, limit=limit)
