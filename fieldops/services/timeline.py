"""All that happened in a case as one line of events, page by page, the newest first."""

from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Final
from uuid import UUID

from sqlalchemy import ColumnElement, Select, and_, false, literal, or_, select, union_all
from sqlalchemy.orm import Session

from fieldops.domain.errors import FieldFault, InvalidInput
from fieldops.domain.permissions import Actor
from fieldops.models import Case, Flag, FlagReview
from fieldops.services import scoped
from fieldops.services.timeline_kinds import KINDS as _KINDS
from fieldops.services.timeline_kinds import Kind

KINDS: Final = tuple(_KINDS)
STATED: Final = tuple(kind for kind in KINDS if kind.startswith("stated_"))
"""The kinds of what other houses state."""
LONGEST_WORDS: Final = 100
# Notes are sealed, so that they are read here and not by the database; a case has few of them.
_MOST_NOTES: Final = 2_000


@dataclass(frozen=True, slots=True)
class Event:
    """One line: when, what kind of thing, and the row itself."""

    at: datetime
    kind: str
    row: Any

    @property
    def id(self) -> UUID:
        """The id of the row."""
        found: UUID = self.row.id
        return found

    @property
    def facts(self) -> dict[str, Any]:
        """What the row says that names no person."""
        return {name: getattr(self.row, name) for name in _KINDS[self.kind].facts}


@dataclass(frozen=True, slots=True)
class Place:
    """Where a page ended: the next begins behind it. Written `TIME/kind/id`."""

    at: datetime
    kind: str
    id: UUID

    def __str__(self) -> str:
        """As a caller hands it back."""
        at = self.at.astimezone(UTC).replace(tzinfo=None)
        return f"{at.isoformat()}Z/{self.kind}/{self.id}"


def place(text: str) -> Place:
    """Read where a page ended; raises InvalidInput."""
    at, _, rest = text.partition("/")
    kind, _, row_id = rest.partition("/")
    try:
        found = Place(datetime.fromisoformat(at), kind, UUID(row_id))
    except ValueError:
        found = None
    if found is None or kind not in KINDS or found.at.tzinfo is None:
        fault = FieldFault("after", "is no place in a timeline", "give back `next` as it came")
        raise InvalidInput(faults=[fault])
    return found


@dataclass(frozen=True, slots=True)
class Asked:
    """Which events: their kinds, their time from `since` and before `until`, whom they are about.

    `words` are looked for in what was written, `codes` are members of vocabularies that read like
    these words in the reader's language. All where left out.
    """

    kinds: Collection[str] = KINDS
    since: datetime | None = None
    until: datetime | None = None
    person_id: UUID | None = None
    address_id: UUID | None = None
    words: str = ""
    codes: Collection[str] = ()

    def reaches(self, kind: str, actor: Actor) -> bool:
        """Whether rows of this kind can be among what is asked, for this reader."""
        one = _KINDS[kind]
        return (
            kind in self.kinds
            and actor.may(one.permission)
            and (self.person_id is None or one.about.person is not None)
            and (self.address_id is None or one.about.address is not None)
        )


def of_case(
    session: Session,
    case_id: UUID,
    asked: Asked,
    *,
    after: Place | None = None,
    limit: int,
    actor: Actor,
) -> tuple[Sequence[Event], Place | None]:
    """One page of the events that the reader's role reaches, and where it ended; None at the end.

    Raises NotFound for another's case.
    """
    case = scoped.get(session, Case, case_id, actor)
    seen = [one for one in KINDS if asked.reaches(one, actor)]
    if not seen:
        return [], None
    conditions = {one: _conditions(session, one, case.id, asked) for one in seen}
    line = union_all(*(_of_kind(kind, conditions[kind], after, limit) for kind in seen)).subquery()
    order = (line.c.at.desc(), line.c.kind, line.c.id)
    found = session.execute(select(line).order_by(*order).limit(limit + 1)).all()
    rows = _rows(session, found[:limit])
    events = [Event(one.at, one.kind, rows[one.kind, one.id]) for one in found[:limit]]
    last = events[-1] if len(found) > limit else None
    return events, Place(last.at, last.kind, last.id) if last is not None else None


