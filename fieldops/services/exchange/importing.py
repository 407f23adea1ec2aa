"""Taking a trace record in: all of it or nothing, into an empty house or one that works.

An empty house takes over the times of recording. In one that works, what it holds already stays as
it is, and what is new was recorded now; see `merging.py`.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.exc import DataError, IntegrityError
from sqlalchemy.orm import Session

from fieldops.domain.bilingual import Bilingual
from fieldops.domain.errors import Conflict, Forbidden
from fieldops.domain.facts import ObservationRecorded
from fieldops.domain.followthemoney import NotAnEntity
from fieldops.domain.permissions import Actor, Permission
from fieldops.models import Contact, Observation, sealing
from fieldops.services import contacts, observations, outbox
from fieldops.services.exchange.merging import Merging
from fieldops.services.exchange.reading import Differing, Line, Reader

_AT_ONCE = 500
_REFUSED = (IntegrityError, DataError, sealing.KeyDestroyed)


@dataclass(frozen=True, slots=True)
class Taken:
    """How many rows of each schema were taken in, how many were held already, were set aside.

    `differing` names the first of those that are held here otherwise: what is held stands.
    """

    rows: Mapping[str, int]
    known: int
    set_aside: int
    differing: Sequence[Differing]
    differing_in_all: int


def import_record(
    session: Session, lines: Iterable[bytes], *, ours: bool = False, actor: Actor, now: datetime
) -> Taken:
    """Write the record that these lines are; what is not of our schemata is set aside.

    Ids are kept. `ours` says that it is this organisation's own record, from another machine: its
    contacts count then. Raises Forbidden, and InvalidInput with the lines that are wrong.
    """
    if not actor.may(Permission.MOVE_TRACE):
        raise Forbidden(Permission.MOVE_TRACE.value)
    reader = Reader(actor, now, Merging(session, actor, now, ours=ours))
    for part in _in_parts(reader.read(lines)):
        try:
            _write(session, part, now)
        except _REFUSED:
            _name_lines(session, reader, part, now)
    _follow(session, reader, actor, now)
    return Taken(
        dict(reader.counts),
        reader.known,
        reader.set_aside,
        reader.differing,
        reader.differing_in_all,
    )


def _in_parts(lines: Iterator[Line]) -> Iterator[list[Line]]:
    """Rows of one table after another, some at a time."""
    held: list[Line] = []
    for line in lines:
        if held and (line.model is not held[0].model or len(held) == _AT_ONCE):
            yield held
            held = []
        held.append(line)
    if held:
        yield held


def _write(session: Session, part: Sequence[Line], now: datetime) -> None:
    with session.begin_nested():
        rows = [line.model(**line.row) for line in part]
        if part[0].model is Contact:
            contacts.number(session, rows)
        if part[0].model is Observation:
            observations.keep(session, rows, now=now)
        else:
            session.add_all(rows)
            session.flush()


def _name_lines(session: Session, reader: Reader, part: Sequence[Line], now: datetime) -> None:
    """Find the lines of a part that the database refuses; raises InvalidInput with them."""
    for line in part:
        try:
            _write(session, [line], now)
        except _REFUSED as wrong:
            reader.refuse(line.number, _why(wrong))
    reader.give_up()
    raise Conflict(Bilingual("The record contradicts itself.", "记录自相矛盾，无法导入。"))


def _why(wrong: Exception) -> NotAnEntity:
    if isinstance(wrong, sealing.KeyDestroyed):
        return NotAnEntity(
            Bilingual("is of somebody whose data were erased here", "其数据在本机构已被删除"),
            Bilingual("take his lines out", "请删去与其有关的各行"),
        )
    if isinstance(wrong, DataError):
        return NotAnEntity(Bilingual("holds a value that cannot be kept", "含有无法保存的值"))
    return NotAnEntity(
        Bilingual(
            "has the id of another record of this database, or says one thing twice",
            "编号已被本数据库的另一记录使用，或重复陈述同一事项",
        ),
        Bilingual("take the line out", "请删去该行"),
    )


def _follow(session: Session, reader: Reader, actor: Actor, now: datetime) -> None:
    """Have beliefs and flags follow: one observation of each person makes all of his count."""
    for observation_id in reader.last_of.values():
        fact = ObservationRecorded(observation_id=observation_id)
        outbox.record(session, fact, organisation_id=actor.organisation_id, now=now)
    session.flush()
