"""Taking a trace record in: all of it or nothing, into an empty house or one that works.

An empty house takes over the times of recording. In one that works, what it holds already stays as
it is, and what is new was recorded now; see `merging.py`.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy.exc import DataError, IntegrityError
from sqlalchemy.orm import Session

from fieldops.domain.errors import Conflict, FieldFault, Forbidden, InvalidInput
from fieldops.domain.facts import ObservationRecorded
from fieldops.domain.followthemoney import Entity, NotAnEntity, read_line
from fieldops.domain.lawfulness import Basis, SourceClass
from fieldops.domain.permissions import Actor, Permission
from fieldops.models import Observation, Person, sealing
from fieldops.services import observation_checks, observations, outbox
from fieldops.services.exchange.merging import House
from fieldops.services.exchange.rows import SCHEMATA, references, values_of
from fieldops.services.observation_checks import ObservationReport

_AT_ONCE = 500
_MOST_FAULTS = 20


@dataclass(frozen=True, slots=True)
class Taken:
    """How many rows of each schema were taken in, how many were held already, were set aside."""

    rows: Mapping[str, int]
    known: int
    set_aside: int


def import_record(
    session: Session, lines: Iterable[bytes], *, actor: Actor, now: datetime
) -> Taken:
    """Write the record that these lines are; what is not of our schemata is set aside.

    Ids are kept. Raises Forbidden, Conflict where another organisation of the database holds the
    record, and InvalidInput with the lines that are wrong.
    """
    if not actor.may(Permission.MOVE_TRACE):
        raise Forbidden(Permission.MOVE_TRACE.value)
    reader = _Reader(actor, now, House(session, actor, now))
    try:
        for model, rows in _in_parts(reader.read(lines)):
            if model is Observation:
                observations.keep(session, rows, now=now)
            else:
                session.add_all(rows)
                session.flush()
    except (IntegrityError, DataError) as wrong:
        raise Conflict(
            "The database holds this record already, or it says one thing twice."
        ) from wrong
    _follow(session, reader, actor, now)
    return Taken(dict(reader.counts), reader.known, reader.set_aside)


def _in_parts(rows: Iterable[tuple[Any, Any]]) -> Iterator[tuple[Any, list[Any]]]:
    """Rows of one table after another, some at a time."""
    held: list[Any] = []
    of: Any = None
    for model, row in rows:
        if held and (model is not of or len(held) == _AT_ONCE):
            yield of, held
            held = []
        of = model
        held.append(row)
    if held:
        yield of, held


def _follow(session: Session, reader: "_Reader", actor: Actor, now: datetime) -> None:
    """Have beliefs and flags follow: one observation of each person makes all of his count."""
    for observation_id in reader.last_of.values():
        fact = ObservationRecorded(observation_id=observation_id)
        outbox.record(session, fact, organisation_id=actor.organisation_id, now=now)
    session.flush()


class _Reader:
    """Reads lines into rows; every line that is wrong is found before anything is refused."""

    def __init__(self, actor: Actor, now: datetime, house: House) -> None:
        self._actor = actor
        self._now = now
        self._house = house
        self._seen: defaultdict[str, set[UUID]] = defaultdict(set)
        self._faults: list[FieldFault] = []
        self.counts: Counter[str] = Counter()
        self.set_aside = self.known = 0
        self.last_of: dict[UUID, UUID] = {}

    def read(self, lines: Iterable[bytes]) -> Iterator[tuple[Any, Any]]:
        """The rows with their tables; raises InvalidInput after the last line, or many faults."""
        for number, line in enumerate(lines, 1):
            if not line.strip():
                continue
            try:
                entity = read_line(line)
                if entity.schema not in SCHEMATA:
                    self.set_aside += 1
                    continue
                row = self._row(entity)
            except NotAnEntity as wrong:
                self._refuse(number, str(wrong))
                continue
            if row is not None and not self._faults:
                yield SCHEMATA[entity.schema], row
        if self._faults:
            self._give_up()

    def _row(self, entity: Entity) -> Any:
        model = SCHEMATA[entity.schema]
        values = self._house.placed(model, values_of(entity))
        for prop, table, row_id in references(entity, values):
            if row_id not in self._seen[table]:
                raise NotAnEntity(f"{prop} refers to nothing before it")
        if model is Observation:
            self._check(values)
        self._seen[model.__tablename__].add(values["id"])
        indexes = self._indexes(values, model)
        row = self._house.taken(model, values, indexes.get("id_number_index"))
        if row is None:
            self._seen[model.__tablename__].add(self._house.name_of(values["id"]))
            self.known += 1
            return None
        if model is Observation:
            self.last_of[values["person_id"]] = values["id"]
        self.counts[entity.schema] += 1
        return model(organisation_id=self._actor.organisation_id, **row, **indexes)

    def _check(self, values: Mapping[str, Any]) -> None:
        """An observation must be one that the service would have taken itself."""
        if values["recorded_at"] > self._now:
            raise NotAnEntity("recordedAt lies in the future")
        try:
            report = ObservationReport(
                case_id=values["case_id"],
                kind=values["kind"],
                observed_at=values["observed_at"],
                source_class=SourceClass(values["source_class"]),
                source_id=values["source_id"],
                basis=Basis(values["basis"]),
                address_id=values["address_id"],
                asset=values["asset"],
                grade=values["grade"] or None,
                data=values["data"] or {},
                evidence=values["evidence"] or (),
                polarity=values["polarity"],
                valid_from=values["valid_from"],
                valid_until=values["valid_until"],
                values=values["values"] or {},
            )
            faults = observation_checks.faults_of_content(report)
        except (AttributeError, TypeError, ValueError):
            raise NotAnEntity("is no observation that may be taken") from None
        if faults:
            raise NotAnEntity(f"{faults[0].field} {faults[0].message}")

    def _indexes(self, values: Mapping[str, Any], model: Any) -> dict[str, str | None]:
        """The blind indexes of this house."""
        if model is Person:
            phone = (values["phone"] or "").split(";")[0]
            return {
                "id_number_index": self._index("id-number", values["id_number"]),
                "phone_index": self._index("phone", phone),
            }
        return {"text_index": self._index("address", values["text"])} if "text" in values else {}

    def _index(self, kind: str, text: str | None) -> str | None:
        scope = str(self._actor.organisation_id)
        return sealing.current().blind_index(kind, scope, text) if text else None

    def _refuse(self, number: int, reason: str) -> None:
        self._faults.append(
            FieldFault(f"line {number}", reason, "give a file that an export wrote")
        )
        if len(self._faults) == _MOST_FAULTS:
            self._give_up()

    def _give_up(self) -> None:
        raise InvalidInput("The record cannot be taken in so.", faults=self._faults)
