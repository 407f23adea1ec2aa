"""A number is dialled in vain six times a day at most, also where several debtors share it."""

from sqlalchemy.orm import Session

from fieldops.domain.permissions import Actor
from fieldops.domain.rulebook.vocabulary import Channel, Result
from fieldops.models import Case, Contact, Organisation
from fieldops.services import contacts
from fieldops.services.rulings import ContactForbidden
from tests.builders.cases import NOW, a_case
from tests.builders.planning import BOOK

NUMBER = "13800138000"


def _dial(session: Session, case: Case, actor: Actor, number: str = NUMBER) -> object:
    order = contacts.ContactOrder(case.parties[0].id, Channel.CALL, number=number)
    opened = contacts.open_contact(session, order, book=BOOK, actor=actor, now=NOW)
    if isinstance(opened, Contact):
        contacts.set_result(session, opened.id, Result.NO_ANSWER, actor=actor, now=NOW)
    return opened


def test_dials_for_one_debtor_count_for_another_who_has_the_same_number(
    session: Session, organisation: Organisation, admin: Actor
) -> None:
    first, second = (a_case(session, organisation) for _ in range(2))
    for case in (first, first, first, second, second, second):
        assert isinstance(_dial(session, case, admin), Contact)
    refused = _dial(session, second, admin)
    assert isinstance(refused, ContactForbidden)
    assert refused.ruling.rules == ("CN-FREQ-02",)


def test_another_number_may_still_be_dialled(
    session: Session, organisation: Organisation, admin: Actor
) -> None:
    first, second = (a_case(session, organisation) for _ in range(2))
    for _ in range(6):
        _dial(session, first, admin)
    assert isinstance(_dial(session, second, admin, "13900139000"), Contact)
