"""Readers of pages: a world, and clients that carry a page cookie and know how to send forms."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pytest
from flask import Flask, g
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from fieldops import clock
from fieldops.models import Account, Organisation
from fieldops.services import sign_in
from tests.builders.worlds import World, a_world


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


@pytest.fixture
def world(session: Session, organisation: Organisation) -> World:
    """Something on every page."""
    return a_world(session, organisation)


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
