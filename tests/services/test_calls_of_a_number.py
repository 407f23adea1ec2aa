"""A number is dialled in vain six times a day at most, also where several debtors share it."""

from sqlalchemy.orm import Session

from fieldops.domain.permissions import Actor, system
from fieldops.domain.rulebook.vocabulary import Channel, Result
from fieldops.models import Case, Contact, Organisation
from fieldops.services import contacts, organisations
from fieldops.services.rulings import ContactForbidden
from tests.builders.cases import NOW, a_case
from tests.builders.planning import BOOK
from tests.builders.records import lines_of_record, take_in

NUMBER = "13800138000"


def _dial(
    session: Session, case: Case, actor: Actor, number: str | None = NUMBER
) -> Contact | ContactForbidden:
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


def _record_of_another_machine(session: Session, house: Organisation, actor: Actor) -> list[str]:
    """A record in which a debtor's own number was dialled six times; here is nothing of it."""
    undone = session.begin_nested()
    case = a_case(session, house, phone=f"+86{NUMBER}")
    for _ in range(6):
        _dial(session, case, actor, None)
    lines = lines_of_record(session, house)
    undone.rollback()
    session.expire_all()
    return lines


def test_dials_of_our_own_record_from_another_machine_count_for_their_number(
    session: Session, organisation: Organisation, admin: Actor
) -> None:
    lines = _record_of_another_machine(session, organisation, admin)
    house = organisations.found(session, "Second machine", now=NOW)
    take_in(session, house, lines, ours=True)
    refused = _dial(session, a_case(session, house), system(house.id))
    assert isinstance(refused, ContactForbidden)
    assert refused.ruling.rules == ("CN-FREQ-02",)


def test_dials_of_another_house_do_not_count_for_their_number(
    session: Session, organisation: Organisation, admin: Actor
) -> None:
    lines = _record_of_another_machine(session, organisation, admin)
    house = organisations.found(session, "Second house", now=NOW)
    take_in(session, house, lines)
    assert isinstance(_dial(session, a_case(session, house), system(house.id)), Contact)
