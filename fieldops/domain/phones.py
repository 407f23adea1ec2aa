"""What a phone writes while it is offline: the kinds of entry, their states, and their limits."""

import re
from datetime import datetime, timedelta
from enum import StrEnum

MOST_ENTRIES = 200
"""How many entries one batch may carry."""
LARGEST_BODY = 16_384
"""How many characters the body of one entry may have as JSON."""
FARTHEST_AHEAD = 10_000
"""How far before its turn an entry is kept."""
MOST_TRIES = 3
"""How often an entry is tried that a fault of ours keeps from being applied."""

# Without signs that are read for each other: 31^8 codes, of which few live at a time.
CODE_ALPHABET = "ABCDEFGHJKMNPQRSTUVWXYZ23456789"
CODE_LENGTH = 8
CODE_LIFE = timedelta(minutes=15)
_BETWEEN = re.compile(r"[\s-]+")


class EntryKind(StrEnum):
    """The acts of an agent that may be handed in later, each with the body of its endpoint."""

    ARRIVE = "arrive"
    OUTCOME = "outcome"
    LEAVE = "leave"
    CANCEL = "cancel-for-safety"
    HOLD = "hold"
    COMPLAINT = "complaint"
    DISPUTE = "dispute"
    REQUEST = "request"
    INCIDENT = "incident"
    ALARM = "alarm"
    SAFE = "safe-word"
    WORD = "word"


AT_A_VISIT = frozenset({EntryKind.ARRIVE, EntryKind.OUTCOME, EntryKind.LEAVE, EntryKind.CANCEL})
"""What is done to the visit that the entry names."""
AT_ONCE = frozenset({EntryKind.ALARM})
"""What waits for no earlier entry: help comes before order."""


class EntryState(StrEnum):
    """held -> applied, conflict or refused; missing is one that the phone has lost."""

    HELD = "held"
    APPLIED = "applied"
    CONFLICT = "conflict"
    REFUSED = "refused"
    MISSING = "missing"


class Question(StrEnum):
    """Why a person must look at an entry."""

    CONFLICT = "conflict"
    OVERLAP = "overlap"
    NOT_HIS = "not-his"
    RESTING = "resting"
    FAULT = "fault"
    MISSING = "missing"


class Settlement(StrEnum):
    """What a person says of an entry: what stands is right, the entry is done now, or both hold."""

    STANDS = "stands"
    APPLY = "apply"
    BOTH = "both"


class AuthorWord(StrEnum):
    """What an agent says of an entry of his that does not fit: his account holds, or the office's.

    Both accounts are kept; where he yields, nobody else need decide.
    """

    MINE = "mine"
    OFFICE = "office"


def happened_at(told: datetime, sent_at: datetime | None, now: datetime) -> datetime:
    """When it happened by our clock: what the phone's said, less what it was off when sending.

    Nothing happens later than it comes in, whatever a clock says.
    """
    offset = now - sent_at if sent_at is not None else timedelta(0)
    try:
        return min(told + offset, now)
    except OverflowError:
        return now


def plain_code(typed: str) -> str:
    """A code as it was typed or read: capitals, without spaces and dashes."""
    return _BETWEEN.sub("", typed).upper()
