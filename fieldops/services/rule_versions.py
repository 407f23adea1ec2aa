"""The versions of rule packs that judged anything, kept so that rulings can be replayed."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache

from sqlalchemy import select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session, defer

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


@dataclass(frozen=True, slots=True)
class Version:
    """A version of a pack that can be compared: one that is kept, or the one in force.

    `kept_at` is when it first judged something; None where it has judged nothing yet.
    """

    sha256: str
    name: str
    kept_at: datetime | None
    in_force: bool


def listed(session: Session) -> Sequence[RulePackVersion]:
    """All versions that are kept, the newest first; their content is read when it is asked for."""
    order = (RulePackVersion.kept_at.desc(), RulePackVersion.name)
    query = select(RulePackVersion).options(defer(RulePackVersion.content)).order_by(*order)
    return session.scalars(query).all()


def of_packs(session: Session, book: RuleBook) -> Mapping[str, Sequence[Version]]:
    """The versions of each pack in force, by its id: the present one first, then the newest."""
    kept = listed(session)
    since = {row.sha256: row.kept_at for row in kept}
    found = {p.id: [_version(p.name, p.sha256, since.get(p.sha256), True)] for p in book.packs}
    present = {pack.sha256 for pack in book.packs}
    # The longer name first: a version of us-ma is none of us.
    ids = sorted(found, key=len, reverse=True)
    for row in kept:
        pack = next((one for one in ids if row.name.startswith(f"{one}-")), None)
        if pack and row.sha256 not in present:
            found[pack].append(_version(row.name, row.sha256, row.kept_at, False))
    return found


def with_version(session: Session, book: RuleBook, sha256: str) -> RuleBook:
    """The book with this kept version in the place of its own version of the pack.

    Raises NotFound when it is not kept, RulebookInvalid when it does not go with the other packs.
    """
    if any(pack.sha256 == sha256 for pack in book.packs):
        return book
    return _in_place(book, book_of(session, [sha256]).packs[0])


def _version(name: str, sha256: str, kept_at: datetime | None, in_force: bool) -> Version:
    return Version(sha256, name.partition("+sha256:")[0], kept_at, in_force)


# One book for one pack: what judges remembers for each book which of its rules apply.
@lru_cache(maxsize=16)
def _in_place(book: RuleBook, pack: RulePack) -> RuleBook:
    return book_from([*(one for one in book.packs if one.id != pack.id), pack])


@lru_cache(maxsize=64)
def _book(contents: tuple[str, ...]) -> RuleBook:
    return book_from(pack_from_canonical(content, "a kept pack") for content in contents)
