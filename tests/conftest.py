"""What every test may ask for: an application on each database, undone after the test."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from argon2 import PasswordHasher
from flask import Flask
from flask.testing import FlaskClient
from hypothesis import settings as hypothesis_settings
from sqlalchemy import Engine
from sqlalchemy.orm import Session

from fieldops import clock, settings
from fieldops.app import create_app
from fieldops.db import db
from fieldops.domain.permissions import Actor, Role
from fieldops.models import Account, Organisation, sealing
from fieldops.services import accounts, organisations, shares, sign_in
from tests import databases

NOW = datetime(2026, 11, 24, 2, 0, tzinfo=UTC)
PASSWORD = "a long enough password"  # Of test accounts alone.
LONGEST_NAME = 60

# A first example may load a dictionary, and a machine may be busy; the rest is its own profile's.
hypothesis_settings.register_profile("untimed", hypothesis_settings(deadline=None))
hypothesis_settings.load_profile("untimed")


def pytest_make_parametrize_id(val: object, argname: str) -> str | None:
    """Name long bytes by their argument.

    Archives are made with the time of day in them, so that two workers would know one case by two
    names.
    """
    return argname if isinstance(val, bytes) and len(val) > LONGEST_NAME else None


@pytest.fixture(scope="session", params=databases.KINDS)
def database_url(request: pytest.FixtureRequest, tmp_path_factory: Any) -> Iterator[str]:
    """A database with the whole schema, for all tests of this worker."""
    url = databases.migrated(request.param, tmp_path_factory.mktemp("database"))
    yield url
    databases.drop(url)


@contextmanager
def application_on(database_url: str, data: Path) -> Iterator[Flask]:
    """The application on that database, as tests have it."""
    found = settings.load({}, data_dir=data, database_url=database_url, language="en")
    application = create_app(found)
    application.testing = True
    application.config["PROPAGATE_EXCEPTIONS"] = False
    # Tests publish when they want to; see the `follow` fixture.
    application.extensions["fieldops"].publish = lambda: None
    yield application
    with application.app_context():
        db.engine.dispose()


@contextmanager
def undone(application: Flask) -> Iterator[Flask]:
    """The application inside one outer transaction that is rolled back afterwards."""
    # A process has one keyring; another test may have made another application meanwhile.
    sealing.use(application.extensions["fieldops"].keyring)
    with application.app_context():
        engine: Engine = db.engine
        connection = engine.connect()
        outer = connection.begin()
        engines = db._app_engines[application]
        engines[None] = connection  # type: ignore[assignment]  # The documented way to isolate.
        db.session.session_factory.configure(join_transaction_mode="create_savepoint")
        try:
            yield application
        finally:
            db.session.remove()
            engines[None] = engine
            outer.rollback()
            connection.close()


@pytest.fixture(scope="session")
def configured_app(database_url: str, tmp_path_factory: Any) -> Iterator[Flask]:
    """The application on that database; use `app`, which undoes what a test does."""
    with application_on(database_url, tmp_path_factory.mktemp("data")) as application:
        yield application


@pytest.fixture
def app(configured_app: Flask) -> Iterator[Flask]:
    """The application, of which everything is undone that the test does."""
    with undone(configured_app) as application:
        yield application


@pytest.fixture
def session(app: Flask) -> Session:
    """The session that services are given."""
    return db.session()


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    """A client that is signed in as nobody."""
    return app.test_client()


@pytest.fixture(scope="session", autouse=True)
def shipped_hasher() -> Iterator[PasswordHasher]:
    """The hasher that the service ships with; the passwords of tests are hashed in less time."""
    shipped = accounts.HASHER
    quick = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)
    with pytest.MonkeyPatch.context() as patch:
        for module in (accounts, shares):
            patch.setattr(module, "HASHER", quick)
        yield shipped


@pytest.fixture(autouse=True)
def frozen_clock(monkeypatch: pytest.MonkeyPatch) -> Callable[[datetime], None]:
    """Time stands at 10:00 in Shanghai on 24 November 2026 until a test moves it."""

    def set_to(moment: datetime) -> None:
        monkeypatch.setattr(clock, "wall_time", lambda: moment)

    set_to(NOW)
    return set_to


@pytest.fixture
def organisation(session: Session) -> Organisation:
    """An agency in Chengdu."""
    row = organisations.found(session, "Test agency", now=NOW)
    session.commit()
    return row


@pytest.fixture
def admin(organisation: Organisation) -> Actor:
    """The system acting for the organisation, to set things up."""
    return Actor(organisation_id=organisation.id, role=Role.SYSTEM)


@pytest.fixture(scope="session")
def s3() -> Iterator[Any]:
    """A real S3 server (`tests.s3_server.S3Server`), started for those who ask for it."""
    from tests import s3_server  # Its client takes half a second to import.

    with s3_server.running() as server:
        yield server


@dataclass
class Person:
    """Somebody signed in, with a client that carries his token."""

    account: Account
    actor: Actor
    client: FlaskClient
    headers: dict[str, str]

    def get(self, url: str, **options: Any) -> Any:
        """GET as this person."""
        return self.client.get(url, **self._with(options))

    def post(self, url: str, **options: Any) -> Any:
        """POST as this person."""
        return self.client.post(url, **self._with(options))

    def put(self, url: str, **options: Any) -> Any:
        """PUT as this person."""
        return self.client.put(url, **self._with(options))

    def patch(self, url: str, **options: Any) -> Any:
        """PATCH as this person."""
        return self.client.patch(url, **self._with(options))

    def delete(self, url: str, **options: Any) -> Any:
        """DELETE as this person."""
        return self.client.delete(url, **self._with(options))

    def _with(self, options: dict[str, Any]) -> dict[str, Any]:
        return {**options, "headers": {**self.headers, **options.get("headers", {})}}


@pytest.fixture
def signed_in(app: Flask, session: Session) -> Callable[..., Person]:
    """Make an account of a role and sign it in: `signed_in("counsel", organisation)`."""

    def make(role: str, organisation: Organisation, *, agent_id: Any = None) -> Person:
        actor = Actor(organisation_id=organisation.id, role=Role.SYSTEM)
        account = accounts.create(
            session,
            username=f"{role}-{organisation.id.hex[-6:]}-{agent_id or ''}",
            role=role,
            name="Test person",
            password=PASSWORD,
            actor=actor,
            now=NOW,
            agent_id=agent_id,
            language="en",
        )
        loaded = app.extensions["fieldops"].settings
        given = sign_in.open_session(session, account, settings=loaded, now=clock.wall_time())
        session.commit()
        person = Actor(organisation.id, Role(role), account.id, agent_id, account.name)
        return Person(
            account, person, app.test_client(), {"Authorization": f"Bearer {given.access}"}
        )

    return make
