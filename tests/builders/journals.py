"""A phone with its journal, as tests need it: enrolled, and writing entries by number."""

from dataclasses import dataclass, field
from typing import Any
from uuid import uuid4

from sqlalchemy.orm import Session

from fieldops import clock
from fieldops.domain.permissions import Actor
from fieldops.models import Device, DeviceEntry, Organisation
from fieldops.services.phones import enrolling
from fieldops.settings import Settings
from tests.builders.doors import arrival
from tests.conftest import NOW, Person

OUTCOME = {
    "outcome": "no_answer",
    "statements": [{"who": "neighbour", "says": "no_information"}],
    "facts": {"recording_kept": True},
}


@dataclass
class JournalPhone:
    """An enrolled phone that hands in what it wrote."""

    person: Person
    device: Device
    key: str
    written: list[dict[str, Any]] = field(default_factory=list)

    def write(self, kind: str, visit: Any = None, **told: Any) -> dict[str, Any]:
        """Write the next entry; nothing is sent."""
        entry = {
            "sequence": len(self.written) + 1,
            "key": uuid4().hex,
            "kind": kind,
            "visit_id": str(visit.id) if visit is not None else None,
            "based_on": None,
            "at": clock.now().isoformat(),
            "body": {},
            **told,
        }
        self.written.append(entry)
        return entry

    def arrive(self, visit: Any, **told: Any) -> dict[str, Any]:
        """Write that one stands at the door."""
        body = told.pop("body", arrival())
        return self.write("arrive", visit, body=body, **told)

    def whole_visit(self, visit: Any) -> list[dict[str, Any]]:
        """Write a visit from arriving to leaving, all on the version that the phone had."""
        version = visit.version
        return [
            self.arrive(visit, based_on=version),
            self.write("outcome", visit, body=OUTCOME, based_on=version),
            self.write("leave", visit, based_on=version),
        ]

    def hand_in(self, *entries: dict[str, Any], **more: Any) -> Any:
        """Send these entries."""
        body = {
            "device_id": str(self.device.id),
            "sent_at": clock.now().isoformat(),
            "entries": list(entries),
            **more,
        }
        return self.call("post", "/api/v1/sync", json=body)

    def call(self, method: str, url: str, **options: Any) -> Any:
        """Call as the phone does: with a fresh token where the one it has is over."""
        answer = getattr(self.person, method)(url, **options)
        if answer.status_code != 401 or not self.sign_in():
            return answer
        return getattr(self.person, method)(url, **options)

    def sign_in(self) -> bool:
        """Exchange the key for a token; whether one was given."""
        key = {"device_id": str(self.device.id), "device_key": self.key}
        answer = self.person.client.post("/api/v1/devices/token", json=key)
        if answer.status_code == 200:
            self.person.headers["Authorization"] = f"Bearer {answer.json['access_token']}"
        return bool(answer.status_code == 200)

    def answers(self, *entries: dict[str, Any], **more: Any) -> list[tuple[int, str]]:
        """Send these entries; number and status of each answer."""
        answer = self.hand_in(*entries, **more)
        assert answer.status_code == 200, answer.json
        return [(one["sequence"], one["status"]) for one in answer.json["answers"]]


def a_phone(
    session: Session, organisation: Organisation, person: Person, office: Person, loaded: Settings
) -> JournalPhone:
    """A phone of this agent's, enrolled by the office's code, that signs itself in."""
    assert person.actor.agent_id is not None
    made = enrolling.make_code(session, person.actor.agent_id, actor=office.actor, at=NOW)
    found = enrolling.enrol(session, made.code, "Phone", source="x", settings=loaded, at=NOW)
    assert isinstance(found, enrolling.Enrolled)
    session.commit()
    headers = {"Authorization": f"Bearer {found.access.access}"}
    phone = Person(person.account, person.actor, person.client, headers)
    return JournalPhone(phone, found.device, found.key)


def a_device(session: Session, actor: Actor) -> Device:
    """A phone of this agent's, as its row alone."""
    name = uuid4().hex * 2
    device = Device(
        organisation_id=actor.organisation_id, account_id=actor.account_id,
        agent_id=actor.agent_id, name="Phone", key_hash=name, family=name, enrolled_at=NOW,
        decided_through=0,
    )  # fmt: skip
    session.add(device)
    session.flush()
    return device


def a_conflict(device: Device, sequence: int = 1, **told: Any) -> DeviceEntry:
    """An entry of this phone's that does not fit what stands, not added yet."""
    entry: dict[str, Any] = {
        "organisation_id": device.organisation_id, "device_id": device.id, "sequence": sequence,
        "key": f"k{sequence}", "kind": "outcome", "happened_at": NOW, "received_at": NOW,
        "content_hash": "0" * 64, "state": "conflict", "question": "conflict",
        "problem": {language: {"title": "No", "status": 409} for language in ("en", "zh")},
    }  # fmt: skip
    return DeviceEntry(**{**entry, **told})
