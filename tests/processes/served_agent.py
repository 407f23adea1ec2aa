"""An agent with a visit of today in a served directory, and what he sends to it."""

import base64
import socket
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import httpx
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from fieldops import settings
from fieldops.app import create_app
from fieldops.db import db
from fieldops.domain.permissions import Actor, Role
from fieldops.models import Item, Upload, Visit, sealing
from fieldops.services import accounts, organisations, sign_in
from tests.builders.cases import a_case, an_agent
from tests.builders.visits import a_visit
from tests.conftest import PASSWORD
from tests.processes.service import Service, database


@dataclass(frozen=True)
class ServedAgent:
    """Somebody who may add evidence to one visit of a running service."""

    service: Service
    headers: dict[str, str]
    visit_id: UUID

    def metadata(self, key: str) -> dict[str, str]:
        """What belongs to a file; the key makes its creation safe to repeat."""
        return {"visit": str(self.visit_id), "key": key, "filename": f"{key}.bin"}

    def receipt(self, url: str) -> dict[str, Any]:
        """The signed word about the file that was uploaded to this address of the service."""
        with httpx.Client(headers={**self.headers, "Tus-Resumable": "1.0.0"}) as client:
            told = client.head(self.address(url)).headers
            return dict(client.get(self.address(told["Fieldops-Receipt"])).json()["receipt"])

    def address(self, url: str) -> str:
        """The same place without the network between."""
        return f"http://127.0.0.1:{self.service.port}{httpx.URL(url).path}"

    def begin(self, key: str, size: int) -> str:
        """A new upload of so many bytes; its address."""
        told = ",".join(
            f"{name} {base64.b64encode(value.encode()).decode()}"
            for name, value in self.metadata(key).items()
        )
        headers = {
            **self.headers, "Tus-Resumable": "1.0.0",
            "Upload-Length": str(size), "Upload-Metadata": told,
        }  # fmt: skip
        answer = httpx.post(self.address("/api/v1/uploads"), headers=headers, timeout=60)
        return str(answer.raise_for_status().headers["Location"])

    def half_a_part(self, place: str, data: bytes) -> socket.socket:
        """A connection on which a part was begun: more is announced than comes."""
        connection = socket.create_connection(("127.0.0.1", self.service.port))
        head = {
            "Host": "phone", "Tus-Resumable": "1.0.0", "Upload-Offset": "0",
            "Content-Type": "application/offset+octet-stream",
            "Content-Length": str(len(data) + 1), **self.headers,
        }  # fmt: skip
        lines = [f"PATCH {httpx.URL(place).path} HTTP/1.1", *(f"{k}: {v}" for k, v in head.items())]
        connection.sendall("\r\n".join([*lines, "", ""]).encode() + data)
        return connection

    def left(self) -> dict[str, int]:
        """How many items there are, uploads under way, and files of uploads."""
        with database(self.service.directory) as session:
            unfinished = select(func.count()).select_from(Upload).where(Upload.state != "done")
            return {
                "items": session.scalar(select(func.count()).select_from(Item)) or 0,
                "unfinished": session.scalar(unfinished) or 0,
                "files": len(list(self.service.directory.glob("uploads/*"))),
            }


def an_agent_of(service: Service) -> ServedAgent:
    """Make organisation, agent, case and visit, and sign the agent in."""
    with _inside(service) as (session, now):
        house = organisations.found(session, "Agency", now=now)
        agent = an_agent(session, house)
        visit = a_visit(session, house, case=a_case(session, house), agent=agent, start=now)
        headers = _signed_in(session, service, house.id, "agent", now, agent_id=agent.id)
        return ServedAgent(service, headers, visit.id)


def a_colleague_of(agent: ServedAgent, role: str) -> dict[str, str]:
    """Sign in somebody else of the agent's organisation; the headers that say who he is."""
    with _inside(agent.service) as (session, now):
        house = session.get_one(Visit, agent.visit_id).organisation_id
        return _signed_in(session, agent.service, house, role, now)


@contextmanager
def _inside(service: Service) -> Iterator[tuple[Session, datetime]]:
    """The service's database, which is written when the block ends, and the time."""
    kept = sealing._current
    try:
        with create_app(settings.load(service.more, data_dir=service.directory)).app_context():
            session = db.session()
            # The server's own time: in a test the clock of this process may stand.
            yield session, datetime.fromtimestamp(time.time(), UTC)  # noqa: TID251  # It is not ours to set.
            session.commit()
            db.session.remove()
            db.engine.dispose()
    finally:
        sealing._current = kept


def _signed_in(
    session: Session, service: Service, house: UUID, role: str, now: datetime, **more: Any
) -> dict[str, str]:
    account = accounts.create(
        session, username=f"a.{role}", role=role, name="Li Si", password=PASSWORD,
        actor=Actor(house, Role.SYSTEM), now=now, **more,
    )  # fmt: skip
    loaded = settings.load(service.more, data_dir=service.directory)
    access = sign_in.open_session(session, account, settings=loaded, now=now).access
    return {"Authorization": f"Bearer {access}"}
