"""Readers of pages: a world, and clients that carry a page cookie and know how to send forms."""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import pytest
from flask import Flask, g
from flask.testing import FlaskClient
from sqlalchemy import inspect
from sqlalchemy.orm import Session

from fieldops import clock
from fieldops.db import db
from fieldops.models import Account, Base, Organisation
from fieldops.services import organisations, sign_in
from tests import databases
from tests.builders.worlds import World, a_world
from tests.conftest import NOW, application_on, undone


@dataclass
class Reader:
    """Somebody at a browser."""

    client: FlaskClient

    def get(self, url: str) -> Any:
        """Open a page."""
        return self.client.get(url)

    def token(self) -> str:
        """The token that a page gave for its forms."""
        # One application context spans a test; a real request never sees another's token.
        g.pop("csrf_token", None)
        page = self.client.get("/sign-in", follow_redirects=True).text
        found = re.search(r'name="csrf-token" content="([^"]+)"', page)
        assert found
        return found[1]

    def post(self, url: str, **form: Any) -> Any:
        """Send a form with the page's token."""
        return self.client.post(url, data={"csrf_token": self.token(), **form})


@dataclass
class Furnished:
    """The application on a database in which a world stands."""

    app: Flask
    world: World


@pytest.fixture(scope="session")
def furnished(database_url: str, tmp_path_factory: Any) -> Iterator[Furnished]:
    """A world of which every test of a page sees the same beginning: it is made but once."""
    kind = next(one for one in databases.KINDS if database_url.startswith(one))
    url = databases.migrated(kind, tmp_path_factory.mktemp("furnished"))
    with application_on(url, tmp_path_factory.mktemp("data")) as application:
        with application.app_context():
            session = db.session()
            found = a_world(session, organisations.found(session, "Test agency", now=NOW))
            session.commit()
            db.session.remove()
        yield Furnished(application, found)
    databases.drop(url)


@pytest.fixture
def app(furnished: Furnished) -> Iterator[Flask]:
    """The application, of which everything is undone that the test does."""
    with undone(furnished.app) as application:
        yield application


@pytest.fixture
def world(session: Session, furnished: Furnished) -> World:
    """Something on every page."""
    return World(**{key: _again(session, each) for key, each in vars(furnished.world).items()})


def _again(session: Session, held: Any) -> Any:
    """The same records as this session has them."""
    if isinstance(held, dict):
        return {key: _again(session, one) for key, one in held.items()}
    if isinstance(held, list):
        return [_again(session, one) for one in held]
    return session.get_one(type(held), inspect(held).identity) if isinstance(held, Base) else held


@pytest.fixture
def organisation(world: World) -> Organisation:
    """The agency of that world."""
    return world.organisation


@pytest.fixture
def reads(app: Flask, session: Session, world: World) -> Callable[[str], Reader]:
    """Somebody of a role, signed in: `reads("counsel")`."""

    def make(role: str) -> Reader:
        account: Account = world.people[role]
        settings = app.extensions["fieldops"].settings
        token = sign_in.open_page_session(
            session, account, settings=settings, now=clock.wall_time()
        )
        session.commit()
        client = app.test_client()
        client.set_cookie("fieldops_page", token)
        return Reader(client)

    return make
