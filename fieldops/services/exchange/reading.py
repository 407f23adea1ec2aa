"""Reading lines into rows; every line that is wrong is found before anything is refused."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from fieldops.domain.bilingual import Bilingual
from fieldops.domain.errors import FieldFault, InvalidInput
from fieldops.domain.followthemoney import Entity, NotAnEntity, read_line
from fieldops.domain.permissions import Actor
from fieldops.models import Observation, Person, sealing
from fieldops.services.exchange.content import check
from fieldops.services.exchange.exporting import END
from fieldops.services.exchange.merging import Merging
from fieldops.services.exchange.rows import SCHEMATA, references, values_of

_MOST_FAULTS = 20
_MOST_DIFFERING = 100
_CURE = Bilingual("give a file that an export wrote", "请提供由导出功能生成的文件")


@dataclass(frozen=True, slots=True)
class Line:
    """A row to be written, with the number of its line and its table."""

    number: int
    model: Any
    row: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Differing:
    """A line whose row is held here otherwise, and the properties in which it differs."""

    line: int
    schema: str
    id: UUID
    properties: tuple[str, ...]


class Reader:
    """Reads a file once from its first line to its last."""

    def __init__(self, actor: Actor, now: datetime, merging: Merging) -> None:
        self._actor = actor
        self._now = now
        self._merging = merging
        # The case of every row that may be referred to, by table and the id that it has in the
        # file or here; None for what is of no case.
        self._seen: defaultdict[str, dict[UUID, UUID | None]] = defaultdict(dict)
        self._told: defaultdict[str, set[UUID]] = defaultdict(set)
        self._faults: list[FieldFault] = []
        self._has_ended = False
        self.counts: Counter[str] = Counter()
        self.set_aside = self.known = self.differing_in_all = 0
        self.differing: list[Differing] = []
        self.last_of: dict[UUID, UUID] = {}

    def read(self, lines: Iterable[bytes]) -> Iterator[Line]:
        """The rows with their tables; raises InvalidInput after the last line, or many faults."""
        number = entities = 0
        for number, text in enumerate(lines, 1):
            if not text.strip():
                continue
            entity = None
            try:
                entity = read_line(text)
                if self._is_end(entity, entities):
                    continue
                entities += 1
                if entity.schema not in SCHEMATA:
                    self.set_aside += 1
                    continue
                row = self._row(number, entity)
            except NotAnEntity as wrong:
                self._count_as_seen(entity)
                self.refuse(number, wrong)
                continue
            if row is not None and not self._faults:
                yield Line(number, SCHEMATA[entity.schema], row)
        if self._told and not self._has_ended:
            self.refuse(number, _cut())
        self.give_up()

    def refuse(self, number: int, wrong: NotAnEntity) -> None:
        """Note what is wrong with a line; raises InvalidInput where it was one too many."""
        self._faults.append(FieldFault(f"line {number}", wrong.reason, wrong.cure or _CURE))
        if len(self._faults) == _MOST_FAULTS:
            self.give_up()

    def give_up(self) -> None:
        """Raises InvalidInput with the lines that are wrong, if any are."""
        if self._faults:
            raise InvalidInput(
                Bilingual("The record cannot be taken in so.", "该记录无法导入。"),
                faults=self._faults,
            )

    def _is_end(self, entity: Entity, before: int) -> bool:
        """Whether it is the last line; nothing stands behind that, and it knows what is before."""
        if self._has_ended:
            raise NotAnEntity(
                Bilingual("stands behind the last line", "位于结束行之后"),
                Bilingual("take in one file at a time", "请一次只导入一个文件"),
            )
        if entity.schema != END:
            return False
        self._has_ended = True
        if entity.first("entities") != str(before):
            raise _cut()
        return True

    def _row(self, number: int, entity: Entity) -> dict[str, Any] | None:
        model = SCHEMATA[entity.schema]
        table = model.__tablename__
        values = self._merging.placed(model, values_of(entity))
        if values["id"] in self._told[table]:
            raise NotAnEntity(
                Bilingual("has the id of a line before it", "编号与前面某行相同"),
                Bilingual("keep one of the two", "请只保留其中一行"),
            )
        self._told[table].add(values["id"])
        case_id = values["id"] if entity.schema == "FieldopsCase" else values.get("case_id")
        for prop, of, row_id in references(entity, values):
            self._refer(prop, of, row_id, case_id)
        check(model, values, self._now)
        self._seen[table][values["id"]] = case_id
        indexes = self._indexes(values, model)
        met = self._merging.met(model, values, indexes.get("id_number_index"))
        if met.row is None:
            self._seen[table][self._merging.name_of(values["id"])] = case_id
            self.known += 1
            self._note(Differing(number, entity.schema, values["id"], met.differing))
            return None
        if model is Observation:
            self.last_of[values["person_id"]] = values["id"]
        self.counts[entity.schema] += 1
        return {"organisation_id": self._actor.organisation_id, **met.row, **indexes}

    def _refer(self, prop: str, table: str, row_id: UUID, case_id: UUID | None) -> None:
        if row_id not in self._seen[table]:
            raise NotAnEntity(
                Bilingual(f"{prop} refers to nothing before it", f"{prop} 引用了前面没有的记录"),
                Bilingual(
                    "keep the order of the export, and all lines", "请保留导出的顺序和全部行"
                ),
            )
        of = self._seen[table][row_id]
        if of is not None and case_id is not None and of != case_id:
            raise NotAnEntity(
                Bilingual(f"{prop} is of another case", f"{prop} 属于另一案件"),
            )

    def _count_as_seen(self, entity: Entity | None) -> None:
        """What refers to a refused line is not refused for that: one fault is told once."""
        if entity is not None and entity.schema in SCHEMATA:
            try:
                row_id = UUID(entity.id)
            except ValueError:
                return
            self._seen[SCHEMATA[entity.schema].__tablename__].setdefault(row_id, None)

    def _note(self, found: Differing) -> None:
        if found.properties:
            self.differing_in_all += 1
            if len(self.differing) < _MOST_DIFFERING:
                self.differing.append(found)

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


def _cut() -> NotAnEntity:
    return NotAnEntity(
        Bilingual(
            "is not where the file ended when it was written", "文件不完整，缺少或多出若干行"
        ),
        Bilingual(
            "it was cut or changed on its way: export it again", "文件可能被截断或改动，请重新导出"
        ),
    )
