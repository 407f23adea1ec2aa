"""What guarantors ask for themselves is kept at the gates, and a known lawyer alone is reached."""

from datetime import timedelta

from sqlalchemy.orm import Session

from fieldops.domain.permissions import Actor
from fieldops.domain.rulebook.judging import judge
from fieldops.domain.rulebook.vocabulary import Gate
from fieldops.models import Organisation, Party
from fieldops.services import contact_facts
from tests.builders.cases import NOW, a_case, a_party, a_person, an_address
from tests.builders.doors import BOOK


def _rules(session: Session, organisation: Organisation, party: Party) -> tuple[str, ...]:
    """What forbids a visit by two to this party now, but for the crew."""
    address = an_address(session, party, kind="work")
    facts = contact_facts.gather(
        session, organisation.id, address_ids=[address.id], since=NOW - timedelta(days=1)
    )
    proposal = facts.proposal(address.id, NOW, NOW + timedelta(minutes=15), [], gate=Gate.COMMIT)
    return tuple(one for one in judge(proposal, BOOK).rules if one != "CN-CREW-01")


def _guarantor(session: Session, organisation: Organisation, **wishes: object) -> Party:
    case = a_case(session, organisation)
    person = a_person(session, organisation, wishes=dict(wishes))
    return a_party(session, case, person, role="guarantor")


def test_a_guarantors_own_hours_and_workplace_are_kept(
    session: Session, organisation: Organisation, admin: Actor
) -> None:
    spared = _guarantor(session, organisation, visit=[["09:00", "11:00"]])
    assert _rules(session, organisation, spared) == ("GL-WISH-02",)
    not_at_work = _guarantor(session, organisation, refused_workplace=True)
    assert _rules(session, organisation, not_at_work) == ("GL-WISH-02",)
    asked_nothing = _guarantor(session, organisation)
    assert _rules(session, organisation, asked_nothing) == ()


def test_the_debtors_lawyer_spares_debtor_and_guarantor_and_is_reached_himself(
    session: Session, organisation: Organisation
) -> None:
    guarantor = _guarantor(session, organisation)
    debtor = guarantor.case.parties[0]
    debtor.person.wishes = {"represented": True}
    session.flush()
    assert _rules(session, organisation, debtor) == ("GL-ATTY-01",)
    assert _rules(session, organisation, guarantor) == ("GL-ATTY-01",)
    lawyer = a_party(session, guarantor.case, a_person(session, organisation), role="other")
    assert "GL-ATTY-01" not in _rules(session, organisation, lawyer)


def test_a_guarantors_own_lawyer_spares_him_and_not_the_debtor(
    session: Session, organisation: Organisation
) -> None:
    guarantor = _guarantor(session, organisation, represented=True)
    assert _rules(session, organisation, guarantor) == ("GL-ATTY-01",)
    assert _rules(session, organisation, guarantor.case.parties[0]) == ()