def row_of(session: Session, case_id: UUID, kind: str, row_id: UUID, *, actor: Actor) -> Event:
    """One event of a case; raises NotFound, also for what the reader's role does not reach."""
    case = scoped.get(session, Case, case_id, actor)
    one = _KINDS.get(kind)
    if one is None or not actor.may(one.permission):
        raise scoped.missing(Case, row_id)
    query = select(one.at, one.model)
    if one.model is FlagReview:
        query = query.join(Flag, FlagReview.flag_id == Flag.id)
    query = query.where(one.model.id == row_id, *_of_the_case(one, case.id))
    found = session.execute(query).one_or_none()
    if found is None:
        raise scoped.missing(one.model, row_id)
    return Event(found[0], kind, found[1])


def _of_kind(
    kind: str, conditions: Sequence[ColumnElement[bool]], after: Place | None, limit: int
) -> Select[Any]:
    """The first of one kind: no table is read further than the page may reach."""
    one = _KINDS[kind]
    query = select(one.at.label("at"), literal(kind).label("kind"), one.model.id.label("id"))
    if one.model is FlagReview:
        query = query.join(Flag, FlagReview.flag_id == Flag.id)
    query = query.where(*conditions)
    if after is not None:
        query = query.where(_behind(kind, one, after))
    first = query.order_by(one.at.desc(), one.model.id).limit(limit + 1).subquery()
    return select(first.c.at, first.c.kind, first.c.id)


def _of_the_case(one: Kind, case_id: UUID) -> list[ColumnElement[bool]]:
    model = Flag if one.model is FlagReview else one.model
    found = [model.case_id == case_id]
    return found if one.only is None else [*found, one.only]


def _conditions(
    session: Session, kind: str, case_id: UUID, asked: Asked
) -> list[ColumnElement[bool]]:
    """What a row of a kind must be to be among what is asked."""
    one = _KINDS[kind]
    found = _of_the_case(one, case_id)
    if asked.since is not None:
        found.append(one.at >= asked.since)
    if asked.until is not None:
        found.append(one.at < asked.until)
    if asked.person_id is not None and one.about.person is not None:
        found.append(one.about.person(case_id, asked.person_id))
    if asked.address_id is not None and one.about.address is not None:
        found.append(one.about.address(case_id, asked.address_id))
    if asked.words:
        found.append(_says(session, one, found, asked))
    return found


def _says(
    session: Session, one: Kind, conditions: Sequence[ColumnElement[bool]], asked: Asked
) -> ColumnElement[bool]:
    """That a row says the words, in a column, by a code, or in its sealed note."""
    ways: list[ColumnElement[bool]] = [false()]
    ways += [column.icontains(asked.words, autoescape=True) for column in (*one.text, *one.coded)]
    if asked.codes:
        ways += [column.in_(asked.codes) for column in one.coded]
    if one.sealed is not None:
        ways.append(one.model.id.in_(_notes(session, one, conditions, asked.words)))
    return or_(*ways)


def _notes(
    session: Session, one: Kind, conditions: Sequence[ColumnElement[bool]], words: str
) -> list[UUID]:
    query = select(one.model.id, one.sealed)
    if one.model is FlagReview:
        query = query.join(Flag, FlagReview.flag_id == Flag.id)
    newest = query.where(*conditions).order_by(one.model.id.desc()).limit(_MOST_NOTES)
    sought = words.casefold()
    return [row_id for row_id, note in session.execute(newest) if sought in (note or "").casefold()]


def _behind(kind: str, one: Kind, after: Place) -> ColumnElement[bool]:
    """What comes after a place in the order of time downwards, kind and id upwards."""
    if kind > after.kind:
        same: ColumnElement[bool] = one.at == after.at
    elif kind == after.kind:
        same = and_(one.at == after.at, one.model.id > after.id)
    else:
        return one.at < after.at  # type: ignore[no-any-return]  # Columns of many tables.
    return or_(one.at < after.at, same)


def _rows(session: Session, found: Sequence[Any]) -> dict[tuple[str, UUID], Any]:
    """The rows of a page, by one query a kind."""
    ids: defaultdict[str, list[UUID]] = defaultdict(list)
    for one in found:
        ids[one.kind].append(one.id)
    return {
        (kind, row.id): row
        for kind, wanted in ids.items()
        for row in session.scalars(
            select(_KINDS[kind].model).where(_KINDS[kind].model.id.in_(wanted))
        )
    }
