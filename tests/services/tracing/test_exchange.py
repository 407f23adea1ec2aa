"""The trace record as FollowTheMoney: out, into an empty house, and out again the same."""

import json
from collections.abc import Callable
from datetime import UTC, date, timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select
from sqlalchemy.orm import Session

from fieldops.domain.errors import Forbidden, InvalidInput
from fieldops.domain.followthemoney import Entity, NotAnEntity, read_line, write_line
from fieldops.domain.lawfulness import Basis, SourceClass
from fieldops.domain.permissions import Actor, Role, system
from fieldops.models import Case, Observation, Organisation, Party, Person, sealing
from fieldops.services import (
    exchange,
    observation_values,
    observations,
    organisations,
    scoped,
    tracing,
)
from fieldops.services.exchange.rows import SCHEMATA, carried
from fieldops.services.observation_checks import ObservationReport
from tests.builders.cases import a_case
from tests.builders.visits import START

QUIET = settings(max_examples=15, suppress_health_check=list(HealthCheck))
LATER = START + timedelta(days=1)

_TEXTS = st.text(st.characters(exclude_categories=("Cs",), exclude_characters="\x00"), max_size=40)
_LOOSE = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**53), 2**53) | _TEXTS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(_TEXTS, inner, max_size=3),
    max_leaves=6,
)
_REPORTS = st.fixed_dictionaries(
    {
        "kind": st.sampled_from(("asset.owned", "asset.valued", "employment.held", "asset.seized")),
        "asset": st.text("川A甲乙丙123", min_size=1, max_size=9),
        "data": st.dictionaries(
            st.sampled_from(("asset_kind", "note", "more")), _LOOSE, max_size=3
        ),
        "values": st.dictionaries(
            st.sampled_from(("name", "company")),
            st.text("王李ab ", min_size=1, max_size=9).filter(str.strip),
        ),
        "polarity": st.sampled_from(("affirmed", "denied")),
        "valid_from": st.none() | st.dates(date(2000, 1, 1), date(2030, 1, 1)),
        "is_withdrawn": st.booleans(),
    }
)


def _lines(session: Session, house: Organisation) -> list[str]:
    return list(exchange.export_record(session, actor=system(house.id), now=LATER))


def _bytes(lines: list[str]) -> list[bytes]:
    return [line.encode() for line in lines]


@pytest.fixture
def taken_out(session: Session, organisation: Organisation) -> Callable[..., list[str]]:
    """Build a house, export it, and take it back as if it had never been."""

    def build(make: Callable[[], Any]) -> list[str]:
        undone = session.begin_nested()
        make()
        session.flush()
        lines = _lines(session, organisation)
        undone.rollback()
        session.expire_all()
        return lines

    return build


@QUIET
@given(st.lists(_REPORTS, max_size=5), _TEXTS, _TEXTS)
def test_out_and_in_and_out_is_the_same(
    session: Session,
    organisation: Organisation,
    admin: Actor,
    taken_out: Callable[..., list[str]],
    reports: list[dict[str, Any]],
    name: str,
    note: str,
) -> None:
    def make() -> None:
        case = a_case(session, organisation)
        case.note = note
        party = session.scalars(select(Party).where(Party.case_id == case.id)).first()
        assert party is not None
        session.get_one(Person, party.person_id).name = name
        for report in [dict(one) for one in reports]:
            is_withdrawn = report.pop("is_withdrawn")
            report["data"] = {k: v for k, v in report["data"].items() if k != "asset_kind"}
            made = observations.record_observation(
                session, _report(case, **report), actor=admin, now=START
            )
            if is_withdrawn:
                observations.withdraw(session, made.id, "another", actor=admin, now=START)

    lines = taken_out(make)
    undone = session.begin_nested()
    house = organisations.found(session, "Second house", now=START)
    taken = exchange.import_record(session, _bytes(lines), actor=system(house.id), now=LATER)
    assert taken.rows.get("FieldopsObservation", 0) == len(reports)
    session.expire_all()
    assert _lines(session, house) == lines
    undone.rollback()


def _report(case: Case, **changed: Any) -> ObservationReport:
    values: dict[str, Any] = {
        "case_id": case.id,
        "kind": "asset.disposed",
        "observed_at": START - timedelta(days=1),
        "source_class": SourceClass.REGISTRY,
        "source_id": "register",
        "basis": Basis.PUBLIC_REGISTER,
        "asset": "川A12345",
        "data": {"asset_kind": "vehicle", "disposed_on": "2026-10-01", "price_ratio": 0.4},
        "values": {"name": "王小明"},
    }
    return ObservationReport(**{**values, **changed})


def _sale(session: Session, organisation: Organisation, admin: Actor) -> Observation:
    report = _report(a_case(session, organisation))
    return observations.record_observation(session, report, actor=admin, now=START)


