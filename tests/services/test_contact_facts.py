"""What the rulebook is told of a contact, read from the database."""

from datetime import UTC, datetime, timedelta

from sqlalchemy.orm import Session

from fieldops.domain.rulebook.proposal import Proposal
from fieldops.domain.rulebook.vocabulary import Channel, HoldKind, PlaceKind
from fieldops.models import Case, Consent, Contact, Hold, Organisation, Person
from fieldops.services import contact_facts, organisations
from tests.builders.cases import a_case, a_party, a_person, an_address, an_agent
from tests.builders.visits import START, a_visit

END = START + timedelta(minutes=15)


def _proposal(session: Session, organisation: Organisation, case: Case) -> Proposal:
    facts = contact_facts.gather(
        session,
        organisation.id,
        address_ids=[one.id for one in case.addresses],
        since=START - contact_facts.HISTORY,
    )
    return facts.proposal(case.addresses[0].id, START, END, [])


def _contact(session: Session, case: Case, **values: object) -> None:
    person = case.parties[0].person_id
    session.add(
        Contact(
            **{
                "organisation_id": case.organisation_id,
                "case_id": case.id,
                "person_id": person,
                "debtor_id": person,
                "channel": "call",
                "purpose": "collect",
                "at": START - timedelta(days=1),
                "result": "no_answer",
                "recorded_at": START,
                **values,
            }
        )
    )
    session.flush()


def _hold(session: Session, case: Case, **values: object) -> None:
    session.add(
        Hold(
            **{
                "organisation_id": case.organisation_id,
                "kind": "cease",
                "scope": "person",
                "person_id": case.parties[0].person_id,
                "starts_at": START - timedelta(days=1),
                "reason": "asked to be left alone",
                "placed_at": START - timedelta(days=1),
                **values,
            }
        )
    )
    session.flush()


def _same_debtor_twice(session: Session, organisation: Organisation) -> tuple[Case, Case]:
    person = a_person(session, organisation)
    return (
        a_case(session, organisation, person=person),
        a_case(session, organisation, person=person),
    )


def test_a_contact_in_another_case_of_the_debtor_counts(
    session: Session, organisation: Organisation
) -> None:
    first, second = _same_debtor_twice(session, organisation)
    _contact(session, first)
    (past,) = _proposal(session, organisation, second).history
    assert past.channel is Channel.CALL
    assert past.party == str(second.parties[0].person_id)


def test_a_contact_older_than_the_longest_period_is_not_read(
    session: Session, organisation: Organisation
) -> None:
    case = a_case(session, organisation)
    _contact(session, case, at=START - timedelta(days=40))
    assert _proposal(session, organisation, case).history == ()


def test_a_committed_visit_of_another_case_counts(
    session: Session, organisation: Organisation
) -> None:
    first, second = _same_debtor_twice(session, organisation)
    a_visit(session, organisation, case=first, agent=an_agent(session, organisation))
    (past,) = _proposal(session, organisation, second).history
    assert past.channel is Channel.VISIT
    assert past.at == START


def test_a_visit_with_its_contact_recorded_counts_once(
    session: Session, organisation: Organisation
) -> None:
    case = a_case(session, organisation)
    visit = a_visit(session, organisation, case=case, agent=an_agent(session, organisation))
    _contact(session, case, channel="visit", result="met", visit_id=visit.id)
    assert len(_proposal(session, organisation, case).history) == 1


def test_a_visit_does_not_count_against_itself(
    session: Session, organisation: Organisation
) -> None:
    agent = an_agent(session, organisation)
    visit = a_visit(session, organisation, case=a_case(session, organisation), agent=agent)
    found = contact_facts.proposal_for_visit(session, visit, START, END, [agent])
    assert found.history == ()
    assert [one.id for one in found.contact.agents] == [str(agent.id)]


