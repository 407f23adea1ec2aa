"""A promise binds until its money came, a person released it, or a later one took its place."""

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from fieldops.domain.errors import Conflict, Forbidden, InvalidInput
from fieldops.domain.permissions import Actor, Role
from fieldops.domain.visiting import VisitState
from fieldops.models import Arrangement, Hold, Notice, Organisation, OutboxFact, Payment, Promise
from fieldops.services.promises import deciding, following, owing, resting
from tests.builders.doors import TERMS, Door, a_door
from tests.builders.rights import RIGHTS
from tests.builders.visits import START, a_visit

FIRST = START.date() + timedelta(days=10)
LATER = START + timedelta(days=60)


def _line(amount: str, due: date) -> dict[str, str]:
    return {"amount": amount, "due_on": due.isoformat()}


def _instalments(*amounts: str, every: int = 30) -> dict[str, Any]:
    lines = [_line(one, FIRST + timedelta(days=every * n)) for n, one in enumerate(amounts)]
    whole = sum(Decimal(one) for one in amounts)
    return {"amount": str(whole), "due_on": FIRST.isoformat(), "instalments": lines}


@pytest.fixture
def door(session: Session, organisation: Organisation) -> Door:
    """The crew is at the door."""
    found = a_door(session, organisation)
    found.both_arrive()
    return found


@pytest.fixture
def office(organisation: Organisation) -> Actor:
    """A dispatcher."""
    return Actor(organisation.id, Role.DISPATCHER)


def _promises(session: Session) -> list[Promise]:
    return list(session.scalars(select(Promise).order_by(Promise.id)))


def _arrangement(session: Session) -> Arrangement:
    return session.scalars(select(Arrangement)).one()


def test_instalments_within_the_agents_bounds_are_agreed_at_the_door(
    session: Session, door: Door
) -> None:
    door.record("promise", promise=_instalments("500", "250", "250"))
    row = _arrangement(session)
    assert (row.state, row.decided_role, row.count) == ("agreed", "agent", 3)
    assert [(one.number, one.amount) for one in _promises(session)] == [
        (1, Decimal(500)), (2, Decimal(250)), (3, Decimal(250)),
    ]  # fmt: skip


@pytest.mark.parametrize(
    "offered",
    [
        _instalments(*["100"] * 13),  # More instalments than an agent may grant.
        _instalments("50", "450", "500"),  # Too little with the first.
        _instalments("500", "500", every=400),  # Too long.
    ],
    ids=["many", "little-first", "long"],
)
def test_what_goes_beyond_them_is_an_offer_for_the_office(
    session: Session, door: Door, offered: dict[str, Any]
) -> None:
    door.record("promise", promise=offered)
    assert _arrangement(session).state == "offered"


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"amount": "1001"}, "promise.amount"),  # Not the sum of the lines.
        ({"due_on": START.date().isoformat()}, "promise.due_on"),  # Not the day of the first.
        ({"instalments": [_line("1000", FIRST)]}, "promise.instalments"),  # One is none.
        (
            {"instalments": [_line("500", FIRST), _line("500", FIRST)]},
            "promise.instalments",
        ),  # The same day twice.
        (_instalments(*["10"] * 61), "promise.instalments"),  # More than anybody may grant.
        (_instalments("10", "10", every=1_900), "promise.instalments"),  # Beyond five years.
    ],
)
def test_what_nobody_may_grant_is_refused_by_field_and_nothing_is_kept(
    session: Session, door: Door, change: dict[str, Any], field: str
) -> None:
    with pytest.raises(InvalidInput) as refused, session.begin_nested():
        door.record("promise", promise={**_instalments("500", "500"), **change})
    assert [one.field for one in refused.value.faults] == [field]
    assert not _promises(session)


@pytest.mark.parametrize("promise", [_line("1000.01", FIRST), _instalments("500", "500.01")])
def test_more_than_is_owed_is_not_promised(
    session: Session, organisation: Organisation, door: Door, promise: dict[str, Any]
) -> None:
    door.case.amount = Decimal(1000)
    with pytest.raises(InvalidInput) as refused, session.begin_nested():
        door.record("promise", promise=promise)
    [fault] = refused.value.faults
    assert fault.field == "promise.amount"
    assert "1000.00" in fault.cure
    assert not _promises(session)


