"""A whole application with one organisation and people who ask it over HTTP, in this process.

Its working time is a rehearsal, so that a day of the past can be asked about as it runs.
"""

import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from fieldops import clock, settings
from fieldops.app import create_app
from fieldops.cli.schema import migrated
from fieldops.db import db
from fieldops.domain.permissions import Actor, system
from fieldops.models import Organisation
from fieldops.services import accounts, organisations, sign_in
from fieldops.web.access import COOKIE

_CLOCK = "rehearsal-clock"


@dataclass
class House:
    """The application on its database, with its own organisation."""

    app: Flask
    home: Path
    organisation: Organisation
    actor: Actor
    _clients: dict[str, tuple[FlaskClient, dict[str, str]]] = field(default_factory=dict)

    @property
    def session(self) -> Session:
        """The session that services are given."""
        return db.session()

    def at(self, moment: datetime) -> None:
        """Move the working time."""
        clock.set_rehearsal(self.home / _CLOCK, moment)

    def ask(self, role: str, url: str, **more: Any) -> tuple[float, float, Any]:
        """Milliseconds of CPU of this process, of waiting time, and the answer to somebody.

        What is under `/api` is asked with a token, a page with a cookie; a `json` is posted.
        """
        client, headers = self._known(role)
        given = {**headers, **more.pop("headers", {})} if url.startswith("/api") else {}
        db.session.remove()
        cpu, wall = time.process_time(), time.perf_counter()
        answer = (client.post if "json" in more else client.get)(url, headers=given, **more)
        spent = 1000 * (time.process_time() - cpu), 1000 * (time.perf_counter() - wall)
        if answer.status_code >= 500:
            raise AssertionError(f"{url} was answered with {answer.status_code}: {answer.text}")
        return (*spent, answer)

    def _known(self, role: str) -> tuple[FlaskClient, dict[str, str]]:
        if role not in self._clients:
            loaded, now = self.app.extensions["fieldops"].settings, clock.wall_time()
            account = accounts.create(
                self.session, username=role, role=role, name="Bench", actor=self.actor, now=now,
                password=accounts.generate_password(), language="en",
            )  # fmt: skip
            given = sign_in.open_session(self.session, account, settings=loaded, now=now)
            cookie = sign_in.open_page_session(self.session, account, settings=loaded, now=now)
            self.session.commit()
            client = self.app.test_client()
            client.set_cookie(COOKIE, cookie)
            self._clients[role] = client, {"Authorization": f"Bearer {given.access}"}
        return self._clients[role]


@contextmanager
def house(database_url: str = "", moment: datetime | None = None) -> Iterator[House]:
    """A house on this database, or on SQLite; its working time stands at the moment."""
    with tempfile.TemporaryDirectory(prefix="fieldops-bench-") as folder:
        home = Path(folder)
        loaded = settings.load(
            {}, data_dir=home, database_url=database_url, rehearsal_clock=_CLOCK, access_minutes=600
        )
        now = moment or clock.wall_time()
        clock.set_rehearsal(home / _CLOCK, now)
        migrated(loaded)
        app = create_app(loaded)
        app.extensions["fieldops"].publish = lambda: None
        with app.app_context():
            try:
                organisation = organisations.found(db.session(), "Bench", now=now)
                db.session.commit()
                yield House(app, home, organisation, system(organisation.id))
            finally:
                db.session.remove()
                db.engine.dispose()
                clock.rehearse(None)


def utc(text: str) -> datetime:
    """A moment as written, in UTC."""
    return datetime.fromisoformat(text).astimezone(UTC)
