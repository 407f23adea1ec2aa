"""The rounds that workers go: each when it is due, none in the way of another."""

from contextlib import suppress
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from flask import Flask
from redis.exceptions import RedisError
from sqlalchemy.orm import Session

from fieldops import clock
from fieldops.jobs import routine
from fieldops.jobs.routine import Rota, Round
from fieldops.models import Upload
from fieldops.wiring import Wiring
from fieldops.worker import Relay
from tests.builders.phones import PHOTO, Phone
from tests.conftest import NOW

LONG_AFTER = NOW + timedelta(days=30)


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
    Rota().go(parts)
    session.expire_all()
    assert session.get(Upload, _id(url)) is None
    assert not _file(parts, url).exists()


def test_what_is_not_expired_and_what_is_an_item_stays(
    parts: Wiring, phone: Phone, session: Session, frozen_clock: Any
) -> None:
    done = phone.begin(len(PHOTO))
    phone.send(done, 0, PHOTO)
    frozen_clock(LONG_AFTER)
    Rota().go(parts)
    session.expire_all()
    assert session.get(Upload, _id(done)) is not None


def _passes(monkeypatch: pytest.MonkeyPatch, seconds: float) -> None:
    then = clock.monotonic() + seconds
    monkeypatch.setattr(clock, "monotonic", lambda: then)


def test_each_round_is_gone_when_it_is_due(parts: Wiring, monkeypatch: pytest.MonkeyPatch) -> None:
    gone: list[str] = []
    rota = Rota(
        [
            Round("often", timedelta(seconds=60), lambda _: gone.append("often")),
            Round("seldom", timedelta(seconds=300), lambda _: gone.append("seldom")),
        ]
    )
    _passes(monkeypatch, 0)
    for pause in (0, 30, 30, 239, 1):
        _passes(monkeypatch, pause)
        rota.go(parts)
    assert gone == ["often", "seldom", "often", "often", "seldom"]


def test_a_round_that_fails_is_told_and_keeps_no_other_from_its_turn(
    parts: Wiring, capfd: pytest.CaptureFixture[str]
) -> None:
    gone: list[str] = []

    def fail(wiring: Wiring) -> None:
        raise LookupError("the round is broken")

    minute = timedelta(minutes=1)
    Rota([Round("bad", minute, fail), Round("good", minute, lambda _: gone.append("good"))]).go(
        parts
    )
    assert gone == ["good"]
    assert "round.failed" in "".join(capfd.readouterr())


def test_every_round_has_a_name_of_its_own() -> None:
    names = [each.name for each in routine.ROUNDS]
    assert len(set(names)) == len(names)


def test_the_rounds_are_gone_although_the_queue_is_dead(
    app: Flask, dead_parts: Wiring, phone: Phone, session: Session, frozen_clock: Any
) -> None:
    url = phone.begin(5)
    frozen_clock(LONG_AFTER)
    with suppress(RedisError, OSError):
        Relay(app)._round(dead_parts)
    session.expire_all()
    assert session.get(Upload, _id(url)) is None


def test_the_workers_relay_goes_the_rounds(
    app: Flask, parts: Wiring, phone: Phone, session: Session, frozen_clock: Any
) -> None:
    url = phone.begin(5)
    frozen_clock(LONG_AFTER)
    Relay(app)._round(parts)
    session.expire_all()
    assert session.get(Upload, _id(url)) is None


def test_copies_of_packs_go_a_week_after_their_last_use(
    parts: Wiring, monkeypatch: pytest.MonkeyPatch, frozen_clock: Any
) -> None:
    asked: list[Any] = []
    monkeypatch.setattr(
        type(parts.pack_files), "forget_copies", lambda _, before: asked.append(before)
    )
    frozen_clock(LONG_AFTER)
    Rota().go(parts)
    assert asked == [LONG_AFTER - timedelta(days=7)]
