"""An override is placed by the office that the rule names, with reason, paper and an end."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import delete, update
from sqlalchemy.exc import DatabaseError
from sqlalchemy.orm import Session

from fieldops.domain.errors import Conflict, Forbidden, InvalidInput, NotFound
from fieldops.domain.permissions import Actor, Role
from fieldops.models import Organisation, RuleOverride
from fieldops.services import organisations
from fieldops.services.rights import overriding
from tests.builders.cases import NOW, a_case
from tests.builders.doors import BOOK
from tests.builders.overriding import OFFICER, an_officer, an_order


def _place(session: Session, actor: Actor, order: overriding.OverrideOrder) -> RuleOverride:
    return overriding.place(session, order, book=BOOK, actor=actor, now=NOW)


def test_compliance_speaks_for_the_case_worker_and_counsel_for_himself(
    session: Session, organisation: Organisation
) -> None:
    case = a_case(session, organisation)
    placed = _place(session, an_officer(organisation), an_order(case))
    assert (placed.office, placed.placed_by, placed.placed_at) == ("case_worker", OFFICER, NOW)
    counsel = an_officer(organisation, Role.COUNSEL)
    assert _place(session, counsel, an_order(case, "GL-BKR-01")).office == "counsel"


@pytest.mark.parametrize(
    ("role", "rule"),
    [
        (Role.COMPLIANCE, "GL-BKR-01"),  # counsel's alone
        (Role.COUNSEL, "GL-VULN-01"),  # the case worker's alone
        (Role.DISPATCHER, "GL-VULN-01"),
        (Role.AGENT, "CN-FREQ-03"),
        (Role.ADMIN, "CN-FREQ-03"),
        (Role.AUDITOR, "CN-FREQ-03"),
    ],
)
def test_no_other_role_overrides_it(
    session: Session, organisation: Organisation, role: Role, rule: str
) -> None:
    case = a_case(session, organisation)
    with pytest.raises(Forbidden):
        _place(session, an_officer(organisation, role), an_order(case, rule))


@pytest.mark.parametrize(
    ("field", "wrong"),
    [
        ("rule", {"rule": "CN-TIME-01"}),  # lifted by the debtor's consent alone
        ("rule", {"rule": "CN-NCO-01"}),  # a hold by law
        ("rule", {"rule": "GL-LEGAL-01"}),  # only warns
        ("rule", {"rule": "XX-NONE-01"}),
        ("ends_at", {"ends_at": NOW - timedelta(hours=2)}),  # before it begins
        ("ends_at", {"ends_at": NOW + timedelta(days=8)}),  # longer than seven days
        ("ends_at", {"starts_at": NOW - timedelta(days=2), "ends_at": NOW}),
        ("starts_at", {"starts_at": NOW + timedelta(days=31), "ends_at": NOW + timedelta(days=32)}),
        ("reason", {"reason": " because "}),
        ("reference", {"reference": "  "}),
    ],
)
def test_what_cannot_be_is_refused_with_its_field(
    session: Session, organisation: Organisation, field: str, wrong: dict[str, Any]
) -> None:
    order = replace(an_order(a_case(session, organisation)), **wrong)
    with pytest.raises(InvalidInput) as refused:
        _place(session, an_officer(organisation), order)
    assert [fault.field for fault in refused.value.faults] == [field]


def test_another_houses_party_is_not_there(session: Session, organisation: Organisation) -> None:
    other = organisations.found(session, "Another agency", now=NOW)
    with pytest.raises(NotFound):
        _place(session, an_officer(organisation), an_order(a_case(session, other)))


def test_a_closed_case_is_overridden_no_more(session: Session, organisation: Organisation) -> None:
    case = a_case(session, organisation, state="closed")
    with pytest.raises(Conflict):
        _place(session, an_officer(organisation), an_order(case))


def test_the_same_order_twice_is_one(session: Session, organisation: Organisation) -> None:
    case, officer = a_case(session, organisation), an_officer(organisation)
    first = _place(session, officer, an_order(case))
    assert _place(session, officer, an_order(case)).id == first.id


def test_only_the_same_office_revokes_and_the_first_time_stays(
    session: Session, organisation: Organisation
) -> None:
    officer = an_officer(organisation)
    row = _place(session, officer, an_order(a_case(session, organisation)))
    with pytest.raises(Forbidden):
        overriding.revoke(
            session, row.id, "it was a mistake", book=BOOK,
            actor=an_officer(organisation, Role.COUNSEL), now=NOW,
        )  # fmt: skip
    for hours in (1, 2):
        overriding.revoke(
            session, row.id, "it was a mistake", book=BOOK, actor=officer,
            now=NOW + timedelta(hours=hours),
        )  # fmt: skip
    assert row.revoked_at == NOW + timedelta(hours=1)


def test_those_of_a_day_are_those_that_were_placed_used_or_good_on_it(
    session: Session, organisation: Organisation
) -> None:
    officer, case = an_officer(organisation), a_case(session, organisation)
    row = _place(session, officer, an_order(case))

    def of_day(days: int) -> list[RuleOverride]:
        since = NOW + timedelta(days=days)
        found = overriding.of_period(session, officer, since, since + timedelta(days=1))
        return list(found)

    assert [len(of_day(days)) for days in (-3, 0, 1, 2)] == [0, 1, 1, 0]
    assert of_day(0) == [row]


@pytest.mark.parametrize("change", [delete(RuleOverride), update(RuleOverride).values(rule="X-1")])
def test_the_database_lets_nobody_erase_one_or_change_what_it_says(
    session: Session, organisation: Organisation, change: Any
) -> None:
    _place(session, an_officer(organisation), an_order(a_case(session, organisation)))
    with pytest.raises(DatabaseError, match="revoked, never changed"):
        session.execute(change)
