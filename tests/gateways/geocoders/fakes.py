"""A geopy adapter that answers from a list, and geocoders with answers of their own."""

from collections.abc import Mapping
from typing import Any

from geopy.adapters import BaseSyncAdapter

from fieldops.domain.locating import Grade, Located, Outcome
from fieldops.domain.positions import Datum, Position


class FakeAdapter(BaseSyncAdapter):
    """Answers each request with the next page, or raises it when it is an exception."""

    def __init__(self, *pages: Any) -> None:
        super().__init__(proxies=None, ssl_context=None)
        self.pages = list(pages)
        self.urls: list[str] = []

    def __call__(self, **_kwargs: Any) -> "FakeAdapter":
        return self

    def get_json(self, url: str, *, timeout: float | None, headers: Mapping[str, str]) -> Any:
        self.urls.append(url)
        page = self.pages.pop(0)
        if isinstance(page, Exception):
            raise page
        return page

    def get_text(self, url: str, *, timeout: float | None, headers: Mapping[str, str]) -> str:
        raise AssertionError("no provider is asked for text")


class FakeGeocoder:
    """Gives its answers in turn, the last one again and again; raises those that are errors."""

    def __init__(self, name: str, *answers: Outcome | Exception) -> None:
        self.name = name
        self.answers = list(answers)
        self.asked = 0

    def locate(self, address: str) -> Outcome:
        self.asked += 1
        answer = self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]
        if isinstance(answer, Exception):
            raise answer
        return answer


class Ticking:
    """A clock that only sleeping moves."""

    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now

    def sleep(self, seconds: float) -> None:
        self.now += seconds


def located(
    lat: float = 30.66, lon: float = 104.06, grade: Grade = Grade.DOOR, provider: str = "one"
) -> Located:
    return Located(Position(lat, lon), grade, provider, "x", None, Datum.GCJ02)
