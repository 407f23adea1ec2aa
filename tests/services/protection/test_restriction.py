"""Who is restricted is in nobody's list, page, plan or search; who must may look, saying why.

The one exception is the desk of whoever handles what he asks: that is found there.
"""

import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import bindparam, select
from sqlalchemy.orm import Session, joinedload, lazyload, selectinload

from fieldops.domain.permissions import GRANTS, Actor, Permission, Role
from fieldops.domain.rights.vocabulary import CameBy
from fieldops.models import (
    HIDDEN,
    Address,
    Base,
    Case,
    Complaint,
    Organisation,
    Party,
    Reveal,
    Visit,
    restriction,
)
from fieldops.services import sign_in
from fieldops.services.protection import restricting
from fieldops.services.rights import complaints
from tests.builders.restricted import SECRET, a_restriction, left_behind
from tests.builders.rights import RIGHTS
from tests.builders.rooms import PAGES, address_of
from tests.builders.worlds import World, a_world
from tests.conftest import NOW
from tests.conftest import Person as SignedIn

# Where a restriction itself is told of, and who read what: these name ids and secure.
TOLD = re.compile(r"/protection|/data-requests|/compliance|/custody|/audit|/evidence/log")
# Where whoever handles what he asks finds that, and nobody else does.
DESK = {"/complaints", "/api/v1/complaints", "/api/v1/disputes", "/api/v1/requests"}
# A table whose rows are of a case or person, and that is not hidden, says here why.
NOT_HIDDEN = {
    "custody_entry": "the log stays whole",
    "basket": "reached through its case alone",
    "consent": "reached through its person alone",
    "import_line": "names lines of a file",
    "restriction": "tells of the restriction",
    "correction": "reached through its person alone",
    "data_request": "tells what he asked",
    "reveal": "tells who looked",
    "observation_key": "holds keyed hashes alone",
    "observation_change": "holds ids alone",
    "identity_key": "holds keyed hashes alone",
    "identity_member": "holds ids alone",
    "identity_move": "holds ids alone",
}


@pytest.fixture
def world(session: Session, organisation: Organisation) -> World:
    return a_world(session, organisation)


@pytest.fixture
def rests(session: Session, world: World, signed_in: Callable[..., SignedIn]) -> SignedIn:
    """The debtor of the world's case rests; somebody of compliance."""
    house = session.get_one(Organisation, world.case.organisation_id)
    _rests(session, world)
    return signed_in("compliance", house)


def _rests(session: Session, world: World) -> None:
    actor = Actor(world.case.organisation_id, Role.SYSTEM)
    a_restriction(session, world.case.parties[0].person_id, actor, at=NOW, ground="retention")


def test_every_table_that_names_a_person_is_hidden_or_says_why() -> None:
    hidden = {str(model.__tablename__) for model in HIDDEN}
    naming = {
        table.name
        for table in Base.metadata.sorted_tables
        if {"person_id", "party_id", "case_id"} & set(table.columns.keys())
    }
    assert naming - hidden == NOT_HIDDEN.keys() & naming


def test_the_session_itself_leaves_him_out(session: Session, world: World, rests: SignedIn) -> None:
    case_id = world.case.id
    session.expunge_all()
    for model in (Case, Party, Address, Visit):
        column = getattr(model, "id" if model is Case else "case_id")
        query = select(model).where(column == case_id)
        assert session.scalars(query).all() == [], model
        with restriction.seeing(session):
            assert session.scalars(query).all(), model
    assert session.get(Case, case_id) is None


def test_rows_leave_him_out_as_every_reading_does(
    session: Session, world: World, rests: SignedIn
) -> None:
    query = select(Party.person_id, Case.number).join(Case, Party.case_id == Case.id)
    query = query.where(Case.id == bindparam("wanted"))
    asked = {"wanted": world.case.id}
    assert restriction.rows(session, query, asked) == []
    with restriction.seeing(session):
        assert restriction.rows(session, query, asked) == session.execute(query, asked).all() != []


def test_rows_know_what_is_not_yet_written(session: Session, world: World) -> None:
    world.case.number = "changed"
    query = select(Case.number).where(Case.id == bindparam("wanted"))
    assert restriction.rows(session, query, {"wanted": world.case.id}) == [("changed",)]
    world.case.number = "again"
    with session.no_autoflush:
        assert restriction.rows(session, query, {"wanted": world.case.id}) == [("changed",)]


