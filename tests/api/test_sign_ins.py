"""Sign-ins are listed and ended one by one, by their owner and by an administrator."""

from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from fieldops.models import AccessRecord, Device, Organisation
from fieldops.services import organisations
from tests.builders.cases import an_agent
from tests.builders.journals import a_device
from tests.conftest import NOW, PASSWORD, Person

OWN = "/api/v1/auth/sign-ins"
BROWSER = "Mozilla/5.0 (Linux; Android 14) AppleWebKit/537.36 Chrome/131.0.0.0 Mobile Safari/537.36"
SignIn = Callable[..., Person]


@pytest.fixture
def somebody(signed_in: SignIn, organisation: Organisation) -> Person:
    """A dispatcher, signed in once."""
    return signed_in("dispatcher", organisation)


def _again(person: Person) -> Person:
    """The same person at another device."""
    form = {"username": person.account.username, "password": PASSWORD}
    told = person.client.post("/api/v1/auth/token", data=form, headers={"User-Agent": BROWSER})
    headers = {"Authorization": f"Bearer {told.json['access_token']}"}
    return Person(person.account, person.actor, person.client, headers)


def _listed(person: Person, url: str = OWN) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = person.get(url).json["items"]
    return found


def _comes_in(person: Person) -> bool:
    return bool(person.get("/api/v1/auth/me").status_code == 200)


def _with_a_phone(session: Session, signed_in: SignIn, house: Organisation) -> Person:
    person = signed_in("agent", house, agent_id=an_agent(session, house, code="B7").id)
    a_device(session, person.actor)
    session.commit()
    return person


def test_one_sees_where_one_is_signed_in_and_which_of_them_this_is(somebody: Person) -> None:
    other = _again(somebody)
    here, there = _listed(other)
    assert (here["is_this"], there["is_this"]) == (True, False)
    assert (here["kind"], here["device"]) == ("client", "Chrome · Android")
    assert here["seen_at"] is not None
    # Nothing of it opens anything.
    assert set(here) == {"id", "kind", "device", "opened_at", "seen_at", "ends_at", "is_this"}


def test_one_of_them_ends_and_the_others_stay(somebody: Person) -> None:
    other = _again(somebody)
    lost = next(one for one in _listed(somebody) if not one["is_this"])
    assert somebody.post(f"{OWN}/{lost['id']}/end").status_code == 200
    assert not _comes_in(other)
    assert _comes_in(somebody)
    assert somebody.post(f"{OWN}/{lost['id']}/end").status_code == 404


def test_all_others_end_at_once(somebody: Person) -> None:
    others = [_again(somebody), _again(somebody)]
    assert somebody.post(f"{OWN}/end-others").json == {"ended": 2}
    assert not any(_comes_in(one) for one in others)
    assert len(_listed(somebody)) == 1


def test_the_sign_in_of_somebody_else_is_not_there(
    somebody: Person, signed_in: SignIn, organisation: Organisation
) -> None:
    other = signed_in("counsel", organisation)
    (one,) = _listed(other)
    assert somebody.post(f"{OWN}/{one['id']}/end").status_code == 404
    assert _comes_in(other)


def test_a_phone_is_seen_by_its_agent_and_ended_by_the_office_alone(
    session: Session, signed_in: SignIn, organisation: Organisation
) -> None:
    agent, boss = _with_a_phone(session, signed_in, organisation), signed_in("admin", organisation)
    phone = next(one for one in _listed(agent) if one["kind"] == "phone")
    assert agent.post(f"{OWN}/{phone['id']}/end").status_code == 409
    assert agent.post(f"{OWN}/end-others").json == {"ended": 0}
    url = f"/api/v1/accounts/{agent.account.id}/sign-ins"
    assert {one["kind"] for one in _listed(boss, url)} == {"client", "phone"}
    assert boss.post(f"{url}/{phone['id']}/end").status_code == 200
    session.expire_all()
    assert session.scalars(select(Device)).one().revoked_at is not None
    assert _comes_in(agent)


def test_an_administrator_ends_one_of_a_member_and_it_is_kept_who_did(
    session: Session, somebody: Person, signed_in: SignIn, organisation: Organisation
) -> None:
    boss, url = signed_in("admin", organisation), f"/api/v1/accounts/{somebody.account.id}/sign-ins"
    (one,) = _listed(boss, url)
    assert boss.post(f"{url}/{one['id']}/end").status_code == 200
    assert not _comes_in(somebody)
    kept = select(AccessRecord.purpose).where(
        AccessRecord.subject == f"account:{somebody.account.id}"
    )
    assert "administration: sign-in ended" in session.scalars(kept).all()


def test_the_sign_ins_of_another_house_are_not_there(
    session: Session, signed_in: SignIn, organisation: Organisation
) -> None:
    other = signed_in("counsel", organisations.found(session, "Another agency", now=NOW))
    boss, url = signed_in("admin", organisation), f"/api/v1/accounts/{other.account.id}/sign-ins"
    (one,) = _listed(other)
    assert boss.get(url).status_code == 404
    assert boss.post(f"{url}/{one['id']}/end").status_code == 404
    assert _comes_in(other)
