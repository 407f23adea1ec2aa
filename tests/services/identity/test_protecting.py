"""What is certain about who somebody is protects him: caps, holds and wishes count together."""

from datetime import timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from fieldops.domain.permissions import Actor
from fieldops.domain.rulebook.vocabulary import HoldKind, HoldScope, Result
from fieldops.models import Consent, Contact, Hold, Organisation, Party, Person
from fieldops.services import contact_facts, hold_ending, holds, identity
from fieldops.services.contact_facts import ContactFacts
from fieldops.services.same_people import same_people
from tests.builders.cases import NOW, an_agent
from tests.builders.rights import RIGHTS
from tests.builders.visits import START, a_visit
from tests.services.identity.people import a_debtor, link, pair


def _twins(session: Session, organisation: Organisation, second: str = "張三豐") -> list[Person]:
    people = [a_debtor(session, organisation, name) for name in ("张三丰", second)]
    link(session, organisation)
    return people


def _party(session: Session, person: Person) -> Party:
    return session.scalars(select(Party).where(Party.person_id == person.id)).one()


def _facts(session: Session, person: Person) -> ContactFacts:
    address = _party(session, person).case.addresses[0]
    return contact_facts.gather(
        session,
        person.organisation_id,
        address_ids=[address.id],
        since=NOW - contact_facts.HISTORY,
    )


def _counted(session: Session, person: Person) -> int:
    """How many earlier contacts count for a visit to this person."""
    facts = _facts(session, person)
    (address_id,) = facts.subjects
    proposal = facts.proposal(address_id, START, START + timedelta(minutes=20), [])
    party = proposal.contact.party.id
    assert proposal.debtor.id == party
    return sum(past.party == party for past in proposal.history)


def _called(session: Session, person: Person) -> None:
    session.add(
        Contact(
            organisation_id=person.organisation_id,
            case_id=_party(session, person).case_id,
            person_id=person.id,
            debtor_id=person.id,
            channel="call",
            purpose="collect",
            at=NOW - timedelta(hours=1),
            result=Result.CONNECTED.value,
            recorded_at=NOW,
        )
    )
    session.flush()


def test_a_call_to_one_record_counts_for_the_other(
    session: Session, organisation: Organisation
) -> None:
    first, second = _twins(session, organisation)
    _called(session, first)
    assert [_counted(session, one) for one in (first, second)] == [1, 1]


def test_a_planned_visit_to_one_record_counts_for_the_other(
    session: Session, organisation: Organisation
) -> None:
    first, second = _twins(session, organisation)
    a_visit(
        session,
        organisation,
        case=_party(session, first).case,
        agent=an_agent(session, organisation),
    )
    assert _counted(session, second) == 1


def test_a_merely_possible_record_does_not_count_and_is_told(
    session: Session, organisation: Organisation, judge: Actor
) -> None:
    first, second = _twins(session, organisation, "张三华")
    _called(session, first)
    assert _counted(session, second) == 0
    assert identity.told_to_compliance(session, judge).possible == 1


def test_it_counts_from_the_moment_a_person_says_so_and_no_longer_after_he_withdraws(
    session: Session, organisation: Organisation, judge: Actor
) -> None:
    first, second = _twins(session, organisation, "张三华")
    _called(session, first)
    row = pair(session, first, second)
    identity.judge(session, row.id, "same", "seen", actor=judge, now=NOW)
    assert _counted(session, second) == 1
    identity.judge(session, row.id, "withdrawn", "a mistake", actor=judge, now=NOW)
    assert _counted(session, second) == 0


def test_wishes_of_every_record_hold_and_a_consent_only_for_its_own(
    session: Session, organisation: Organisation
) -> None:
    first, second = _twins(session, organisation)
    first.wishes = {"any": [["12:00", "14:00"]], "refused_workplace": True}
    consent = Consent(
        organisation_id=organisation.id, person_id=first.id, channel="visit", window=None,
        evidence="letter", granted_at=NOW,
    )  # fmt: skip
    session.add(consent)
    session.flush()
    standing = _facts(session, second).standing
    assert len(standing.wishes(second.id)) == 1
    assert standing.refused_workplace(second.id)
    assert standing.consents(second.id) == ()


def test_a_hold_on_one_record_calls_off_the_visits_to_the_other(
    session: Session, organisation: Organisation, judge: Actor
) -> None:
    first, second = _twins(session, organisation)
    case = _party(session, second).case
    visit = a_visit(session, organisation, case=case, agent=an_agent(session, organisation))
    order = holds.HoldOrder(
        HoldKind.VULNERABLE, HoldScope.PERSON, _party(session, first).case_id, "ill"
    )
    placed = holds.place(session, order, rights=RIGHTS, actor=judge, now=START - timedelta(hours=1))
    assert [one.id for one in placed.cancelled] == [visit.id]
    assert case.state == "held"
    hold_ending.lift(session, placed.hold.id, "well again", rights=RIGHTS, actor=judge, now=START)
    assert case.state == "open"


def test_a_hold_reaches_a_record_that_is_judged_the_same_later_and_leaves_it_with_the_judgement(
    session: Session, organisation: Organisation, judge: Actor
) -> None:
    first, second = _twins(session, organisation, "张三华")
    case = _party(session, second).case
    visit = a_visit(session, organisation, case=case, agent=an_agent(session, organisation))
    order = holds.HoldOrder(
        HoldKind.CEASE, HoldScope.PERSON, _party(session, first).case_id, "asked in writing"
    )
    before = START - timedelta(hours=1)
    holds.place(session, order, rights=RIGHTS, actor=judge, now=before)
    assert (visit.state, case.state) == ("planned", "open")
    row = pair(session, first, second)
    identity.judge(session, row.id, "same", "seen", actor=judge, now=before)
    assert (visit.state, case.state) == ("cancelled", "held")
    identity.judge(session, row.id, "withdrawn", "a mistake", actor=judge, now=before)
    assert (visit.state, case.state) == ("cancelled", "open")
    assert len(session.scalars(select(Hold)).all()) == 1


def test_two_records_of_one_person_are_not_both_visited_in_one_plan(
    session: Session, organisation: Organisation
) -> None:
    first, second = _twins(session, organisation)
    facts = contact_facts.gather(
        session,
        organisation.id,
        address_ids=[_party(session, one).case.addresses[0].id for one in (first, second)],
        since=NOW - contact_facts.HISTORY,
    )
    assert len({one.person for one in facts.subjects.values()}) == 1
    assert same_people(session, {first.id}).everybody({first.id}) == facts.people
