"""Taking rows of a case file in, batch by batch: new, updated or unchanged."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy import insert, select
from sqlalchemy.orm import Session, selectinload

from fieldops.domain.addresses import Parsed
from fieldops.domain.casefile.cases import CaseRow
from fieldops.domain.casefile.content import content_key
from fieldops.domain.gazetteer import Gazetteer, Place
from fieldops.domain.permissions import Actor
from fieldops.domain.positions import Position
from fieldops.models import Address, Case, Party, Person, data_keys, sealing
from fieldops.models.types import new_id
from fieldops.services import identity, locating
from fieldops.services.intake import places
from fieldops.services.intake.people import People
from fieldops.services.intake.remarks import Remark
from fieldops.services.intake.reporting import Report


@dataclass(frozen=True, slots=True)
class Line:
    """A row with what was reckoned from it."""

    row: CaseRow
    key: str
    position: Position | None
    address: Parsed | None

    @property
    def county(self) -> Place | None:
        """The county that the address names beyond doubt."""
        return self.address.county if self.address is not None else None


class CaseTaker:
    """Takes batches of rows in for one import."""

    def __init__(
        self,
        session: Session,
        import_id: UUID,
        gazetteer: Gazetteer | None,
        report: Report,
        actor: Actor,
        now: datetime,
    ) -> None:
        self._session = session
        self._import_id = import_id
        self._gazetteer = gazetteer
        self._report = report
        self._actor = actor
        self._now = now
        self._new: dict[type[Case | Party | Address], list[dict[str, Any]]] = {}
        # Of whom this batch says something, with the addresses that it gives him.
        self._told: dict[UUID, tuple[Person, list[Parsed]]] = {}

    def take(self, rows: Sequence[CaseRow]) -> None:
        """Write what is new or changed in these rows; rows that say the same are left alone."""
        keys = {row.case_number: content_key(row) for row in rows}
        known = self._known_keys(keys)
        touched = [row for row in rows if known.get(row.case_number) != keys[row.case_number]]
        self._report.count("unchanged", len(rows) - len(touched))
        if not touched:
            return
        self._new, self._told = {Case: [], Party: [], Address: []}, {}
        cases = self._cases({row.case_number for row in touched} & known.keys())
        people = People(self._session, touched, self._actor, self._now)
        positions = places.converted([row.position for row in touched])
        for row, position in zip(touched, positions, strict=True):
            address = locating.read_address(row.address, self._gazetteer)
            line = Line(row, keys[row.case_number], position, address)
            self._take_line(line, cases.get(row.case_number), people)
        self._write()

    def _take_line(self, line: Line, case: Case | None, people: People) -> None:
        person, remarks = people.person_for(line.row, case.parties if case else ())
        person.links_due = True
        told = self._told.setdefault(person.id, (person, []))[1]
        told += [line.address] if line.address is not None else []
        if case is None:
            case_id = self._new_case(line)
            party_id = self._new_party(case_id, person.id, line.row.role)
            self._new_address(case_id, party_id, line)
        else:
            remarks += self._update(case, person.id, line)
        self._report.count("updated" if case else "new")
        remarks += _gaps(line.row) + places.doubt_about(line.position, line.county)
        self._report.look_at(line.row, remarks)

    def _update(self, case: Case, person_id: UUID, line: Line) -> tuple[Remark, ...]:
        for name, value in self._content(line).items():
            setattr(case, name, value)
        party_id = next(
            (p.id for p in case.parties if (p.person_id, p.role) == (person_id, line.row.role)),
            None,
        )
        added = party_id is None
        party_id = party_id or self._new_party(case.id, person_id, line.row.role)
        index = self._text_index(line.row.address)
        for address in case.addresses:
            if (address.party_id, address.text_index) == (party_id, index):
                self._move(address, line)
                break
        else:
            self._new_address(case.id, party_id, line)
        return (Remark("name", "party_added"),) if added else ()

    def _move(self, address: Address, line: Line) -> None:
        """Take a new position over, unless a person has decided or the file no longer gives one."""
        given = places.given_record(line.row.position)
        if given and given != address.given_position and address.state != "settled":
            values = places.placed(line.position)
            values |= {"given_position": given, "located_at": self._now, "candidates": []}
            values["version"] = address.version + 1
            for name, value in values.items():
                setattr(address, name, value)
        if address.state == "pending":
            self._report.count("to_locate")

    def _new_case(self, line: Line) -> UUID:
        case_id = new_id()
        values = {"id": case_id, "number": line.row.case_number, "state": "open"}
        owned = {"organisation_id": self._actor.organisation_id, "created_at": self._now}
        self._new[Case].append({**values, **owned, **self._content(line)})
        return case_id

    def _content(self, line: Line) -> dict[str, Any]:
        row = line.row
        return {
            "creditor": row.client,
            "product": row.product,
            "amount": row.amount if row.amount is not None else Decimal(0),
            "currency": row.currency,
            "overdue_days": row.days_overdue or 0,
            "priority": row.priority,
            "skills": list(row.skills),
            "note": row.remark or None,
            "content_key": line.key,
            "import_id": self._import_id,
            "updated_at": self._now,
        }

    def _new_party(self, case_id: UUID, person_id: UUID, role: str) -> UUID:
        party_id = new_id()
        self._new[Party].append(
            {
                "id": party_id,
                "organisation_id": self._actor.organisation_id,
                "case_id": case_id,
                "person_id": person_id,
                "role": role,
                "created_at": self._now,
            }
        )
        return party_id

    def _new_address(self, case_id: UUID, party_id: UUID, line: Line) -> None:
        if line.position is None:
            self._report.count("to_locate")
        self._new[Address].append(
            {
                "id": new_id(),
                "organisation_id": self._actor.organisation_id,
                "case_id": case_id,
                "party_id": party_id,
                "text": line.row.address,
                "text_index": self._text_index(line.row.address),
                "kind": "work" if line.row.role == "employer" else "home",
                "given_position": places.given_record(line.row.position),
                "area_code": locating.area_code(line.county),
                "candidates": [],
                "created_at": self._now,
                "located_at": self._now if line.position else None,
                **places.placed(line.position),
            }
        )

    def _text_index(self, text: str) -> str:
        scope = str(self._actor.organisation_id)
        return sealing.current().blind_index("address", scope, text)

    def _known_keys(self, numbers: dict[str, str]) -> dict[str, str]:
        query = select(Case.number, Case.content_key).where(
            Case.organisation_id == self._actor.organisation_id, Case.number.in_(numbers)
        )
        return dict(self._session.execute(query).all())

    def _cases(self, numbers: set[str]) -> dict[str, Case]:
        if not numbers:
            return {}
        query = (
            select(Case)
            .where(Case.organisation_id == self._actor.organisation_id, Case.number.in_(numbers))
            .options(
                selectinload(Case.parties).joinedload(Party.person), selectinload(Case.addresses)
            )
        )
        return {case.number: case for case in self._session.scalars(query)}

    def _write(self) -> None:
        # Persons and changed cases first: the new rows point to them.
        self._session.flush()
        for model in (Case, Party, Address):
            if rows := self._new[model]:
                data_keys.put_under(self._session, model, rows)
                self._session.execute(insert(model), rows)
        self._new = {}
        identity.add_keys(
            self._session,
            self._actor.organisation_id,
            {
                person.id: identity.record_of(person, tuple(addresses))
                for person, addresses in self._told.values()
            },
            now=self._now,
        )


def _gaps(row: CaseRow) -> tuple[Remark, ...]:
    gaps = (
        ("amount", row.amount, "amount_missing"),
        ("days_overdue", row.days_overdue, "days_missing"),
    )
    return tuple(Remark(field, reason) for field, value, reason in gaps if value is None)
