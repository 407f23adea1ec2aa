"""Mappings of headings that people made by eye: saved by name, proposed for the same header."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from fieldops.domain.bilingual import Bilingual
from fieldops.domain.casefile.headings import FileKind
from fieldops.domain.casefile.looking import Look, header_key
from fieldops.domain.casefile.mapping import HeadingMapping
from fieldops.domain.errors import FieldFault, InvalidInput, NotFound
from fieldops.domain.permissions import Actor
from fieldops.models import ImportMapping
from fieldops.services import scoped

LONGEST_NAME = 80


def proposed(session: Session, seen: Look, actor: Actor) -> ImportMapping | None:
    """The mapping that was last saved for this header, if there is one."""
    query = scoped.own(ImportMapping, actor).where(
        ImportMapping.kind == seen.kind, ImportMapping.header_key == seen.key
    )
    return session.scalars(query.order_by(ImportMapping.saved_at.desc()).limit(1)).first()


def keep(
    session: Session,
    name: str,
    kind: FileKind,
    headings: Sequence[str],
    mapping: HeadingMapping,
    *,
    actor: Actor,
    now: datetime,
) -> ImportMapping:
    """Save a mapping under a name, over one of the same name; raises InvalidInput."""
    plain = name.strip()
    if not 1 <= len(plain) <= LONGEST_NAME:
        said = Bilingual("is empty or too long", "为空或过长")
        cure = Bilingual(f"1 to {LONGEST_NAME} characters", f"1 至 {LONGEST_NAME} 个字符")
        raise InvalidInput(faults=[FieldFault("save_as", said, cure)])
    found = _named(session, plain, actor)
    if found is None:
        found = ImportMapping(organisation_id=actor.organisation_id, name=plain)
        session.add(found)
    found.kind, found.header_key = kind, header_key(headings)
    found.columns, found.defaults = dict(mapping.columns), dict(mapping.defaults)
    found.saved_by, found.saved_at = actor.account_id, now
    session.flush()
    return found


def named(session: Session, name: str, actor: Actor) -> HeadingMapping:
    """The mapping of this name; raises NotFound."""
    found = _named(session, name, actor)
    if found is None:
        raise NotFound(Bilingual(f"There is no mapping {name}.", f"没有名为 {name} 的列对应。"))
    return as_mapping(found)


def as_mapping(saved: ImportMapping) -> HeadingMapping:
    """A saved mapping as the reading of files wants it."""
    return HeadingMapping(saved.columns, saved.defaults)


def mapping_page(
    session: Session, actor: Actor, *, after: UUID | None, limit: int
) -> tuple[Sequence[ImportMapping], UUID | None]:
    """One page of the organisation's mappings."""
    return scoped.page(
        session, scoped.own(ImportMapping, actor), ImportMapping, after=after, limit=limit
    )


def forget(session: Session, mapping_id: UUID, *, actor: Actor) -> None:
    """Delete a saved mapping; raises NotFound."""
    session.delete(scoped.get(session, ImportMapping, mapping_id, actor))
    session.flush()


def _named(session: Session, name: str, actor: Actor) -> ImportMapping | None:
    own = ImportMapping.organisation_id == actor.organisation_id
    query = select(ImportMapping).where(own, ImportMapping.name == name)
    return session.scalars(query).one_or_none()
