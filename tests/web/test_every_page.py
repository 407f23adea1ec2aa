"""Every page for every role, in both languages, and for nobody at all."""

import re
from collections.abc import Callable
from itertools import pairwise
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from fieldops.domain.permissions import GRANTS, Permission, Role
from fieldops.services import organisations
from tests.builders.rooms import PAGES, address_of
from tests.builders.worlds import World, a_world
from tests.conftest import NOW
from tests.web.conftest import Reader

ROLES = [role for role in Role if role is not Role.SYSTEM]


@pytest.mark.parametrize("role", ROLES)
def test_each_role_sees_its_own_pages_and_no_others(
    role: Role, world: World, reads: Callable[[str], Reader]
) -> None:
    reader = reads(role.value)
    for page, permission in PAGES.items():
        answer = reader.get(address_of(page, world))
        assert answer.status_code == (200 if permission in GRANTS[role] else 403), page
        assert answer.mimetype == "text/html"


@pytest.mark.parametrize("page", PAGES)
def test_nobody_is_led_to_the_sign_in(page: str, world: World, client: FlaskClient) -> None:
    answer = client.get(address_of(page, world))
    assert answer.status_code == 302
    assert answer.location.startswith("/sign-in?next=")


@pytest.mark.parametrize("role", ["agent", "dispatcher", "counsel", "compliance", "admin"])
def test_the_pages_are_chinese_for_whoever_chose_it(
    role: str, world: World, reads: Callable[[str], Reader]
) -> None:
    reader = reads(role)
    reader.client.set_cookie("fieldops_language", "zh-CN")
    answer = reader.client.get("/", follow_redirects=True)
    assert answer.status_code == 200
    assert '<html lang="zh-CN">' in answer.text
    assert "退出" in answer.text


def test_the_headings_of_a_call_go_down_one_step_at_a_time(reads: Callable[[str], Reader]) -> None:
    page = reads("agent").get("/api/docs/accounts").text
    levels = [int(found) for found in re.findall(r"<h(\d)", page)]
    assert {1, 2, 3} == set(levels)
    assert all(below - above <= 1 for above, below in pairwise(levels))


def test_another_organisations_rows_are_not_there(
    session: Session, reads: Callable[[str], Reader]
) -> None:
    other = a_world(session, organisations.found(session, "Another agency", now=NOW))
    assert reads("counsel").get(f"/cases/{other.case.id}").status_code == 404
    assert reads("agent").get(f"/visits/{other.visits[0].id}").status_code == 404
    assert reads("dispatcher").get(f"/board?plan={other.plan.id}").status_code == 404
    answer = reads("compliance").post(f"/holds/{other.hold.id}/lift", reason="none")
    assert answer.status_code == 404


def test_every_page_says_who_may_open_it(app: Flask) -> None:
    open_ones = [
        rule.endpoint
        for rule in app.url_map.iter_rules()
        if rule.endpoint.startswith("web.")
        and not isinstance(
            getattr(app.view_functions[rule.endpoint], "permission", None), Permission
        )
    ]
    assert not open_ones


def test_every_form_is_refused_without_the_pages_token(
    app: Flask, world: World, reads: Callable[[str], Reader]
) -> None:
    reader = reads("admin")
    for rule in app.url_map.iter_rules():
        if rule.endpoint.startswith("web.") and "POST" in (rule.methods or ()):
            values: dict[str, Any] = dict.fromkeys(rule.arguments, str(world.case.id))
            with app.test_request_context():
                url = app.url_for(rule.endpoint, **values)
            assert reader.client.post(url).status_code == 400, url


def test_an_unknown_address_is_a_page_for_readers_and_a_problem_for_clients(
    client: FlaskClient,
) -> None:
    assert client.get("/nowhere").mimetype == "text/html"
    assert client.get("/api/v1/nowhere").mimetype == "application/problem+json"
