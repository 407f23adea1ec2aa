"""On the page of a restriction its person is heard, and nothing else of him is shown."""

import re
from collections.abc import Callable

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from fieldops.domain.permissions import Actor, Role
from fieldops.models import (
    HIDDEN,
    Complaint,
    ContactRequest,
    Deadline,
    Dispute,
    LegalEvent,
    restriction,
)
from tests.builders.cases import a_case
from tests.builders.restricted import a_restriction
from tests.builders.worlds import World
from tests.conftest import NOW
from tests.web.conftest import Reader

SAID = {"came_by": "letter", "words": "请停止联系我"}


@pytest.fixture
def number(world: World) -> str:
    return world.case.number


@pytest.fixture
def url(session: Session, world: World, number: str) -> str:
    """The page of the restriction of the debtor of the world's case."""
    return _rests(session, world)


def _rests(session: Session, world: World) -> str:
    actor = Actor(world.organisation.id, Role.SYSTEM)
    row = a_restriction(session, world.case.parties[0].person_id, actor, at=NOW)
    # A request would not have them at hand, as this session has.
    for one in [one for one in session if isinstance(one, tuple(HIDDEN))]:
        session.expunge(one)
    return f"/protection/restrictions/{row.id}"


@pytest.mark.parametrize(
    ("what", "model"),
    [("complaint", Complaint), ("dispute", Dispute), ("request:cease", ContactRequest)],
)
def test_what_he_says_is_taken_down_and_shown_there(
    session: Session, number: str, url: str, reads: Callable[[str], Reader],
    what: str, model: type[Complaint | Dispute | ContactRequest],
) -> None:  # fmt: skip
    reader = reads("compliance")
    said = reader.post(f"{url}/said", what=what, **SAID)
    assert (said.status_code, said.location) == (302, url)
    page = reader.get(url).text
    assert SAID["words"] in page
    assert number not in page
    assert "张三" not in page
    with restriction.seeing(session):
        newest = select(model).order_by(model.id.desc()).limit(1)
        assert session.scalars(newest).one().words == SAID["words"]


def test_the_case_is_named_where_he_has_several(
    session: Session, world: World, reads: Callable[[str], Reader]
) -> None:
    a_case(session, world.organisation, number="HT-200", person=world.case.parties[0].person)
    url, reader = _rests(session, world), reads("compliance")
    answers = [
        reader.post(f"{url}/said", what="complaint", number=number, **SAID)
        for number in ("", "HT-002", "HT-200")
    ]
    assert [one.status_code for one in answers] == [422, 422, 302]
    assert "this person has several cases" in answers[0].text
    assert "is no case of this person" in answers[1].text
    assert SAID["words"] in answers[1].text, "what was written is not lost"


def test_he_takes_back_what_he_asked(
    session: Session, url: str, reads: Callable[[str], Reader]
) -> None:
    reader = reads("compliance")
    reader.post(f"{url}/said", what="request:cease", **SAID)
    withdraw = re.search(rf"{url}/requests/[0-9a-f-]+/withdraw", reader.get(url).text)
    assert withdraw is not None
    assert reader.post(withdraw[0], words="可以联系").status_code == 302
    assert "可以联系" in reader.get(url).text


def test_counsel_records_an_event_and_withdraws_it(
    session: Session, number: str, url: str, reads: Callable[[str], Reader]
) -> None:
    reader = reads("counsel")
    event = {"kind": "preservation_ruling", "at": "2026-11-20T09:30"}
    assert reader.post(f"{url}/legal-events", **{**event, "at": "soon"}).status_code == 422
    assert reader.post(f"{url}/legal-events", **event).status_code == 302
    page = reader.get(url).text
    assert number not in page
    assert "张三" not in page
    with restriction.seeing(session):
        ends = session.scalars(select(Deadline.ends_at)).one()
        event_id = session.scalars(select(LegalEvent.id)).one()
    assert f"{ends:%Y-%m}" in page
    assert reader.post(f"{url}/legal-events/{event_id}/withdraw", reason="error").status_code == 302
    assert "error" in reader.get(url).text


def test_each_role_is_shown_its_own_part_alone(url: str, reads: Callable[[str], Reader]) -> None:
    shown = {
        role: ('id="clocks"' in page, 'id="asked"' in page, f"{url}/said" in page)
        for role in ("counsel", "compliance", "auditor")
        if (page := reads(role).get(url).text)
    }
    assert shown == {
        "counsel": (True, False, False),
        "compliance": (False, True, True),
        "auditor": (False, False, False),
    }


def test_the_lists_lead_there_and_after_its_end_nothing_is_left(
    url: str, reads: Callable[[str], Reader]
) -> None:
    reader = reads("compliance")
    assert f'href="{url}"' in reader.get("/protection").text
    assert reader.post(f"{url}/lift").status_code == 302
    page = reader.get(url)
    assert page.status_code == 200
    assert f"{url}/said" not in page.text
    assert reader.post(f"{url}/said", what="complaint", **SAID).status_code == 409


def test_a_dispute_of_somebody_restricted_is_on_the_desk_without_his_case(
    number: str, url: str, reads: Callable[[str], Reader]
) -> None:
    reader = reads("compliance")
    reader.post(f"{url}/said", what="dispute", **SAID)
    page = reader.get("/complaints").text
    assert SAID["words"] in page
    assert number not in page
    assert SAID["words"] not in reads("auditor").get("/complaints").text