def test_what_came_since_the_lender_spoke_is_owed_no_more(session: Session, door: Door) -> None:
    door.case.amount = Decimal(1000)
    _pay(door, session, "400", START - timedelta(days=400))  # He knew of this one.
    _pay(door, session, "300")
    assert owing.outstanding(session, [door.case]) == {door.case.id: Decimal(700)}


def test_all_that_is_owed_is_promised_though_a_part_is_paid_with_it(
    session: Session, door: Door
) -> None:
    door.case.amount = Decimal(1000)
    paid = {"amount": "500", "method": "cash"}
    door.record("promise", promise=_instalments("500", "500"), payment=paid)
    assert [one.standing for one in _promises(session)] == ["kept", "open"]


def test_where_nobody_knows_what_is_owed_any_promise_is_kept(session: Session, door: Door) -> None:
    door.case.amount = Decimal(0)
    door.record("promise", promise=_line("900", FIRST), payment={"amount": "9", "method": "cash"})
    assert len(_promises(session)) == 1
    assert door.visit.remarks == []


@pytest.mark.parametrize(("paid", "told"), [("1000.00", []), ("1000.01", ["1000.00"])])
def test_money_beyond_what_is_owed_is_taken_and_remarked(
    session: Session, door: Door, paid: str, told: list[str]
) -> None:
    door.case.amount = Decimal(1000)
    door.record("payment", payment={"amount": paid, "method": "cash"})
    assert session.scalars(select(Payment.amount)).all() == [Decimal(paid)]
    said = [one["owed"] for one in door.visit.remarks if one["code"] == "paid-too-much"]
    assert said == told


def test_a_later_promise_takes_the_place_of_the_earlier(
    session: Session, organisation: Organisation, door: Door
) -> None:
    door.record("promise", promise=_instalments("500", "500"))
    door.visit = a_visit(
        session, organisation, case=door.case, agent=door.agent, partner=door.partner,
        state=VisitState.ARRIVED,
    )  # fmt: skip
    door.record("promise", promise=_line("900", FIRST))
    assert _arrangement(session).state == "replaced"
    assert [one.standing for one in _promises(session)] == ["released", "released", "open"]


def _pay(door: Door, session: Session, amount: str, at: Any = LATER) -> None:
    session.add(
        Payment(organisation_id=door.case.organisation_id, case_id=door.case.id,
                amount=Decimal(amount), currency="CNY", method="cash", receipt_number="R1",
                paid_at=at)
    )  # fmt: skip
    session.flush()
    following.credit(session, door.case.id, now=at)


def test_money_keeps_instalments_in_their_order_and_a_part_keeps_none(
    session: Session, door: Door
) -> None:
    door.record("promise", promise=_instalments("500", "250", "250"))
    _pay(door, session, "600")
    assert [one.standing for one in _promises(session)] == ["kept", "open", "open"]
    _pay(door, session, "400")
    assert {one.standing for one in _promises(session)} == {"kept"}
    assert _arrangement(session).state == "kept"


def test_what_is_paid_with_the_promise_keeps_its_first_instalment(
    session: Session, door: Door
) -> None:
    paid = {"amount": "500", "method": "cash"}
    door.record("promise", promise=_instalments("500", "250", "250"), payment=paid)
    assert [one.standing for one in _promises(session)] == ["kept", "open", "open"]


def test_a_day_that_passed_without_its_money_is_told_the_office_once(
    session: Session, organisation: Organisation, door: Door
) -> None:
    door.record("promise", promise=_instalments("500", "500", every=100))
    for _ in range(2):
        following.go_round(session, organisation.id, terms=TERMS, at=LATER)
    assert [one.standing for one in _promises(session)] == ["missed", "open"]
    notice = session.scalars(select(Notice).where(Notice.code == following.MISSED)).one()
    assert (notice.role, notice.about) == ("dispatcher", f"cases/{door.case.id}#promises")