def test_what_follows_from_the_record_follows_in_the_second_house(
    session: Session, organisation: Organisation, admin: Actor, taken_out: Callable[..., list[str]]
) -> None:
    lines = taken_out(lambda: _sale(session, organisation, admin))
    house = organisations.found(session, "Second house", now=START)
    exchange.import_record(session, _bytes(lines), actor=system(house.id), now=LATER)
    row = session.scalars(scoped.own(Observation, system(house.id))).one()
    flags = tracing.believe_and_flag(session, row.person_id, now=LATER).flags
    assert "AT-UNDERVALUE" in {flag.code for flag in flags}
    asked = observation_values.Sharing("name", "王小明", "test")
    found, _ = observation_values.sharing(
        session, asked, after=None, limit=9, actor=system(house.id), now=LATER
    )
    assert [one.id for one in found] == [row.id]


def test_the_record_is_told_in_the_schemata_of_others_as_well(
    session: Session, organisation: Organisation, admin: Actor
) -> None:
    _sale(session, organisation, admin)
    entities = [read_line(line) for line in _bytes(_lines(session, organisation))]
    plain = {one.schema: one for one in entities if one.id.startswith("plain-")}
    assert {"Person", "Address", "Vehicle", "Ownership", "LegalEntity"} <= set(plain)
    ids = {one.id for one in entities}
    owned = plain["Ownership"]
    assert {owned.first("owner"), owned.first("asset")} <= ids


@settings(QUIET, max_examples=6)
@given(st.lists(_REPORTS, max_size=4))
def test_a_house_that_works_takes_all_that_is_new_and_once(
    session: Session,
    organisation: Organisation,
    admin: Actor,
    taken_out: Callable[..., list[str]],
    reports: list[dict[str, Any]],
) -> None:
    def make() -> None:
        case = a_case(session, organisation, number="C-far")
        for report in reports:
            kept = {name: value for name, value in report.items() if name != "is_withdrawn"}
            data = {name: value for name, value in kept["data"].items() if name != "asset_kind"}
            told = _report(case, **{**kept, "data": data})
            observations.record_observation(session, told, actor=admin, now=START)

    lines = taken_out(make)
    undone = session.begin_nested()
    _sale(session, organisation, admin)
    before = _lines(session, organisation)
    first = exchange.import_record(session, _bytes(lines), actor=admin, now=LATER)
    after = _lines(session, organisation)
    again = exchange.import_record(session, _bytes(lines), actor=admin, now=LATER)
    assert first.known == 0
    assert (again.rows, again.known) == ({}, sum(first.rows.values()))
    assert _lines(session, organisation) == after
    # The last line counts those before it.
    assert set(before[:-1]) <= set(after)
    assert {_told(line) for line in lines[:-1]} <= {_told(line) for line in after}
    undone.rollback()


def _told(line: str) -> str:
    """A line without when it was recorded, which a house that works says itself."""
    entity = read_line(line.encode())
    data = json.loads(entity.first("data") or "{}")
    if isinstance(data, dict):
        data.pop("recorded_elsewhere_at", None)
    kept = {name: told for name, told in entity.properties.items() if name != "recordedAt"}
    return write_line(Entity(entity.id, entity.schema, {**kept, "data": (json.dumps(data),)}))


def test_what_comes_from_elsewhere_was_not_known_here_before(
    session: Session, organisation: Organisation, admin: Actor, taken_out: Callable[..., list[str]]
) -> None:
    lines = taken_out(lambda: _sale(session, organisation, admin))
    a_case(session, organisation)
    exchange.import_record(session, _bytes(lines), actor=admin, now=LATER)
    row = session.scalars(scoped.own(Observation, admin)).one()
    assert tracing.observations_at(session, row.person_id, START) == []
    assert len(tracing.observations_at(session, row.person_id, LATER)) == 1
    assert row.data["recorded_elsewhere_at"].startswith(START.astimezone(UTC).date().isoformat())


def test_one_identity_number_is_one_person_in_a_house_that_works(
    session: Session, organisation: Organisation, admin: Actor, taken_out: Callable[..., list[str]]
) -> None:
    number = "510104200401124774"
    index = sealing.current().blind_index("id-number", str(organisation.id), number)

    def known(**more: Any) -> Case:
        case = a_case(session, organisation, **more)
        person = case.parties[0].person
        person.id_number, person.id_number_index = number, index
        return case

    def make() -> None:
        case = known(number="C-far")
        observations.record_observation(session, _report(case), actor=admin, now=START)

    lines = taken_out(make)
    here = known(number="C-near").parties[0].person_id
    session.flush()
    taken = exchange.import_record(session, _bytes(lines), actor=admin, now=LATER)
    assert "FieldopsPerson" not in taken.rows
    assert session.scalars(scoped.own(Observation, admin)).one().person_id == here


