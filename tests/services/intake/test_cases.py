"""Case files: taken in, found again, refused by line."""

from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from fieldops.domain.errors import InvalidInput
from fieldops.domain.facts import CasesImported, Fact
from fieldops.domain.permissions import Actor
from fieldops.models import Address, Base, Case, Import, ImportLine, OutboxFact, Party, Person
from tests.builders.cases import NOW
from tests.services.intake.files import SECOND_ID, a_line, take_cases


def _count(session: Session, model: type[Base]) -> int:
    return session.scalar(select(func.count()).select_from(model)) or 0


def _remarks(session: Session, record: Import) -> list[tuple[int, str, str, str]]:
    query = select(ImportLine).where(ImportLine.import_id == record.id).order_by(ImportLine.id)
    return [(row.line, row.verdict, row.field, row.reason) for row in session.scalars(query)]


def test_a_line_becomes_a_case_with_person_party_and_address(
    session: Session, admin: Actor
) -> None:
    record = take_cases(session, admin, a_line(备注="有犬"))
    case = session.scalars(select(Case)).one()
    assert record.counts["new"] == record.counts["taken"] == 1
    assert (case.number, case.amount, case.overdue_days) == ("C-1", Decimal("12000.00"), 120)
    assert (case.priority, case.state, case.note) == (2, "open", "有犬")
    (party,) = case.parties
    assert (party.role, party.person.name, party.person.phone) == (
        "debtor",
        "张三",
        "+8613800138000",
    )
    (address,) = case.addresses
    assert (address.state, address.grade, address.provider) == ("located", "door", "given")
    assert (address.lat, address.lon) == (30.6598, 104.0827)


def test_a_position_is_converted_once_and_kept_as_it_came(session: Session, admin: Actor) -> None:
    take_cases(session, admin, a_line(坐标系="高德"))
    address = session.scalars(select(Address)).one()
    assert address.given_position == {"lat": "30.6598", "lon": "104.0827", "datum": "GCJ02"}
    assert address.lat == pytest.approx(30.66220, abs=2e-5)
    assert address.lon == pytest.approx(104.08026, abs=1e-4)


def _facts(session: Session, kind: type[Fact]) -> list[OutboxFact]:
    return list(session.scalars(select(OutboxFact).where(OutboxFact.name == kind.name)))


def test_an_address_without_position_waits_to_be_located(session: Session, admin: Actor) -> None:
    record = take_cases(session, admin, a_line(经度="", 纬度="", 坐标系=""))
    address = session.scalars(select(Address)).one()
    assert (address.state, address.lat, record.counts["to_locate"]) == ("pending", None, 1)
    (fact,) = _facts(session, CasesImported)
    assert fact.payload == {"import_id": str(record.id)}


def test_nothing_is_located_when_every_address_has_its_position(
    session: Session, admin: Actor
) -> None:
    take_cases(session, admin, a_line())
    assert _facts(session, CasesImported) == []


def test_the_same_file_again_changes_nothing(session: Session, admin: Actor) -> None:
    take_cases(session, admin, a_line())
    before = session.scalars(select(Case)).one().updated_at
    record = take_cases(session, admin, a_line(), now=NOW + timedelta(days=1))
    assert (record.counts["unchanged"], record.counts["new"], record.counts["updated"]) == (1, 0, 0)
    assert session.scalars(select(Case)).one().updated_at == before
    assert [_count(session, model) for model in (Case, Person, Party, Address)] == [1, 1, 1, 1]


def test_a_changed_line_updates_its_case(session: Session, admin: Actor) -> None:
    take_cases(session, admin, a_line())
    record = take_cases(session, admin, a_line(欠款金额="9000", 手机号="13900139000"))
    case = session.scalars(select(Case)).one()
    assert record.counts["updated"] == 1
    assert case.amount == Decimal("9000.00")
    person = case.parties[0].person
    assert (person.phone, person.other_phones) == ("+8613900139000", "+8613800138000")
    assert [_count(session, model) for model in (Person, Party, Address)] == [1, 1, 1]


def test_a_new_address_is_added_and_the_old_one_stays(session: Session, admin: Actor) -> None:
    take_cases(session, admin, a_line())
    take_cases(session, admin, a_line(地址="四川省成都市青羊区草市街183号"))
    assert _count(session, Address) == 2


def test_a_place_that_a_person_settled_is_not_moved_by_a_file(
    session: Session, admin: Actor
) -> None:
    take_cases(session, admin, a_line(经度="", 纬度="", 坐标系=""))
    address = session.scalars(select(Address)).one()
    address.state, address.lat, address.lon = "settled", 30.1, 104.1
    take_cases(session, admin, a_line())
    assert (address.state, address.lat) == ("settled", 30.1)


def test_a_person_is_found_again_by_his_identity_number(session: Session, admin: Actor) -> None:
    take_cases(session, admin, a_line(), a_line(案件编号="C-2"))
    take_cases(session, admin, a_line(案件编号="C-3"))
    assert (_count(session, Person), _count(session, Case)) == (1, 3)


def test_a_name_alone_never_joins_two_people(session: Session, admin: Actor) -> None:
    take_cases(session, admin, a_line(身份证号=""), a_line(案件编号="C-2", 身份证号=""))
    assert _count(session, Person) == 2


def test_an_identity_number_that_comes_later_is_added_to_the_person(
    session: Session, admin: Actor
) -> None:
    take_cases(session, admin, a_line(身份证号=""))
    take_cases(session, admin, a_line())
    person = session.scalars(select(Person)).one()
    assert person.id_number == a_line()["身份证号"]


