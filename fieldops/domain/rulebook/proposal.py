"""A proposed contact with all that the rules look at: who, where, when, and what went before."""

from dataclasses import dataclass, field, fields
from datetime import date, datetime, timedelta, tzinfo
from typing import Any

from fieldops.domain.rulebook.reading import ADD_OFFSET, NO_OFFSET, Minutes, as_utc, refuse
from fieldops.domain.rulebook.spans import TICK
from fieldops.domain.rulebook.vocabulary import (
    LIABLE,
    Account,
    Channel,
    CreditorKind,
    Gate,
    HoldKind,
    HoldScope,
    Lift,
    PlaceKind,
    Purpose,
    Result,
    Role,
)

LONGEST_CONTACT = timedelta(hours=24)
HOME_JURISDICTION = "CN"
"""Where a contact is judged that names no jurisdiction at all."""


@dataclass(frozen=True, slots=True)
class Credential:
    """A record that an agent holds, such as a certificate, and its first and last day."""

    kind: str
    start: date | None = None
    until: date | None = None


@dataclass(frozen=True, slots=True)
class Agent:
    """One who makes the contact; left-out facts about him are taken as harmless.

    `records` are all that he holds; None when nobody stated them, and then none is asked for.
    `agency` is the same of the firm that sends him; None for the lender's own people. He is not
    `cleared` while compliance keeps him from doors.
    """

    id: str
    trained_until: date | None = None
    background_ok: bool = True
    certified: bool = True
    records: tuple[Credential, ...] | None = None
    agency: tuple[Credential, ...] | None = None
    cleared: bool = True


@dataclass(frozen=True, slots=True)
class Wish:
    """A time of day at which somebody asked to be left alone; without one, always."""

    channel: Channel | None
    forbid: Minutes | None = None

    @property
    def is_whole_day(self) -> bool:
        """Whether it refuses the channel altogether."""
        return self.forbid is None or self.forbid == (0, 1_440)


@dataclass(frozen=True, slots=True)
class Party:
    """The person who is reached; `opted_out` when he asked not to be.

    The last three are what one who is not the debtor asked or told for himself.
    """

    id: str = "debtor"
    role: Role = Role.DEBTOR
    opted_out: bool = False
    represented: bool = False
    refused_workplace: bool = False
    wishes: tuple[Wish, ...] = ()


@dataclass(frozen=True, slots=True)
class Place:
    """Where the party is. An uncertain address has several zones, and all must allow."""

    kind: PlaceKind = PlaceKind.OTHER
    zones: tuple[tzinfo, ...] = ()
    jurisdictions: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Contact:
    """One contact over `[start, end)`; without an end it is an instant (a message sent)."""

    channel: Channel
    start: datetime
    end: datetime | None = None
    purpose: Purpose = Purpose.COLLECT
    party: Party = field(default_factory=Party)
    place: Place = field(default_factory=Place)
    agents: tuple[Agent, ...] = ()
    account: Account = Account.WORK
    number: str | None = None

    def __post_init__(self) -> None:
        """Refuse times without an offset, and an end that does not follow its start."""
        for name, at in (("start", self.start), ("end", self.end)):
            if at is not None and at.utcoffset() is None:
                refuse(f"contact.{name}", NO_OFFSET, ADD_OFFSET)
        if not timedelta(0) < self.length <= LONGEST_CONTACT:
            refuse("contact.end", "must follow contact.start by at most 24 hours", "mend it")

    @property
    def length(self) -> timedelta:
        """Elapsed time from start to end; the smallest step when there is no end."""
        return TICK if self.end is None else as_utc(self.end) - as_utc(self.start)


@dataclass(frozen=True, slots=True)
class Creditor:
    """Who collects, and under whose supervision."""

    jurisdictions: tuple[str, ...] = ()
    kind: CreditorKind | None = None


@dataclass(frozen=True, slots=True)
class Debt:
    """The debt that the contact is about."""

    id: str = "debt"
    disputed: bool = False
    bankruptcy: bool = False


