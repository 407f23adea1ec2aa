"""Uploads that nobody finished go with their bytes; what became an item stays."""

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from flask import Flask
from sqlalchemy.orm import Session

from fieldops.jobs.sweeping import EVERY, Sweeper
from fieldops.models import Organisation, Upload
from fieldops.wiring import Wiring
from fieldops.worker import Relay
from tests.builders.cases import a_case, an_agent
from tests.builders.phones import PHOTO, Phone
from tests.builders.visits import a_visit
from tests.conftest import NOW, Person

LONG_AFTER = NOW + timedelta(days=30)


@pytest.fixture
def phone(session: Session, organisation: Organisation, signed_in: Callable[..., Person]) -> Phone:
    agent = an_agent(session, organisation)
    visit = a_visit(session, organisation, case=a_case(session, organisation), agent=agent)
    return Phone(signed_in("agent", organisation, agent_id=agent.id), visit)


def _id(url: str) -> UUID:
    return UUID(url.rsplit("/", 1)[1])


def _file(parts: Wiring, url: str) -> Path:
    return parts.settings.data_dir / "uploads" / str(_id(url))


def test_an_expired_upload_is_forgotten_with_its_bytes(
    parts: Wiring, phone: Phone, session: Session, frozen_clock: Any
) -> None:
    url = phone.begin(len(PHOTO))
    phone.send(url, 0, PHOTO[:100])
    assert _file(parts, url).exists()
    frozen_clock(LONG_AFTER)
    assert Sweeper().round(parts) == 1
    assert session.get(Upload, _id(url)) is None
    assert not _file(parts, url).exists()


def test_what_is_not_expired_and_what_is_an_item_stays(
    parts: Wiring, phone: Phone, session: Session, frozen_clock: Any
) -> None:
    done = phone.begin(len(PHOTO))
    phone.send(done, 0, PHOTO)
    frozen_clock(LONG_AFTER)
    session.expire_all()
    assert Sweeper().round(parts) == 0
    assert session.get(Upload, _id(done)) is not None


def test_between_two_sweeps_nothing_is_looked_for(
    parts: Wiring, phone: Phone, frozen_clock: Any
) -> None:
    sweeper = Sweeper()
    phone.begin(5)
    frozen_clock(LONG_AFTER)
    assert sweeper.round(parts) == 1
    frozen_clock(NOW)
    phone.begin(5)
    frozen_clock(LONG_AFTER + EVERY / 2)
    assert sweeper.round(parts) == 0
    frozen_clock(LONG_AFTER + EVERY)
    assert sweeper.round(parts) == 1


def test_the_workers_relay_sweeps(
    app: Flask, parts: Wiring, phone: Phone, session: Session, frozen_clock: Any
) -> None:
    url = phone.begin(5)
    frozen_clock(LONG_AFTER)
    Relay(app)._round(parts)
    assert session.get(Upload, _id(url)) is None
