"""Every address of the service says who may call it, keeps to that, and never breaks down."""

from collections.abc import Callable, Iterator
from typing import Any
from uuid import UUID

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.orm import Session
from werkzeug.routing import Rule

from fieldops.domain.permissions import GRANTS, Permission, Role
from fieldops.models import Organisation
from fieldops.services import sign_in
from tests.builders.cases import an_agent
from tests.conftest import NOW, Person

METHODS = ("GET", "POST", "PUT", "PATCH", "DELETE")
ROLES = [role.value for role in Role if role is not Role.SYSTEM]
NOBODY = UUID("01a20b51-0000-7000-8000-000000000001")
# What stands in for each kind of placeholder in an address.
DUMMIES: dict[str, Any] = {
    "UUIDConverter": NOBODY,
    "IntegerConverter": 1,
    "FloatConverter": 1.0,
    "PathConverter": "nowhere",
    "UnicodeConverter": "nothing",
}
# Served without a view of ours: files of the pages, and the description of the interface.
OPEN = ("static", "api-docs.", "pages.static", "web.static")


def _calls(app: Flask) -> Iterator[tuple[str, Rule, Any]]:
    """Method, rule and the function that answers, for every address of ours."""
    for rule in app.url_map.iter_rules():
        if rule.endpoint.startswith(OPEN) or rule.endpoint.endswith("static"):
            continue
        view = app.view_functions[rule.endpoint]
        for method in sorted((rule.methods or set()) & set(METHODS)):
            yield method, rule, _answering(view, method)


def _answering(view: Any, method: str) -> Any:
    made = getattr(view, "view_class", None)
    return getattr(made, method.lower()) if made else view


def _address(app: Flask, rule: Rule) -> str:
    values = {
        name: DUMMIES[type(converter).__name__] for name, converter in rule._converters.items()
    }
    with app.test_request_context():
        built = app.url_map.bind("localhost").build(rule.endpoint, values)
    return str(built)


def _name(method: str, rule: Rule) -> str:
    return f"{method} {rule.rule}"


def test_every_address_says_who_may_call_it(configured_app: Flask) -> None:
    silent = [
        _name(method, rule)
        for method, rule, view in _calls(configured_app)
        if not isinstance(getattr(view, "permission", None), Permission)
    ]
    assert silent == []


def _bodies(method: str) -> list[dict[str, Any]]:
    """Nothing, an empty document, one of a wrong shape, and a form."""
    if method in ("GET", "DELETE"):
        return [{}]
    return [{}, {"json": {}}, {"json": ["what"]}, {"data": {"file": "x"}}]


def _without_token(client: FlaskClient, method: str, url: str, body: dict[str, Any]) -> Any:
    return client.open(url, method=method, **body)


def test_who_is_not_signed_in_is_turned_away(app: Flask, client: FlaskClient) -> None:
    let_in = []
    for method, rule, view in _calls(app):
        answer = _without_token(client, method, _address(app, rule), {})
        assert answer.status_code < 500, _name(method, rule)
        is_open = view.permission is Permission.ANYONE
        # A page leads to the sign-in; a form of it that carries no token is too old.
        page = not rule.rule.startswith("/api/v1/") and answer.status_code in (302, 303, 400)
        if not is_open and answer.status_code != 401 and not page:
            let_in.append((_name(method, rule), answer.status_code))
    assert let_in == []


@pytest.mark.parametrize("role", ROLES)
def test_each_role_does_what_it_may_and_nothing_breaks(
    app: Flask,
    session: Session,
    signed_in: Callable[..., Person],
    organisation: Organisation,
    role: str,
) -> None:
    agent = an_agent(session, organisation) if role == "agent" else None
    person = signed_in(role, organisation, agent_id=agent.id if agent else None)
    wrong = []
    for method, rule, view in _calls(app):
        if not rule.rule.startswith("/api/v1/") or "sign-out" in rule.rule:
            continue
        may = view.permission in GRANTS[Role(role)] or view.permission is Permission.ANYONE
        for body in _bodies(method):
            url = _address(app, rule)
            answer = person.client.open(url, method=method, headers=person.headers, **body)
            answer.close()
            refused = answer.status_code == 403
            if answer.status_code >= 500 or (not may and not refused):
                wrong.append((_name(method, rule), body, answer.status_code))
    assert wrong == []


@pytest.mark.parametrize("role", ROLES)
def test_each_role_opens_the_pages_it_may_and_none_breaks(
    app: Flask,
    session: Session,
    signed_in: Callable[..., Person],
    organisation: Organisation,
    role: str,
) -> None:
    agent = an_agent(session, organisation) if role == "agent" else None
    person = signed_in(role, organisation, agent_id=agent.id if agent else None)
    loaded = app.extensions["fieldops"].settings
    token = sign_in.open_page_session(session, person.account, settings=loaded, now=NOW)
    session.commit()
    client = app.test_client()
    client.set_cookie("fieldops_page", token)
    wrong = []
    for method, rule, view in _calls(app):
        if rule.rule.startswith("/api/v1/"):
            continue
        answer = client.open(_address(app, rule), method=method)
        answer.close()
        may = view.permission in GRANTS[Role(role)] or view.permission is Permission.ANYONE
        # A form without its token is too old before anybody asks who sent it.
        turned_away = answer.status_code == 403 or (method == "POST" and answer.status_code == 400)
        if answer.status_code >= 500 or (not may and not turned_away):
            wrong.append((_name(method, rule), answer.status_code))
    assert wrong == []
