"""The client of rehearsals and drills signs in as a person with a second factor does."""

from datetime import UTC, datetime
from urllib.parse import parse_qs

import httpx
import pyotp
import pytest

from fieldops.cli.rehearsal.client import Client, Refused

SECRET = pyotp.random_base32()


class FakeService:
    """Takes each code once, as the service does; its clock moves only when somebody waits."""

    def __init__(self, now: float) -> None:
        self.now = now
        self.last_step = -1
        self.sign_ins = 0

    def wait(self, seconds: float) -> None:
        self.now += seconds

    def __call__(self, request: httpx.Request) -> httpx.Response:
        if request.url.path != "/api/v1/auth/token":
            return httpx.Response(200, json={"username": "counsel"})
        form = parse_qs(request.content.decode())
        step = int(self.now) // 30
        if form["otp"] != [pyotp.TOTP(SECRET).generate_otp(step)] or step <= self.last_step:
            return httpx.Response(401, json={"title": "Sign in first"})
        self.last_step = step
        self.sign_ins += 1
        return httpx.Response(200, json={"access_token": f"token-{self.sign_ins}"})


def _client(service: FakeService, secret: str = SECRET) -> Client:
    return Client(
        "http://fieldops.test",
        "counsel",
        "a long password",
        secret,
        transport=httpx.MockTransport(service),
        clock=lambda: datetime.fromtimestamp(service.now, UTC),
        sleep=service.wait,
    )


@pytest.mark.parametrize("second", [0, 1, 14.5, 29.99])
def test_a_second_sign_in_within_one_code_waits_for_the_next(second: float) -> None:
    service = FakeService(1_800_000_000 + second)
    for _ in range(2):
        _client(service).get("/api/v1/auth/me")
    assert service.sign_ins == 2
    assert service.now == 1_800_000_030


def test_a_wrong_secret_is_told_after_the_next_code_failed_too() -> None:
    with pytest.raises(Refused, match="401: Sign in first"):
        _client(FakeService(1_800_000_000), pyotp.random_base32()).get("/api/v1/auth/me")