def test_another_name_under_one_identity_number_is_to_be_looked_at(
    session: Session, admin: Actor
) -> None:
    record = take_cases(session, admin, a_line(), a_line(案件编号="C-2", 债务人="王五"))
    assert _remarks(session, record) == [(3, "to_look_at", "name", "id_name_differs")]
    assert session.scalars(select(Person)).one().name == "张三"


def test_a_line_that_names_another_person_keeps_both(session: Session, admin: Actor) -> None:
    take_cases(session, admin, a_line())
    record = take_cases(session, admin, a_line(债务人="王五", 身份证号=SECOND_ID))
    assert (2, "to_look_at", "name", "party_added") in _remarks(session, record)
    assert _count(session, Party) == 2


def test_another_organisation_has_its_own_cases(
    session: Session, admin: Actor, other_admin: Actor
) -> None:
    take_cases(session, admin, a_line())
    record = take_cases(session, other_admin, a_line())
    assert record.counts["new"] == 1
    assert (_count(session, Case), _count(session, Person)) == (2, 2)


# Each row says what is wrong with it and in which field that is reported.
WRONG = [
    ({"身份证号": "510104200401124775"}, "id_number"),  # checksum
    ({"经度": "30.6598", "纬度": "104.0827"}, "longitude"),  # swapped
    ({"经度": "999.0"}, "longitude"),  # impossible
    ({"经度": "NaN"}, "longitude"),  # no number
    ({"坐标系": "WGS85"}, "datum"),  # unknown datum
    ({"欠款金额": "一万二"}, "amount"),  # in words
    ({"地址": ""}, "address"),  # blank
    ({"逾期天数": "-5"}, "days_overdue"),  # negative
    ({"手机号": "12345"}, "phone"),  # short
    ({"债务人": ""}, "name"),  # blank
    ({"关系": ""}, "role"),  # never guessed
]


@pytest.mark.parametrize(("cells", "field"), WRONG)
def test_a_wrong_line_is_refused_with_its_field(
    session: Session, admin: Actor, cells: dict[str, str], field: str
) -> None:
    record = take_cases(session, admin, a_line(**cells), a_line(案件编号="C-2"))
    assert (record.counts["refused"], record.counts["new"]) == (1, 1)
    assert (2, "refused", field) in [remark[:3] for remark in _remarks(session, record)]


def test_a_number_that_stands_twice_is_refused_the_second_time(
    session: Session, admin: Actor
) -> None:
    record = take_cases(session, admin, a_line(), a_line(欠款金额="1"))
    assert _remarks(session, record) == [(3, "refused", "case_number", "duplicate")]


def test_a_refusal_has_words_and_a_cure_in_both_languages(session: Session, admin: Actor) -> None:
    take_cases(session, admin, a_line(坐标系="WGS85"))
    line = session.scalars(select(ImportLine)).one()
    assert line.key == "C-1"
    assert "WGS85" in line.message_en
    assert "WGS85" in line.message_zh
    assert line.cure_en
    assert line.cure_zh


@pytest.mark.parametrize(
    ("column", "reason"), [("欠款金额", "amount_missing"), ("逾期天数", "days_missing")]
)
def test_a_blank_sum_is_taken_as_nought_and_said_so(
    session: Session, admin: Actor, column: str, reason: str
) -> None:
    blank: dict[str, Any] = {column: ""}
    record = take_cases(session, admin, a_line(**blank))
    assert [remark[3] for remark in _remarks(session, record)] == [reason]


def test_a_dry_run_writes_its_report_and_nothing_else(session: Session, admin: Actor) -> None:
    pending = a_line(案件编号="C-2", 经度="", 纬度="", 坐标系="")
    record = take_cases(
        session, admin, a_line(), pending, a_line(案件编号="C-3", 地址=""), dry_run=True
    )
    session.flush()
    assert record.is_dry_run
    assert (record.counts["new"], record.counts["refused"]) == (2, 1)
    assert len(_remarks(session, record)) == 1
    models = (Case, Person, Party, Address, OutboxFact)
    assert [_count(session, model) for model in models] == [0] * len(models)


def test_a_dry_run_leaves_known_cases_as_they_are(session: Session, admin: Actor) -> None:
    take_cases(session, admin, a_line())
    record = take_cases(session, admin, a_line(欠款金额="1"), dry_run=True)
    assert record.counts["updated"] == 1
    session.expire_all()
    assert session.scalars(select(Case)).one().amount == Decimal("12000.00")


def test_a_file_without_the_needed_headings_is_refused_whole(
    session: Session, admin: Actor
) -> None:
    line = dict.fromkeys(a_line(), "")
    with pytest.raises(InvalidInput, match="heading"):
        take_cases(session, admin, line, mapping=_ignoring("地址"))


def _ignoring(heading: str) -> Any:
    from fieldops.domain.casefile.mapping import HeadingMapping

    return HeadingMapping({heading: "ignore"})


def test_starred_numbers_are_kept_to_compare_by_and_never_as_telephones(
    session: Session, admin: Actor
) -> None:
    line = a_line(身份证号="510104********4774", 手机号="138****8000/13900139000")
    take_cases(session, admin, line)
    person = session.scalars(select(Person)).one()
    assert (person.phone, person.id_number) == ("+8613900139000", None)
    assert person.starred == {"id_number": "510104********4774", "phones": ["138****8000"]}


def test_a_starred_telephone_alone_is_no_fault(session: Session, admin: Actor) -> None:
    record = take_cases(session, admin, a_line(手机号="138****8000"))
    assert (record.counts["refused"], record.counts["to_look_at"]) == (0, 1)
    assert session.scalars(select(Person.phone)).all() == [None]


def test_a_telephone_that_shows_too_little_is_refused(session: Session, admin: Actor) -> None:
    record = take_cases(session, admin, a_line(手机号="138********"))
    assert record.counts["refused"] == 1