def test_nothing_that_a_house_holds_is_written_over(
    session: Session, organisation: Organisation, admin: Actor
) -> None:
    _sale(session, organisation, admin)
    entities = [read_line(line) for line in _bytes(_lines(session, organisation))]
    changed = [
        write_line(Entity(one.id, one.schema, {**one.properties, "asset": ("川B99999",)})).encode()
        if one.schema == "FieldopsObservation" else write_line(one).encode()
        for one in entities
    ]  # fmt: skip
    with pytest.raises(InvalidInput) as wrong:
        exchange.import_record(session, changed, actor=admin, now=LATER)
    assert "nothing is written over" in wrong.value.faults[0].message


def test_a_record_that_the_database_holds_already_is_refused(
    session: Session, organisation: Organisation, admin: Actor
) -> None:
    _sale(session, organisation, admin)
    lines = _lines(session, organisation)
    house = system(organisations.found(session, "Second house", now=START).id)
    session.expunge_all()
    with pytest.raises(InvalidInput) as wrong, session.begin_nested():
        exchange.import_record(session, _bytes(lines), actor=house, now=LATER)
    assert [one.field for one in wrong.value.faults] == ["line 1"]
    assert "another record of this database" in wrong.value.faults[0].message


def test_counsel_may_not_take_the_record_out(session: Session, organisation: Organisation) -> None:
    with pytest.raises(Forbidden):
        exchange.export_record(session, actor=Actor(organisation.id, Role.COUNSEL), now=LATER)


@pytest.mark.parametrize(
    ("schema", "changed", "told"),
    [
        ("FieldopsCase", {"amount": ["NaN"]}, "amount"),
        ("FieldopsCase", {"priority": ["99999999999"]}, "priority"),
        ("FieldopsCase", {"number": []}, "number"),
        ("FieldopsCase", {"createdAt": ["2026-01-01T00:00:00"]}, "createdAt"),
        ("FieldopsParty", {"case": ["01a20b51-0000-7000-8000-000000000001"]}, "refers to nothing"),
        ("FieldopsParty", {"role": ["x" * 500]}, "role"),
        ("FieldopsObservation", {"kind": ["asset.eaten"]}, "kind"),
        ("FieldopsObservation", {"data": ["{}"]}, "data.disposed_on"),
        ("FieldopsObservation", {"data": ["[NaN]"]}, "data"),
        ("FieldopsObservation", {"recordedAt": ["2090-01-01T00:00:00Z"]}, "future"),
        ("FieldopsObservation", {"values": ['{"colour": "red"}']}, "values.colour"),
        ("FieldopsObservation", {"values": ['{"name": 5}']}, "no observation"),
        ("FieldopsObservation", {"basis": ["GOSSIP"]}, "no observation"),
    ],
)
def test_a_line_that_is_wrong_is_named_and_nothing_is_taken(
    session: Session,
    organisation: Organisation,
    admin: Actor,
    taken_out: Callable[..., list[str]],
    schema: str,
    changed: dict[str, Any],
    told: str,
) -> None:
    lines = taken_out(lambda: _sale(session, organisation, admin))
    entities = [read_line(line) for line in _bytes(lines)]
    number = next(i for i, one in enumerate(entities) if one.schema == schema)
    wrong = entities[number]
    entities[number] = Entity(wrong.id, schema, {**wrong.properties, **changed})
    house = system(organisations.found(session, "Second house", now=START).id)
    with pytest.raises(InvalidInput) as found, session.begin_nested():
        exchange.import_record(
            session, [write_line(one).encode() for one in entities], actor=house, now=LATER
        )
    first = found.value.faults[0]
    assert first.field == f"line {number + 1}"
    assert told in first.message
    assert (
        session.scalar(select(Case.id).where(Case.organisation_id == house.organisation_id)) is None
    )


@pytest.mark.parametrize(
    "line",
    [b"", b"[]", b"{", b'{"id": "a"}',
     b'{"id": "a", "schema": "Person", "properties": {"name": "x"}}',
     b'{"id": "a", "schema": "Person", "properties": {"name": ["\\u0000"]}}',
     b'{"id": "a", "schema": "Person", "properties": {"name": ["\\ud800"]}}',
     b"[" * 100_000],
)  # fmt: skip
def test_what_is_no_entity_is_refused(line: bytes) -> None:
    with pytest.raises(NotAnEntity):
        read_line(line)


@given(st.text(min_size=1, max_size=20), st.dictionaries(_TEXTS, st.lists(_TEXTS, max_size=3)))
def test_a_line_is_read_as_it_was_written(entity_id: str, told: dict[str, list[str]]) -> None:
    properties = {name: tuple(values) for name, values in told.items()}
    try:
        entity_id.encode()
    except UnicodeEncodeError:
        return
    entity = Entity(entity_id, "Person", properties)
    assert read_line(write_line(entity).encode()) == entity


def test_the_tables_of_the_record_are_carried_whole() -> None:
    names = {
        model.__tablename__: {one.column.name for one in carried(model)}
        for model in SCHEMATA.values()
    }
    assert {"recorded_at", "withdrawn_at", "values", "evidence", "origin"} <= names["observation"]
    assert "organisation_id" not in names["case"]
    assert {"lat", "lon", "state", "settled_by"} <= names["address"]