def _complains(session: Session, case: Case) -> str:
    """A complaint that he made before he was restricted; its id."""
    order = complaints.ComplaintOrder(case.id, "夜里敲门", CameBy.CALL)
    with restriction.seeing(session):
        found = complaints.open_complaint(
            session, order, rights=RIGHTS, actor=Actor(case.organisation_id, Role.SYSTEM), now=NOW
        )
        return str(found.complaint.id)


def _lists(app: Flask) -> Iterator[tuple[str, Any]]:
    """Every address that is only read and needs nothing but itself."""
    for rule in app.url_map.iter_rules():
        if "GET" in (rule.methods or ()) and not rule.arguments:
            view = app.view_functions[rule.endpoint]
            made = getattr(view, "view_class", None)
            answers = made.get if made is not None and hasattr(made, "get") else view
            if hasattr(answers, "permission") and not TOLD.search(rule.rule):
                yield rule.rule, answers.permission


def _pages(world: World) -> Iterator[tuple[str, Any]]:
    """The pages of what stays: of the case in which he is guarantor, its visit and its agent."""
    beside = replace(world, case=world.visits[1].case, visits=world.visits[1:])
    for page, permission in PAGES.items():
        if "{" in page and "{complaint}" not in page and not TOLD.search(page):
            yield address_of(page, beside), permission


@pytest.mark.parametrize(
    "role", ["agent", "dispatcher", "counsel", "compliance", "admin", "auditor"]
)
def test_no_list_or_page_tells_of_him(
    app: Flask, session: Session, world: World, signed_in: Callable[..., SignedIn], role: str
) -> None:
    house = session.get_one(Organisation, world.case.organisation_id)
    names, case_id, addresses = left_behind(session, world), world.case.id, list(_pages(world))
    who = signed_in(role, house, agent_id=world.visits[0].agent_id if role == "agent" else None)
    _rests(session, world)
    token = sign_in.open_page_session(
        session, who.account, settings=app.extensions["fieldops"].settings, now=NOW
    )
    session.commit()
    session.expunge_all()
    reader = app.test_client()
    reader.set_cookie("fieldops_page", token)
    telling: dict[str, list[str]] = {}
    for address, permission in [*_lists(app), *addresses]:
        if permission in GRANTS[Role(role)]:
            is_api = address.startswith("/api/")
            answer = who.get(address) if is_api else reader.get(address)
            assert answer.status_code < 500, address
            if found := [name for name in names if name in answer.text]:
                telling[address] = found
            answer.close()
    handles = Permission.HANDLE_COMPLAINTS in GRANTS[Role(role)]
    assert set(telling) == (DESK if handles else set()), telling
    # Whoever answers reads what he said, and by whose ids; who he is stands nowhere.
    assert {SECRET, names[2]}.isdisjoint(one for found in telling.values() for one in found)
    assert who.get(f"/api/v1/cases/{case_id}").status_code in (403, 404)


def test_who_must_opens_his_record_with_a_reason_that_is_kept(
    session: Session, world: World, rests: SignedIn
) -> None:
    one = restricting.listed(session, rests.actor)[0]
    url = f"/api/v1/protection/persons/{one.person_id}/record"
    assert rests.post(url, json={"reason": "complaint"}).status_code == 422
    answer = rests.post(url, json={"reason": "complaint", "words": "file 7"})
    assert answer.status_code == 200
    assert answer.json["sections"]["identity"][0]["name"]["value"] == "张三"
    kept = session.query(Reveal).one()
    assert (kept.field, kept.reason, kept.words) == ("record", "complaint", "file 7")


def test_what_is_lifted_is_found_again(session: Session, world: World, rests: SignedIn) -> None:
    one = restricting.listed(session, rests.actor)[0]
    answer = rests.post(f"/api/v1/protection/restrictions/{one.id}/lift")
    assert answer.status_code == 200
    assert rests.get(f"/api/v1/cases/{world.case.id}").status_code == 200


def test_what_is_loaded_along_with_a_row_is_left_out_too(
    session: Session, world: World, rests: SignedIn
) -> None:
    _complains(session, world.case)
    session.commit()
    ways = (joinedload, selectinload, lazyload)
    for way in ways:
        session.expunge_all()
        with restriction.seeing(session, Complaint):
            query = select(Complaint).where(Complaint.case_id == world.case.id)
            query = query.options(way(Complaint.case), way(Complaint.party))
            one = session.scalars(query).one()
            assert (one.case, one.party) == (None, None), way
        session.expire(one, ["case", "party"])
        with restriction.seeing(session):
            assert one.case.parties == [one.party], way