@pytest.mark.parametrize("days", [TERMS.grace.days, 0])
def test_within_the_days_of_grace_nothing_is_missed(
    session: Session, organisation: Organisation, door: Door, days: int
) -> None:
    door.record("promise", promise=_line("900", FIRST))
    at = START + (FIRST - START.date()) + timedelta(days=days)
    following.go_round(session, organisation.id, terms=TERMS, at=at)
    assert _promises(session)[0].standing == "open"


def test_an_offer_that_nobody_agreed_to_is_not_missed(
    session: Session, organisation: Organisation, door: Door
) -> None:
    door.record("promise", promise=_instalments(*["100"] * 13))
    following.go_round(session, organisation.id, terms=TERMS, at=LATER)
    assert {one.standing for one in _promises(session)} == {"open"}


def _decide(session: Session, actor: Actor, decision: str, words: str = "客户困难属实") -> Any:
    return deciding.decide(
        session, _arrangement(session).id, deciding.Decision(decision), words,
        terms=TERMS, actor=actor, now=LATER,
    )  # fmt: skip


def test_the_office_agrees_within_its_own_bounds_and_the_same_word_twice_is_one(
    session: Session, door: Door, office: Actor
) -> None:
    door.record("promise", promise=_instalments(*["100"] * 13))
    for _ in range(2):
        assert _decide(session, office, "agree").state == "agreed"
    with pytest.raises(Conflict):
        _decide(session, office, "decline")


def test_what_goes_beyond_the_office_is_forbidden_it(
    session: Session, door: Door, office: Actor
) -> None:
    door.record("promise", promise=_instalments(*["100"] * 30))
    with pytest.raises(Forbidden):
        _decide(session, office, "agree")
    assert _decide(session, Actor(office.organisation_id, Role.COMPLIANCE), "agree")


def test_an_agent_decides_on_nothing(session: Session, door: Door) -> None:
    door.record("promise", promise=_instalments(*["100"] * 13))
    with pytest.raises(Forbidden):
        _decide(session, door.first, "agree")


def test_what_was_declined_binds_no_more(session: Session, door: Door, office: Actor) -> None:
    door.record("promise", promise=_instalments(*["100"] * 13))
    assert _decide(session, office, "decline").state == "declined"
    assert {one.standing for one in _promises(session)} == {"released"}


def test_a_sum_that_came_by_another_way_is_kept_by_a_persons_word(
    session: Session, door: Door, office: Actor
) -> None:
    door.record("promise", promise=_line("900", FIRST))
    [row] = _promises(session)
    for _ in range(2):
        deciding.settle(session, row.id, deciding.Word.PAID, "对公转账", actor=office, now=LATER)
    assert (row.standing, row.settled_words) == ("kept", "对公转账")
    with pytest.raises(Conflict):
        deciding.settle(session, row.id, deciding.Word.RELEASED, "x", actor=office, now=LATER)


def _rest(session: Session, office: Actor) -> list[tuple[str, bool]]:
    """What follows every change so far, done twice; the holds with whether they stand."""
    for fact in session.scalars(select(OutboxFact).order_by(OutboxFact.id)).all():
        if fact.name == "arrangement-changed":
            for _ in range(2):
                resting.rest_or_go_on(
                    session, _arrangement(session).id, rights=RIGHTS,
                    actor=Actor(office.organisation_id, Role.SYSTEM), now=LATER,
                )  # fmt: skip
    holds = session.scalars(select(Hold).order_by(Hold.id)).all()
    return [(one.variant, one.lifted_at is None) for one in holds]


def test_contact_rests_while_instalments_are_offered_and_kept_and_goes_on_after(
    session: Session, door: Door, office: Actor
) -> None:
    door.record("promise", promise=_instalments(*["100"] * 13))
    assert _rest(session, office) == [("offer", True)]
    _decide(session, office, "agree")
    assert _rest(session, office) == [("offer", False), ("plan", True)]
    assert door.case.state == "held"
    _pay(door, session, "1300")
    assert _rest(session, office) == [("offer", False), ("plan", False)]
    session.refresh(door.case)
    assert door.case.state == "open"
