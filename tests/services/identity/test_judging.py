"""Judgements of people: added and never changed, enforced against every way back."""

from datetime import timedelta
from uuid import uuid4

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select
from sqlalchemy.orm import Session

from fieldops.domain.errors import Conflict, Forbidden, InvalidInput, NotFound
from fieldops.domain.permissions import Actor, Role
from fieldops.models import IdentityJudgement, Organisation, Person
from fieldops.services import identity
from fieldops.services.same_people import same_people, same_people_at
from tests.builders.cases import NOW
from tests.domain.linkage.records import PLACES
from tests.services.identity.people import a_debtor, entities, link, pair, someone


def _three(session: Session, organisation: Organisation) -> list[Person]:
    people = [a_debtor(session, organisation, name) for name in ("张三丰", "張三豐", "张三丰")]
    link(session, organisation)
    return people


def _say(
    session: Session, one: Person, other: Person, verdict: str, actor: Actor, why: str = "seen"
) -> identity.Judged:
    return identity.judge(session, pair(session, one, other).id, verdict, why, actor=actor, now=NOW)


def test_not_the_same_parts_two_records_whatever_joins_them(
    session: Session, organisation: Organisation, judge: Actor
) -> None:
    first, second, third = _three(session, organisation)
    said = _say(session, first, second, "not_same", judge)
    one, other, _ = entities(session, organisation, [first, second, third])
    assert one != other
    # The third was linked to both: the weaker of its links is cut, and that is told.
    assert [cut.apart for cut in said.cuts] == [(first.id, second.id)]


def test_a_split_does_not_come_back_when_more_becomes_known(
    session: Session, organisation: Organisation, judge: Actor
) -> None:
    first, second, third = _three(session, organisation)
    _say(session, first, second, "not_same", judge)
    for one in (first, second, third):
        one.links_due = True
    session.flush()
    a_debtor(session, organisation, "張三丰")
    link(session, organisation)
    one, other = entities(session, organisation, [first, second])
    assert one != other


def test_who_belonged_together_at_a_time_is_known_afterwards(
    session: Session, organisation: Organisation, judge: Actor
) -> None:
    first, second, _ = _three(session, organisation)
    later = NOW + timedelta(days=3)
    told = pair(session, first, second).id
    identity.judge(session, told, "not_same", "two men", actor=judge, now=later)
    before, after = (same_people_at(session, [first.id], at) for at in (NOW, later))
    assert second.id in before.everybody([first.id])
    assert second.id not in after.everybody([first.id])
    assert after.everybody([first.id]) == same_people(session, [first.id]).everybody([first.id])


def test_withdrawing_lets_them_meet_again_and_keeps_what_was_said(
    session: Session, organisation: Organisation, judge: Actor
) -> None:
    first, second, _ = _three(session, organisation)
    _say(session, first, second, "not_same", judge)
    _say(session, first, second, "withdrawn", judge, "taken for his brother")
    one, other = entities(session, organisation, [first, second])
    assert one == other
    rows = session.scalars(select(IdentityJudgement).order_by(IdentityJudgement.id)).all()
    assert [row.verdict for row in rows] == ["not_same", "withdrawn"]


def test_the_opposite_is_refused_until_the_judgement_is_withdrawn(
    session: Session, organisation: Organisation, judge: Actor
) -> None:
    first, second, _ = _three(session, organisation)
    _say(session, first, second, "not_same", judge)
    with pytest.raises(Conflict):
        _say(session, first, second, "same", judge)


def test_nothing_can_be_withdrawn_where_nothing_stands(
    session: Session, organisation: Organisation, judge: Actor
) -> None:
    first, second, _ = _three(session, organisation)
    with pytest.raises(Conflict):
        _say(session, first, second, "withdrawn", judge)


def test_the_same_word_by_the_same_person_twice_is_one(
    session: Session, organisation: Organisation, judge: Actor
) -> None:
    first, second, _ = _three(session, organisation)
    for _ in range(2):
        _say(session, first, second, "same", judge)
    assert len(session.scalars(select(IdentityJudgement)).all()) == 1


def test_a_merely_possible_pair_joins_when_a_person_says_so(
    session: Session, organisation: Organisation, judge: Actor
) -> None:
    people = [a_debtor(session, organisation, name) for name in ("张三丰", "张三华")]
    link(session, organisation)
    assert len(set(entities(session, organisation, people))) == 2
    _say(session, *people, "same", judge)
    assert len(set(entities(session, organisation, people))) == 1


def test_people_whom_no_score_brought_up_can_be_judged(
    session: Session, organisation: Organisation, judge: Actor
) -> None:
    people = [a_debtor(session, organisation, name) for name in ("张三丰", "李四")]
    link(session, organisation)
    row = identity.propose(session, people[0].id, people[1].id, PLACES, actor=judge, now=NOW)
    assert row.verdict == "different"
    again = identity.propose(session, people[1].id, people[0].id, PLACES, actor=judge, now=NOW)
    assert again.id == row.id
    identity.judge(session, row.id, "same", "name changed", actor=judge, now=NOW)
    assert len(set(entities(session, organisation, people))) == 1


