"""However many commit at once, no cap is exceeded: counters are locked while rules are judged."""

from collections.abc import Callable
from datetime import timedelta
from threading import Barrier, Thread
from uuid import UUID

from sqlalchemy import Engine, select
from sqlalchemy.orm import Session

from fieldops.domain.permissions import Actor, system
from fieldops.domain.rulebook.vocabulary import Channel, Result
from fieldops.models import Contact, Organisation, Visit
from fieldops.services import contacts, organisations
from fieldops.services.planning import committing
from tests.builders.cases import NOW, a_case
from tests.builders.planning import BOOK, DAY, a_proposed_plan, a_team

CALLERS, PLANS = 6, 4


def all_at_once(engine: Engine, acts: list[Callable[[Session], object]]) -> None:
    """Each act in a transaction of its own, all begun together."""
    start = Barrier(len(acts))

    def run(act: Callable[[Session], object]) -> None:
        start.wait()
        with Session(engine) as session:
            act(session)
            session.commit()

    threads = [Thread(target=run, args=(act,)) for act in acts]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


def founded(session: Session) -> tuple[Organisation, Actor]:
    """An organisation, and the system acting for it."""
    organisation = organisations.found(session, "Agency", now=NOW)
    return organisation, system(organisation.id)


def a_call(party_id: UUID, actor: Actor, result: Result | None) -> Callable[[Session], object]:
    """A call to this party, with its result told in the same breath or left open."""

    def act(session: Session) -> object:
        order = contacts.ContactOrder(party_id=party_id, channel=Channel.CALL)
        found = contacts.open_contact(session, order, book=BOOK, actor=actor, now=NOW)
        if isinstance(found, Contact) and result:
            contacts.set_result(session, found.id, result, actor=actor, now=NOW)
        return found

    return act


def test_calls_about_two_cases_of_one_person_share_the_cap_of_three(engine: Engine) -> None:
    with Session(engine, expire_on_commit=False) as session:
        organisation, actor = founded(session)
        first = a_case(session, organisation)
        second = a_case(session, organisation, person=first.parties[0].person)
        parties = [first.parties[0].id, second.parties[0].id]
        session.commit()
    results = [Result.CONNECTED, None]
    all_at_once(engine, [a_call(parties[n % 2], actor, results[n % 2]) for n in range(CALLERS)])
    with Session(engine) as session:
        # Three were let through: an open call counts as connected until it is told of.
        assert len(session.scalars(select(Contact.id)).all()) == 3


def test_an_unanswered_number_is_dialled_six_times(engine: Engine) -> None:
    with Session(engine, expire_on_commit=False) as session:
        organisation, actor = founded(session)
        party = a_case(session, organisation, phone="13800138000").parties[0].id
        session.commit()
    all_at_once(engine, [a_call(party, actor, Result.NO_ANSWER) for _ in range(CALLERS + 3)])
    with Session(engine) as session:
        assert len(session.scalars(select(Contact.id)).all()) == 6


def test_a_number_that_several_debtors_share_is_dialled_six_times(engine: Engine) -> None:
    with Session(engine, expire_on_commit=False) as session:
        organisation, actor = founded(session)
        cases = [a_case(session, organisation, phone="13800138000") for _ in range(CALLERS + 3)]
        parties = [case.parties[0].id for case in cases]
        session.commit()
    all_at_once(engine, [a_call(party, actor, Result.NO_ANSWER) for party in parties])
    with Session(engine) as session:
        assert len(session.scalars(select(Contact.id)).all()) == 6


def test_plans_of_several_days_share_the_cap_of_three_visits_in_thirty_days(
    engine: Engine,
) -> None:
    with Session(engine, expire_on_commit=False) as session:
        organisation, actor = founded(session)
        a_team(session, organisation)
        a_case(session, organisation)
        days = [DAY + timedelta(days=number) for number in range(PLANS)]
        plans = [a_proposed_plan(session, actor, day=day).id for day in days]
        session.commit()

    def commit(plan_id: UUID) -> Callable[[Session], object]:
        return lambda session: committing.commit_plan(
            session, plan_id, version=None, book=BOOK, actor=actor, now=NOW
        )

    all_at_once(engine, [commit(plan_id) for plan_id in plans])
    with Session(engine) as session:
        assert len(session.scalars(select(Visit.id)).all()) == 3
