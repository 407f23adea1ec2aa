"""The closed word lists of complaints, disputes, requests and holds."""

from enum import StrEnum


class CameBy(StrEnum):
    """By what way a person's words reached us."""

    DOOR = "door"
    CALL = "call"
    MESSAGE = "message"
    LETTER = "letter"
    OFFICE = "office"
    REGULATOR = "regulator"


class Complexity(StrEnum):
    """How much there is to find out, on which the time for an answer depends; the least first."""

    SIMPLE = "simple"
    COMPLEX = "complex"
    SPECIAL = "special"


class ComplaintState(StrEnum):
    """Where a complaint stands; each state follows the one before."""

    OPENED = "opened"
    ASSIGNED = "assigned"
    ANSWERED = "answered"
    CLOSED = "closed"


class ComplaintOutcome(StrEnum):
    """What was found of a complaint."""

    UPHELD = "upheld"
    PARTLY = "partly"
    NOT_UPHELD = "not_upheld"


class DisputeGround(StrEnum):
    """What of the debt is disputed."""

    AMOUNT = "amount"
    PAID = "paid"
    NOT_MINE = "not_mine"
    IDENTITY = "identity"
    LIMITATION = "limitation"
    OTHER = "other"


class DisputeOutcome(StrEnum):
    """What was found of a dispute."""

    VALID = "valid"
    PARTLY = "partly"
    UNFOUNDED = "unfounded"


class RequestKind(StrEnum):
    """What a person asks of us: to stop, to spare a channel, an hour or a place, or his lawyer."""

    CEASE = "cease"
    CHANNEL = "channel"
    HOURS = "hours"
    WORKPLACE = "workplace"
    ATTORNEY = "attorney"


class Lifter(StrEnum):
    """Whose word ends a hold."""

    COMPLIANCE = "compliance"
    CASE_WORKER = "case_worker"
    COUNSEL = "counsel"
    COMPLAINT = "complaint"
    DISPUTE = "dispute"


class Interest(StrEnum):
    """Why somebody has a direct interest in a complaint and must not handle it."""

    COMPLAINED_ABOUT = "complained_about"
    WORKED_VISITS = "worked_visits"
    MADE_CONTACTS = "made_contacts"
