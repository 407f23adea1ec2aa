"""An agent's phone as tests need it: it creates uploads at a visit and sends parts."""

from dataclasses import dataclass
from typing import Any

from fieldops.models import Visit
from tests.builders.evidence import a_photo, metadata, part, tus
from tests.conftest import Person

PHOTO = a_photo()
UPLOADS = "/api/v1/uploads"


@dataclass
class Phone:
    """An agent's phone at a visit."""

    person: Person
    visit: Visit

    def create(self, size: int, **told: str) -> Any:
        headers = tus(
            **{"Upload-Length": str(size), "Upload-Metadata": metadata(self.visit, **told)}
        )
        return self.person.post(UPLOADS, headers=headers)

    def begin(self, size: int, **told: str) -> str:
        answer = self.create(size, **told)
        assert answer.status_code == 201, answer.json
        return str(answer.headers["Location"])

    def send(self, url: str, offset: int, data: bytes, **headers: str) -> Any:
        return self.person.patch(url, headers=part(offset, **headers), data=data)

    def offset(self, url: str) -> int:
        return int(self.head(url).headers["Upload-Offset"])

    def head(self, url: str) -> Any:
        return self.person.client.head(url, headers={**self.person.headers, **tus()})

    def whole(self, data: bytes = PHOTO, **told: str) -> Any:
        return self.send(self.begin(len(data), **told), 0, data)

    def ask(self, data: bytes = b"", **headers: str) -> Any:
        """A creation with these headers alone."""
        return self.person.post(UPLOADS, headers=tus(**headers), data=data)

    def whole_part(self, data: bytes) -> str:
        """A partial upload with all its bytes; its address."""
        answer = self.ask(**{"Upload-Length": str(len(data)), "Upload-Concat": "partial"})
        assert answer.status_code == 201, answer.json
        url = str(answer.headers["Location"])
        assert self.send(url, 0, data).status_code == 204
        return url

    def join(self, *urls: str, **told: str) -> Any:
        """A final upload of these parts, at the phone's visit."""
        concat = {"Upload-Concat": f"final;{' '.join(urls)}"}
        return self.ask(**concat, **{"Upload-Metadata": metadata(self.visit, **told)})