@settings(max_examples=12, suppress_health_check=list(HealthCheck))
@given(order=st.permutations(range(3)))
def test_the_order_of_judgements_does_not_matter(
    session: Session, organisation: Organisation, judge: Actor, order: list[int]
) -> None:
    work = session.begin_nested()
    people = [a_debtor(session, organisation, name) for name in ("张三丰", "張三豐", "张三华")]
    link(session, organisation)
    words = [(0, 1, "same"), (1, 2, "same"), (0, 2, "not_same")]
    for number in order:
        one, other, verdict = words[number]
        _say(session, people[one], people[other], verdict, judge)
    found = entities(session, organisation, people)
    work.rollback()
    # Both links are judged: the one with the smaller score gives way, whoever spoke last.
    assert found[0] == found[1] != found[2]


def test_across_creditors_is_off_until_somebody_says_why(
    session: Session, organisation: Organisation, judge: Actor
) -> None:
    people = [a_debtor(session, organisation, creditor=name) for name in ("甲银行", "乙银行")]
    link(session, organisation)
    with pytest.raises(Conflict):
        identity.propose(session, people[0].id, people[1].id, None, actor=judge, now=NOW)
    with pytest.raises(InvalidInput):
        identity.set_scope(session, True, " ", actor=judge, now=NOW)
    identity.set_scope(session, True, "caps count over all debts", actor=judge, now=NOW)
    assert link(session, organisation) == 2
    assert len(set(entities(session, organisation, people))) == 1
    identity.set_scope(session, False, "the mandate has ended", actor=judge, now=NOW)
    assert len(set(entities(session, organisation, people))) == 2
    row = pair(session, *people)
    with pytest.raises(NotFound):
        identity.judge(session, row.id, "same", "seen", actor=judge, now=NOW)
    told = [(one.across_creditors, one.purpose) for one in identity.scopes(session, judge)]
    assert told == [(False, "the mandate has ended"), (True, "caps count over all debts")]


def test_only_those_who_may_judge_or_switch(
    session: Session, organisation: Organisation, judge: Actor
) -> None:
    first, second, _ = _three(session, organisation)
    auditor = someone(session, organisation, "auditor")
    with pytest.raises(Forbidden):
        _say(session, first, second, "same", auditor)
    with pytest.raises(Forbidden):
        identity.propose(session, first.id, second.id, None, actor=auditor, now=NOW)
    counsel = Actor(organisation.id, Role.COUNSEL, judge.account_id)
    with pytest.raises(Forbidden):
        identity.set_scope(session, True, "because", actor=counsel, now=NOW)


def test_faulty_judgements_are_refused(
    session: Session, organisation: Organisation, judge: Actor
) -> None:
    first, second, _ = _three(session, organisation)
    with pytest.raises(InvalidInput):
        _say(session, first, second, "perhaps", judge)
    with pytest.raises(InvalidInput):
        _say(session, first, second, "same", judge, "  ")
    with pytest.raises(NotFound):
        identity.judge(session, uuid4(), "same", "seen", actor=judge, now=NOW)
    with pytest.raises(InvalidInput):
        identity.propose(session, first.id, first.id, None, actor=judge, now=NOW)
    with pytest.raises(NotFound):
        identity.propose(session, first.id, uuid4(), None, actor=judge, now=NOW)


def test_an_entity_tells_its_members_and_why(
    session: Session, organisation: Organisation, judge: Actor
) -> None:
    first, second, third = _three(session, organisation)
    _say(session, first, second, "not_same", judge)
    found = identity.entity_of(session, third.id, judge)
    assert third.id in [side.person_id for side in found.members]
    assert len(found.members) == 2
    assert [row.standing for row in found.links] == [None]
    assert len(found.cuts) == 1


def test_the_auditor_sees_names_and_numbers_starred(
    session: Session, organisation: Organisation, judge: Actor
) -> None:
    first, _, _ = _three(session, organisation)
    auditor = Actor(organisation.id, Role.AUDITOR, judge.account_id)
    seen = identity.entity_of(session, first.id, auditor).members[0].person
    assert seen["is_masked"]
    assert "*" in str(seen["name"])
    assert "*" in str(seen["phones"])


def test_the_queues_tell_what_waits_what_is_joined_and_what_is_cut(
    session: Session, organisation: Organisation, judge: Actor
) -> None:
    first, second, _ = _three(session, organisation)
    a_debtor(session, organisation, "张三华")
    link(session, organisation)

    def size(queue: str) -> int:
        found, _ = identity.pairs_to_judge(session, judge, queue=queue, after=None, limit=50)
        return len(found)

    assert [size(queue) for queue in identity.QUEUES] == [3, 3, 0, 0]
    _say(session, first, second, "not_same", judge)
    assert [size(queue) for queue in identity.QUEUES] == [3, 2, 1, 1]
    told = identity.told_to_compliance(session, judge)
    assert (told.possible, len(told.cuts)) == (3, 1)


def test_a_queue_is_read_page_by_page(
    session: Session, organisation: Organisation, judge: Actor
) -> None:
    _three(session, organisation)
    seen, after = [], None
    while True:
        found, after = identity.pairs_to_judge(session, judge, queue="joined", after=after, limit=1)
        seen += [row.id for row in found]
        if after is None:
            break
    assert len(set(seen)) == len(seen) == 3
