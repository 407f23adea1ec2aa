"""What a person asks, disputes or complains of, as the forms of a door and of a case send it.

One field, `what`, says which it is: `complaint`, `dispute`, `request:<kind>`, or
`hold:<kind>:<variant>`. Each is one tap at the door; words can be added, and are asked for in the
office.
"""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import TypeVar
from uuid import UUID

from sqlalchemy.orm import Session

from fieldops.domain.errors import FieldFault, InvalidInput
from fieldops.domain.permissions import Actor
from fieldops.domain.rights.vocabulary import CameBy, DisputeGround, RequestKind
from fieldops.domain.rulebook.vocabulary import Channel, HoldKind
from fieldops.services import holds
from fieldops.services.rights import complaints, disputes, requests
from fieldops.web.door_forms import Form
from fieldops.wiring import Wiring

Word = TypeVar("Word", bound=StrEnum)

AT_THE_DOOR = (
    "hold:vulnerable:",
    "hold:capacity:",
    "request:cease",
    "complaint",
    "dispute",
    "hold:hardship:offer",
    "request:workplace",
    "hold:bereavement:",
    "hold:deceased:",
)
"""What is one tap at a door, the commonest first."""
STANDING = (
    "hold:bankruptcy:",
    "hold:breathing_space:",
    "hold:breathing_space:crisis",
    "hold:no_contact_order:",
)
"""What rests on a paper that the person shows."""
EVERYTHING = (
    *AT_THE_DOOR,
    "request:channel",
    "request:hours",
    "request:attorney",
    "hold:hardship:review",
    "hold:hardship:plan",
    *STANDING,
    "hold:legal:",
)
"""What the office takes down."""


@dataclass(frozen=True, slots=True)
class Said:
    """Who said it, in which case, by what way, and the form in which it was taken down."""

    case_id: UUID
    party_id: UUID | None
    came_by: CameBy
    form: Form

    @property
    def words(self) -> str:
        """The words, trimmed."""
        return self.form.get("words", "").strip()


def take_down(session: Session, said: Said, parts: Wiring, *, actor: Actor, now: datetime) -> None:
    """Write down what was said, whatever it is; raises InvalidInput and what the services raise."""
    what, _, rest = said.form.get("what", "").partition(":")
    if what == "complaint":
        order = complaints.ComplaintOrder(
            said.case_id, said.words, said.came_by, party_id=said.party_id,
            about_agent_id=_id(said.form, "about_agent_id"),
        )  # fmt: skip
        complaints.open_complaint(session, order, rights=parts.rights, actor=actor, now=now)
    elif what == "dispute":
        ground = _word("ground", said.form.get("ground") or DisputeGround.OTHER, DisputeGround)
        disputed = disputes.DisputeOrder(
            said.case_id, said.words, said.came_by, ground, party_id=said.party_id
        )
        disputes.open_dispute(session, disputed, rights=parts.rights, actor=actor, now=now)
    elif what == "request":
        requests.record(
            session, _request(said, rest), book=parts.rulebook, rights=parts.rights,
            actor=actor, now=now,
        )  # fmt: skip
    elif what == "hold":
        kind, _, variant = rest.partition(":")
        held = holds.HoldOrder(
            _word("what", kind, HoldKind), None, said.case_id, said.words, variant=variant,
            evidence=said.form.get("evidence", "").strip() or None,
        )  # fmt: skip
        holds.place(session, held, rights=parts.rights, actor=actor, now=now)
    else:
        raise _unknown("what")


def _request(said: Said, kind: str) -> requests.RequestOrder:
    form = said.form
    if said.party_id is None:
        raise InvalidInput(faults=[FieldFault("party_id", "is missing", "say who asked")])
    channel = form.get("channel", "")
    times = [form.get("from", "").strip(), form.get("until", "").strip()]
    asked = _word("what", kind, RequestKind)
    return requests.RequestOrder(
        party_id=said.party_id,
        kind=asked,
        words=said.words,
        came_by=said.came_by,
        channel=_word("channel", channel, Channel) if channel and _has_channel(asked) else None,
        windows=[times] if asked is RequestKind.HOURS and any(times) else (),
        attorney=form.get("attorney", "") if asked is RequestKind.ATTORNEY else "",
    )


def _has_channel(kind: RequestKind) -> bool:
    return kind in (RequestKind.CHANNEL, RequestKind.HOURS)


def _word(field: str, value: str, words: type[Word]) -> Word:
    try:
        return words(value)
    except ValueError as wrong:
        raise _unknown(field) from wrong


def _id(form: Form, field: str) -> UUID | None:
    value = form.get(field, "")
    try:
        return UUID(value) if value else None
    except ValueError as wrong:
        raise _unknown(field) from wrong


def party_id(form: Form) -> UUID | None:
    """Who said it, if the form says; raises InvalidInput for what is no id."""
    return _id(form, "party_id")


def _unknown(field: str) -> InvalidInput:
    return InvalidInput(faults=[FieldFault(field, "is none of those offered")])
