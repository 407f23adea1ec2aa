"""Comparing whoever is due: bounded blocks, once, and the same in whatever order people came."""

from dataclasses import replace
from itertools import permutations

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from fieldops.domain.linkage import MODEL, Kind
from fieldops.domain.permissions import Actor, system
from fieldops.models import IdentityKey, IdentityPair, Organisation, OutboxFact, Person
from fieldops.services import identity, organisations
from fieldops.services.identity import blocks
from tests.builders.cases import NOW, a_case, a_party
from tests.builders.statements import heard
from tests.services.identity.people import (
    FIRST_ID,
    PHONE,
    SECOND_ID,
    a_debtor,
    entities,
    link,
    pair,
    pairs,
)
from tests.services.identity.sightings import a_vehicle
from tests.services.intake.files import a_line, take_cases


def test_one_person_in_two_scripts_becomes_one_entity(
    session: Session, organisation: Organisation
) -> None:
    people = [a_debtor(session, organisation, name) for name in ("张三丰", "張三豐")]
    assert link(session, organisation) == 2
    first, second = entities(session, organisation, people)
    assert first == second == min(one.id for one in people)


def test_a_family_stays_several_people_and_is_not_even_kept(
    session: Session, organisation: Organisation
) -> None:
    for name in ("张建国", "李梅", "张小宝"):
        a_debtor(session, organisation, name)
    link(session, organisation)
    assert pairs(session) == []


def test_whoever_was_compared_is_due_no_longer(
    session: Session, organisation: Organisation
) -> None:
    a_debtor(session, organisation)
    assert [link(session, organisation), link(session, organisation)] == [1, 0]


def test_a_second_run_writes_nothing_new(session: Session, organisation: Organisation) -> None:
    people = [a_debtor(session, organisation, name) for name in ("张三丰", "張三豐")]
    link(session, organisation)
    before = [(one.id, one.scored_at, one.decibans) for one in pairs(session)]
    for one in people:
        one.links_due = True
    session.flush()
    link(session, organisation)
    assert [(one.id, one.scored_at, one.decibans) for one in pairs(session)] == before


@pytest.mark.parametrize("limit", [1, 2, 200])
def test_the_size_of_a_batch_does_not_matter(
    session: Session, organisation: Organisation, limit: int
) -> None:
    people = [a_debtor(session, organisation, name) for name in ("张三丰", "張三豐", "張三丰")]
    link(session, organisation, limit)
    assert len(set(entities(session, organisation, people))) == 1
    assert len(pairs(session)) == 3


def test_the_order_of_arrival_does_not_matter(session: Session, organisation: Organisation) -> None:
    people = [
        a_debtor(session, organisation, "张三丰", id_number=FIRST_ID),
        a_debtor(session, organisation, "張三豐"),
        a_debtor(session, organisation, "张三丰", id_number=SECOND_ID),
    ]
    outcomes = set()
    for order in permutations(people):
        for one in people:
            one.links_due = False
        for row in session.scalars(select(IdentityPair)):
            session.delete(row)
        session.flush()
        for one in order:
            one.links_due = True
            session.flush()
            link(session, organisation)
        outcomes.add(tuple(entities(session, organisation, people)))
    assert len(outcomes) == 1
    assert entities(session, organisation, [people[0]]) != entities(
        session, organisation, [people[2]]
    )


def test_two_identity_numbers_do_not_meet_by_way_of_a_third_record(
    session: Session, organisation: Organisation
) -> None:
    first = a_debtor(session, organisation, "张三丰", id_number=FIRST_ID)
    between = a_debtor(session, organisation, "张三丰")
    second = a_debtor(session, organisation, "张三丰", id_number=SECOND_ID)
    link(session, organisation)
    one, middle, other = entities(session, organisation, [first, between, second])
    assert one != other
    assert middle in (one, other)
    cut = [row for row in pairs(session) if row.cut_low_id is not None]
    assert [(row.cut_low_id, row.cut_high_id) for row in cut] == [(first.id, second.id)]


def test_keys_are_blind_and_never_hold_what_they_stand_for(
    session: Session, organisation: Organisation
) -> None:
    a_debtor(session, organisation, id_number=FIRST_ID)
    link(session, organisation)
    rows = session.scalars(select(IdentityKey)).all()
    assert {row.kind for row in rows} >= {"phone", "id_number", "name_place", "house"}
    assert all(len(row.digest) == 64 for row in rows)