@dataclass(frozen=True, slots=True)
class Debtor:
    """What is known of the debtor."""

    id: str = "debtor"
    missing: bool = False
    failed_dial_days: int = 0
    represented: bool = False
    refused_workplace: bool = False
    wishes: tuple[Wish, ...] = ()


@dataclass(frozen=True, slots=True)
class PastContact:
    """An earlier (or already fixed later) contact; an unknown party or debt counts as this one.

    While it is pending nobody has said yet what became of it, and it counts as whatever a cap asks.
    """

    channel: Channel
    at: datetime
    result: Result | None = None
    party: str | None = None
    debt: str | None = None
    number: str | None = None
    pending: bool = False


@dataclass(frozen=True, slots=True)
class Hold:
    """Contact is held from (inclusive) until (a time: exclusive; a day: to its end)."""

    kind: HoldKind
    scope: HoldScope = HoldScope.PERSON
    start: datetime | date | None = None
    until: datetime | date | None = None

    def covers(self, role: Role) -> bool:
        """Whether contact with a party of that role falls under it."""
        return self.scope is not HoldScope.THIRD_PARTY or role not in LIABLE


@dataclass(frozen=True, slots=True)
class Consent:
    """A consent for a channel, to a window of the day or to all of it.

    It is good from when it was granted until it expires (a day: to its end) or is revoked (a day:
    from its first minute).
    """

    who: str
    channel: Channel | None
    window: Minutes | None = None
    granted: datetime | date | None = None
    revoked: datetime | date | None = None
    expires: datetime | date | None = None


@dataclass(frozen=True, slots=True)
class Override:
    """An officer's word that lets one contact through against one rule.

    It is good for this debtor, party, debt and channel, for a contact that lies wholly in
    `[start, until)`; `office` is the word of the rule's `overridable_by` on which it rests.
    """

    id: str
    rule: str
    office: Lift
    debtor: str
    party: str
    debt: str
    channel: Channel
    start: datetime
    until: datetime


@dataclass(frozen=True, slots=True)
class DoorFacts:
    """What was found at the door and at the close; None is not stated."""

    badge_shown: bool | None = None
    authorisation_shown: bool | None = None
    recorder_on: bool | None = None
    recording_kept: bool | None = None
    entered: bool | None = None
    entry_consent: bool | None = None
    indoor_video: bool | None = None
    indoor_video_consent: bool | None = None
    notice_given: bool | None = None
    notice_posted: bool | None = None
    debt_disclosed: bool | None = None
    posed_as_authority: bool | None = None
    false_claim_made: bool | None = None
    new_borrowing_urged: bool | None = None
    threat_or_force_used: bool | None = None
    asked_to_leave: bool | None = None
    left_when_asked: bool | None = None
    minor_alone: bool | None = None

    def stated(self, name: str) -> bool | None:
        """The fact of that name."""
        value: Any = getattr(self, name)
        return value if isinstance(value, bool) else None


FACT_NAMES = frozenset(f.name for f in fields(DoorFacts))


@dataclass(frozen=True, slots=True)
class Proposal:
    """Everything one judgement looks at; `gate` is where it is judged unless the caller says."""

    contact: Contact
    creditor: Creditor = field(default_factory=Creditor)
    debt: Debt = field(default_factory=Debt)
    debtor: Debtor = field(default_factory=Debtor)
    history: tuple[PastContact, ...] = ()
    holds: tuple[Hold, ...] = ()
    consents: tuple[Consent, ...] = ()
    overrides: tuple[Override, ...] = ()
    facts: DoorFacts = field(default_factory=DoorFacts)
    gate: Gate = Gate.PLAN

    @property
    def jurisdictions(self) -> tuple[str, ...]:
        """The debtor's and the creditor's, each once."""
        both = (*self.contact.place.jurisdictions, *self.creditor.jurisdictions)
        return tuple(dict.fromkeys(both)) or (HOME_JURISDICTION,)
