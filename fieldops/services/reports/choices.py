"""Of which portfolios there can be a report: the creditors and the imports of the organisation."""

from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from fieldops.domain.permissions import Actor
from fieldops.models import Case, Import
from fieldops.services import scoped

_IMPORTS = 50


def creditors(session: Session, actor: Actor) -> Sequence[str]:
    """Whose cases there are."""
    query = select(Case.creditor).where(
        Case.organisation_id == actor.organisation_id, Case.creditor != ""
    )
    return session.scalars(query.distinct().order_by(Case.creditor)).all()


def imports(session: Session, actor: Actor) -> Sequence[Import]:
    """The case files that came in last, the newest first."""
    query = scoped.own(Import, actor).where(Import.kind == "cases", Import.is_dry_run.is_(False))
    return session.scalars(query.order_by(Import.id.desc()).limit(_IMPORTS)).all()
