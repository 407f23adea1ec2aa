"""What files that were handed over leave behind: their names, and what was said of their lines.

Either may name a debtor, also in a file from which no case is. Hash and counts always stay; so do
the lines that name a case under a legal hold, and the name of their file, as long as that stands.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Select, delete, exists, or_, select, update
from sqlalchemy.orm import Session, aliased

from fieldops.models import Case, Import, ImportLine
from fieldops.services.protection.overdue import legally_held
from fieldops.services.protection.scope import ERASED


def forget_cases(session: Session, cases: Sequence[Case]) -> None:
    """Before these cases are erased: what their files say of their lines, rehearsals too.

    The name of a file goes with the last of its cases.
    """
    brought = [case.import_id for case in cases if case.import_id]
    hashes = select(Import.sha256).where(Import.id.in_(brought))
    houses = {case.organisation_id for case in cases}
    same = Import.organisation_id.in_(houses) & Import.sha256.in_(hashes)
    files = session.scalars(select(Import.id).where(same)).all()
    lines = ImportLine.import_id.in_(files) & ImportLine.key.in_([case.number for case in cases])
    session.execute(_quietly(delete(ImportLine).where(lines)))
    other = aliased(Import)
    needed = (
        select(other.sha256)
        .join(Case, Case.import_id == other.id)
        .where(other.id.in_(files), Case.state != ERASED, Case.id.not_in([one.id for one in cases]))
    )
    last = Import.id.in_(files) & Import.sha256.not_in(needed)
    session.execute(_quietly(update(Import).where(last).values(filename=ERASED)))


def over(organisation_id: UUID, at: datetime) -> Select[UUID]:
    """The files of a house of which there is something left to forget, however old they are."""
    free = ~_is_of_held(organisation_id, at)
    told = exists().where(ImportLine.import_id == Import.id, free)
    nameless = _is_nobodys(organisation_id, at) & (Import.filename != ERASED)
    return select(Import.id).where(Import.organisation_id == organisation_id, or_(told, nameless))


def forget(session: Session, organisation_id: UUID, files: Sequence[UUID], *, at: datetime) -> None:
    """What was said of the lines of these files, and the names of those from which no case is."""
    lines = ImportLine.import_id.in_(files) & ~_is_of_held(organisation_id, at)
    session.execute(_quietly(delete(ImportLine).where(lines)))
    gone = Import.id.in_(files) & _is_nobodys(organisation_id, at)
    session.execute(_quietly(update(Import).where(gone).values(filename=ERASED)))


def _is_nobodys(organisation_id: UUID, at: datetime) -> ColumnElement[bool]:
    """That no case is from the file, or none that was not erased, and no line names a held one."""
    of_held = _is_of_held(organisation_id, at)
    held = exists().where(ImportLine.import_id == Import.id, of_held)
    return ~exists().where(Case.import_id == Import.id, Case.state != ERASED) & ~held


def _is_of_held(organisation_id: UUID, at: datetime) -> ColumnElement[bool]:
    """That a line names a case of the house that is under a legal hold."""
    mine = Case.organisation_id == organisation_id
    held = select(Case.number).where(mine, Case.id.in_(legally_held(at)))
    return ImportLine.key.in_(held)


def _quietly(statement: Any) -> Any:
    return statement.execution_options(synchronize_session=False)
