"""The client of the queue server: a dead queue must not hold up those who publish."""

from pathlib import Path

import pytest
from redis.exceptions import RedisError

from fieldops import settings
from fieldops.gateways import embedded_queue


@pytest.mark.parametrize("redis_url", ["", "redis://127.0.0.1:1/0"])
def test_a_dead_queue_is_asked_twice_without_a_pause(
    tmp_path: Path, redis_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    pauses: list[float] = []
    monkeypatch.setattr("redis.retry.sleep", pauses.append)
    loaded = settings.load({}, data_dir=tmp_path, redis_url=redis_url)
    with embedded_queue.connect(loaded) as client, pytest.raises(RedisError):
        client.ping()
    assert pauses == []
    assert client.get_retry().get_retries() == 1
