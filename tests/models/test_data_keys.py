"""What is personal lies under the key of its person or case, and is gone with that key."""

from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import text
from sqlalchemy.orm import Session

from fieldops.domain.permissions import Actor
from fieldops.models import Case, DataKey, Organisation, Person, data_keys, key_lookup, sealing
from fieldops.models.types import ERASED
from fieldops.services.protection import resealing
from tests.builders.cases import NOW, a_case, a_person
from tests.builders.statements import heard


def _raw(session: Session, table: str, column: str, row: Any) -> bytes:
    query = text(f'SELECT "{column}" FROM "{table}" WHERE id = :id')
    held = row.id.hex if session.get_bind().dialect.name == "sqlite" else row.id
    return bytes(session.execute(query, {"id": held}).scalar_one())


def _read_again(session: Session, model: type[Any], row: Any) -> Any:
    key_lookup.forget()
    session.expire_all()
    return session.get_one(model, row.id)


def _destroyed(session: Session, person: Person) -> list[UUID]:
    owner = person.organisation_id
    return data_keys.destroy(session, data_keys.PERSON, [person.id], owner, at=NOW)


def test_a_name_lies_under_the_key_of_its_person(
    session: Session, organisation: Organisation
) -> None:
    person = a_person(session, organisation, name="王五")
    sealed = _raw(session, "person", "name", person)
    assert sealed[:1] == sealing.UNDER_A_DATA_KEY
    assert sealed[1:17] == person.id.bytes
    assert _read_again(session, Person, person).name == "王五"


def test_who_has_no_key_any_more_is_blacked_out(
    session: Session, organisation: Organisation
) -> None:
    case = a_case(session, organisation, name="王五", note="欠款人常在晚上")
    person, address = case.parties[0].person, case.addresses[0]
    gone = _destroyed(session, person)
    assert gone == [person.id]
    assert _read_again(session, Person, person).name == ERASED
    assert _read_again(session, type(address), address).text == ERASED
    assert _read_again(session, Case, case).note == "欠款人常在晚上"


def test_nothing_is_written_of_somebody_who_was_erased(
    session: Session, organisation: Organisation
) -> None:
    person = a_person(session, organisation)
    _destroyed(session, person)
    person.name = "王五"
    with pytest.raises(sealing.KeyDestroyed):
        session.flush()


def test_a_key_that_was_destroyed_is_not_made_again(
    session: Session, organisation: Organisation
) -> None:
    person = a_person(session, organisation)
    _destroyed(session, person)
    assert _destroyed(session, person) == []
    assert session.get_one(DataKey, person.id).wrapped_key is None


def test_what_was_sealed_before_comes_under_the_key(
    session: Session, organisation: Organisation, admin: Actor
) -> None:
    person = a_person(session, organisation, name="王五", phone="+8613812345678")
    old = {name: sealing.current().seal(name, b"x") for name in ("name", "phone")}
    session.execute(text("UPDATE person SET name = :name, phone = :phone"), old)
    session.expire_all()
    assert resealing.reseal_some(session, organisation.id) == 1
    assert resealing.reseal_some(session, organisation.id) == 0
    assert _raw(session, "person", "phone", person)[:1] == sealing.UNDER_A_DATA_KEY
    assert _read_again(session, Person, person).phone == "x"


def test_rows_written_in_bulk_lie_under_the_keys_too(
    session: Session, organisation: Organisation
) -> None:
    case = a_case(session, organisation)
    row = {"organisation_id": organisation.id, "party_id": case.parties[0].id, "text": "红星路"}
    data_keys.put_under(session, type(case.addresses[0]), [row])
    assert row["text"].key_id == case.parties[0].person_id


def test_who_never_had_a_key_gets_none_after_his_erasure(
    session: Session, organisation: Organisation
) -> None:
    case = a_case(session, organisation)
    gone = data_keys.destroy(session, data_keys.CASE, [case.id], organisation.id, at=NOW)
    assert gone == [case.id]
    case.note = "too late"
    with pytest.raises(sealing.KeyDestroyed):
        session.flush()


def test_a_key_of_an_undone_transaction_is_not_believed(
    session: Session, organisation: Organisation
) -> None:
    for name in ("王五", "赵六"):
        undone = session.begin_nested()
        person = a_person(session, organisation, name=name, id=UUID(int=5))
        session.expire_all()
        assert session.get_one(Person, person.id).name == name
        undone.rollback()


def test_a_key_is_asked_for_once_in_a_transaction_however_often_it_is_flushed(
    session: Session, organisation: Organisation
) -> None:
    person = a_person(session, organisation, name="王五")
    session.commit()
    with heard(session, of="FROM data_key") as asked:
        for name in ("王六", "王七", "王八"):
            person.name = name
            session.flush()
    assert len(asked) == 1
