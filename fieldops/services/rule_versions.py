"""The versions of rule packs that judged anything, kept so that rulings can be replayed."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from functools import lru_cache

from sqlalchemy import select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from fieldops.domain.errors import NotFound
from fieldops.domain.rulebook.loading import book_from, pack_from_canonical
from fieldops.domain.rulebook.records import RuleBook, RulePack
from fieldops.models import RulePackVersion


def keep(session: Session, packs: Iterable[RulePack], *, now: datetime) -> None:
    """Keep the packs that are not kept yet; two that keep the same one at once do no harm."""
    wanted = {pack.sha256: pack for pack in packs}
    query = select(RulePackVersion.sha256).where(RulePackVersion.sha256.in_(wanted))
    known = set(session.scalars(query))
    rows = [
        {"sha256": sha256, "name": pack.name, "content": pack.content, "kept_at": now}
        for sha256, pack in sorted(wanted.items())
        if sha256 not in known
    ]
    if not rows:
        return
    is_postgresql = session.get_bind().dialect.name == "postgresql"
    insert = postgresql.insert if is_postgresql else sqlite.insert
    session.execute(insert(RulePackVersion).values(rows).on_conflict_do_nothing())


def book_of(session: Session, sha256s: Iterable[str]) -> RuleBook:
    """The book of kept packs with these hashes; raises NotFound when one was not kept."""
    wanted = tuple(sorted(sha256s))
    query = select(RulePackVersion).where(RulePackVersion.sha256.in_(wanted))
    kept = {row.sha256: row.content for row in session.scalars(query)}
    if lacking := [sha256 for sha256 in wanted if sha256 not in kept]:
        raise NotFound(f"These rule packs are not kept: {', '.join(lacking)}.")
    return _book(tuple(kept[sha256] for sha256 in wanted))


def listed(session: Session) -> Sequence[RulePackVersion]:
    """All versions that are kept, the newest first."""
    order = (RulePackVersion.kept_at.desc(), RulePackVersion.name)
    return session.scalars(select(RulePackVersion).order_by(*order)).all()


@lru_cache(maxsize=64)
def _book(contents: tuple[str, ...]) -> RuleBook:
    return book_from(pack_from_canonical(content, "a kept pack") for content in contents)
