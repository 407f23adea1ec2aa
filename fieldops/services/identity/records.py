"""What is known of persons, read for many at once as the comparison wants it."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from fieldops.domain.addresses import Parsed
from fieldops.domain.gazetteer import Gazetteer
from fieldops.domain.linkage import Record
from fieldops.domain.linkage.comparing import MOST_ADDRESSES
from fieldops.domain.linkage.numbers import read_asset, whole_phone
from fieldops.models import Address, Case, Observation, Party, Person
from fieldops.services.locating import read_address
from fieldops.services.parts import in_parts


@dataclass(frozen=True, slots=True)
class Known:
    """A person's record, and for which creditors the house knows him."""

    record: Record
    creditors: frozenset[str]


def known(
    session: Session, people: Collection[UUID], gazetteer: Gazetteer | None
) -> dict[UUID, Known]:
    """The records of these persons, by four queries for each few thousand of them."""
    found: dict[UUID, Known] = {}
    for part in in_parts(people):
        cases = cases_of(session, part)
        texts = addresses_of(session, part)
        assets = _gathered(session, _assets(part))
        for person in session.execute(_persons(part)):
            record = _record(
                person,
                addresses_read(texts[person.id], gazetteer),
                [read for text in assets[person.id] if (read := read_asset(text)) is not None],
            )
            found[person.id] = Known(record, frozenset(one["creditor"] for one in cases[person.id]))
    return found


def cases_of(session: Session, people: Iterable[UUID]) -> defaultdict[UUID, list[dict[str, Any]]]:
    """The cases of each person: case_id, number, creditor, and his role in it."""
    found: defaultdict[UUID, list[dict[str, Any]]] = defaultdict(list)
    for part in in_parts(people):
        query = (
            select(
                Party.person_id, Party.role, Case.id.label("case_id"), Case.number, Case.creditor
            )
            .join(Case, Party.case_id == Case.id)
            .where(Party.person_id.in_(part))
            .order_by(Case.number, Party.id)
        )
        for row in session.execute(query):
            told = row._asdict()
            found[told.pop("person_id")].append(told)
    return found


def addresses_of(session: Session, people: Iterable[UUID]) -> defaultdict[UUID, list[str]]:
    """The addresses of each person as the files write them, the newest first."""
    found: defaultdict[UUID, list[str]] = defaultdict(list)
    for part in in_parts(people):
        query = select(Party.person_id, Address.text).join(Address, Address.party_id == Party.id)
        query = query.where(Party.person_id.in_(part)).order_by(Address.id.desc())
        for person_id, text in session.execute(query):
            found[person_id].append(text)
    return found


def record_of(person: Person, addresses: tuple[Parsed, ...]) -> Record:
    """The record of a person who is being written."""
    return _record(person, addresses, [])


def addresses_read(texts: Iterable[str], gazetteer: Gazetteer | None) -> tuple[Parsed, ...]:
    """Those of the addresses that name one place, each once; nothing is guessed at."""
    few = list(dict.fromkeys(texts))[:MOST_ADDRESSES]
    return tuple(one for text in few if (one := read_address(text, gazetteer)) is not None)


def _record(
    person: Any, addresses: tuple[Parsed, ...], assets: Iterable[tuple[str, str]]
) -> Record:
    starred: Mapping[str, Any] = person.starred or {}
    told = [person.phone, *(person.other_phones or "").split("/")]
    read = list(assets)
    return Record(
        id=str(person.id),
        name=person.name,
        id_number=person.id_number or "",
        masked_id=starred.get("id_number", ""),
        phones=frozenset(phone for text in told if text and (phone := whole_phone(text))),
        masked_phones=frozenset(starred.get("phones", ())),
        addresses=addresses,
        plates=frozenset(text for kind, text in read if kind == "plate"),
        codes=frozenset(text for kind, text in read if kind == "uscc"),
    )


def _gathered(session: Session, query: Any) -> defaultdict[UUID, list[str]]:
    found: defaultdict[UUID, list[str]] = defaultdict(list)
    for person_id, text in session.execute(query):
        found[person_id].append(text)
    return found


def _persons(people: list[UUID]) -> Any:
    columns = (
        Person.id,
        Person.name,
        Person.id_number,
        Person.phone,
        Person.other_phones,
        Person.starred,
    )
    return select(*columns).where(Person.id.in_(people))


def _assets(people: list[UUID]) -> Any:
    return (
        select(Observation.person_id, Observation.asset)
        .where(
            Observation.person_id.in_(people),
            Observation.asset.is_not(None),
            Observation.withdrawn_at.is_(None),
        )
        .distinct()
    )