def test_a_hold_on_the_person_bears_on_every_case(
    session: Session, organisation: Organisation
) -> None:
    first, second = _same_debtor_twice(session, organisation)
    _hold(session, first)
    (hold,) = _proposal(session, organisation, second).holds
    assert hold.kind is HoldKind.CEASE


def test_a_hold_on_a_debt_bears_on_no_other_debt(
    session: Session, organisation: Organisation
) -> None:
    first, second = _same_debtor_twice(session, organisation)
    _hold(session, first, scope="debt", case_id=first.id, kind="dispute")
    assert _proposal(session, organisation, second).holds == ()
    assert len(_proposal(session, organisation, first).holds) == 1


def test_a_lifted_hold_ends_when_it_was_lifted(
    session: Session, organisation: Organisation
) -> None:
    case = a_case(session, organisation)
    _hold(session, case, lifted_at=START - timedelta(hours=1))
    (hold,) = _proposal(session, organisation, case).holds
    assert hold.until == START - timedelta(hours=1)


def test_a_consent_ends_at_the_earlier_of_expiry_and_withdrawal(
    session: Session, organisation: Organisation
) -> None:
    case = a_case(session, organisation)
    session.add(
        Consent(
            organisation_id=organisation.id,
            person_id=case.parties[0].person_id,
            channel="visit",
            window=["20:00", "22:00"],
            evidence="form 7",
            granted_at=START - timedelta(days=2),
            expires_at=START + timedelta(days=9),
            revoked_at=START - timedelta(days=1),
        )
    )
    session.flush()
    (consent,) = _proposal(session, organisation, case).consents
    assert consent.window == (1_200, 1_320)
    assert consent.revoked == START - timedelta(days=1)


def test_wishes_come_with_channel_and_time(session: Session, organisation: Organisation) -> None:
    person = a_person(session, organisation, wishes={"visit": [["12:00", "14:00"]], "call": []})
    found = _proposal(session, organisation, a_case(session, organisation, person=person))
    assert {(wish.channel, wish.forbid) for wish in found.debtor.wishes} == {
        (Channel.VISIT, (720, 840)),
        (Channel.CALL, None),
    }


def test_days_of_failed_calls_are_counted_up_to_the_last_one(
    session: Session, organisation: Organisation
) -> None:
    case = a_case(session, organisation)
    for days, result in (
        (1, "no_answer"),
        (2, "not_connected"),
        (3, "connected"),
        (4, "no_answer"),
    ):
        _contact(session, case, at=START - timedelta(days=days), result=result)
    assert _proposal(session, organisation, case).debtor.failed_dial_days == 2


def test_the_county_of_the_address_names_its_province(
    session: Session, organisation: Organisation
) -> None:
    case = a_case(session, organisation, address={"area_code": "510104", "kind": "work"})
    place = _proposal(session, organisation, case).contact.place
    assert place.jurisdictions == ("CN", "CN-SC")
    assert place.kind is PlaceKind.WORK


def test_an_address_of_another_organisation_is_not_read(
    session: Session, organisation: Organisation
) -> None:
    other = organisations.found(session, "Another agency", now=START)
    case = a_case(session, other)
    facts = contact_facts.gather(
        session, organisation.id, address_ids=[case.addresses[0].id], since=START
    )
    assert facts.subjects == {}


def test_a_guarantor_is_judged_as_himself_for_the_debtor(
    session: Session, organisation: Organisation
) -> None:
    case = a_case(session, organisation)
    guarantor = a_party(session, case, _somebody(session, organisation), "guarantor")
    address = an_address(session, guarantor)
    facts = contact_facts.gather(
        session, organisation.id, address_ids=[address.id], since=datetime(2026, 11, 1, tzinfo=UTC)
    )
    found = facts.proposal(address.id, START, END, [])
    assert found.contact.party.id == str(guarantor.person_id)
    assert found.debtor.id == str(case.parties[0].person_id)


def _somebody(session: Session, organisation: Organisation) -> Person:
    return a_person(session, organisation, name="王五")