def test_a_key_that_no_longer_holds_is_taken_away(
    session: Session, organisation: Organisation
) -> None:
    person = a_debtor(session, organisation)
    link(session, organisation)
    person.phone, person.links_due = None, True
    session.flush()
    link(session, organisation)
    assert "phone" not in {row.kind for row in session.scalars(select(IdentityKey))}


def test_a_link_ends_when_what_it_rested_on_is_gone(
    session: Session, organisation: Organisation
) -> None:
    first = a_debtor(session, organisation, "张三丰")
    second = a_debtor(session, organisation, "张三丰", text="江苏省南京市鼓楼区中山路1号")
    link(session, organisation)
    assert len(set(entities(session, organisation, [first, second]))) == 1
    second.phone, second.links_due = "+8613900139000", True
    session.flush()
    link(session, organisation)
    assert len(set(entities(session, organisation, [first, second]))) == 2
    assert pair(session, first, second).verdict == "different"


def test_what_too_many_share_brings_nobody_together(
    session: Session, organisation: Organisation, monkeypatch: pytest.MonkeyPatch
) -> None:
    narrow = replace(MODEL, blocks=dict.fromkeys(Kind, 2))
    monkeypatch.setattr(blocks, "MODEL", narrow)
    for _ in range(3):
        a_debtor(session, organisation)
    linked = identity.link_due(session, None, actor=system(organisation.id), now=NOW)
    assert linked.pairs == 0
    assert linked.blocks_left_out > 0


def test_the_number_of_queries_does_not_grow_with_the_persons(
    session: Session, organisation: Organisation
) -> None:
    counts = []
    for size in (4, 24):
        for number in range(size):
            a_debtor(session, organisation, "张三丰", phone=f"+86138001{size:02d}{number:03d}")
            a_debtor(session, organisation, "張三豐", phone=f"+86138001{size:02d}{number:03d}")
        with heard(session) as seen:
            link(session, organisation)
        counts.append(len(seen))
    # A longer chain of links is followed by a query a step.
    assert counts[1] <= counts[0] + 8


def test_records_of_different_creditors_are_not_even_compared(
    session: Session, organisation: Organisation
) -> None:
    first = a_debtor(session, organisation, creditor="甲银行")
    second = a_debtor(session, organisation, creditor="乙银行")
    link(session, organisation)
    assert pairs(session) == []
    assert len(set(entities(session, organisation, [first, second]))) == 2


def test_a_creditor_in_common_is_enough(session: Session, organisation: Organisation) -> None:
    first = a_debtor(session, organisation, creditor="甲银行")
    second = a_debtor(session, organisation, creditor="乙银行")
    a_party(session, a_case(session, organisation, creditor="甲银行", person=second), first)
    link(session, organisation)
    assert len(set(entities(session, organisation, [first, second]))) == 1


def test_another_organisation_is_never_compared_with(
    session: Session, organisation: Organisation
) -> None:
    other = organisations.found(session, "Another agency", now=NOW)
    a_debtor(session, organisation)
    a_debtor(session, other)
    link(session, organisation)
    link(session, other)
    assert pairs(session) == []


def test_an_import_writes_keys_and_has_its_people_compared(
    session: Session, admin: Actor, organisation: Organisation
) -> None:
    take_cases(session, admin, a_line(), a_line(案件编号="C-2", 债务人="李四", 身份证号=""))
    session.flush()
    assert "phone" in {row.kind for row in session.scalars(select(IdentityKey))}
    facts = {row.name for row in session.scalars(select(OutboxFact))}
    assert "links-due" in facts
    assert link(session, organisation) == 2


def test_the_same_file_again_has_nobody_compared(
    session: Session, admin: Actor, organisation: Organisation
) -> None:
    take_cases(session, admin, a_line())
    link(session, organisation)
    take_cases(session, admin, a_line())
    assert link(session, organisation) == 0
    assert session.scalars(select(Person.links_due)).all() == [False]


def test_a_shared_vehicle_brings_two_records_together(
    session: Session, organisation: Organisation, admin: Actor
) -> None:
    first = a_debtor(session, organisation, "张三丰", phone=None)
    second = a_debtor(session, organisation, "張三豐", phone=PHONE)
    for one in (first, second):
        a_vehicle(session, one, "川A12345", admin)
    link(session, organisation)
    assert len(set(entities(session, organisation, [first, second]))) == 1
