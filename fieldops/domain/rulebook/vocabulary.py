"""The closed word lists in which contacts, holds and rules are written."""

from enum import StrEnum


class Channel(StrEnum):
    """By what means a party is reached."""

    VISIT = "visit"
    CALL = "call"
    SMS = "sms"
    EMAIL = "email"
    LETTER = "letter"


MESSAGES = frozenset({Channel.SMS, Channel.EMAIL, Channel.LETTER})
"""Those that are sent in an instant; nobody is there while it is read."""


class Purpose(StrEnum):
    """Why: to collect, or only to learn where the debtor is."""

    COLLECT = "collect"
    LOCATE = "locate"


class Role(StrEnum):
    """What the party who is reached is to the debt."""

    DEBTOR = "debtor"
    GUARANTOR = "guarantor"
    SPOUSE = "spouse"
    RELATIVE = "relative"
    NEIGHBOUR = "neighbour"
    PROPERTY_MANAGER = "property_manager"
    EMPLOYER = "employer"
    OTHER = "other"


LIABLE = frozenset({Role.DEBTOR, Role.GUARANTOR})
"""Those who owe; everybody else is a third party."""


class PlaceKind(StrEnum):
    """What kind of place the party is reached at."""

    HOME = "home"
    WORK = "work"
    PUBLIC = "public"
    HOSPITAL = "hospital"
    OTHER = "other"


class Result(StrEnum):
    """What became of an earlier contact."""

    MET = "met"
    NO_ANSWER = "no_answer"
    CONNECTED = "connected"
    NOT_CONNECTED = "not_connected"
    DELIVERED = "delivered"


class HoldKind(StrEnum):
    """Why contact is held."""

    NO_CONTACT_ORDER = "no_contact_order"
    CEASE = "cease"
    DISPUTE = "dispute"
    COMPLAINT = "complaint"
    VULNERABLE = "vulnerable"
    CAPACITY = "capacity"
    HARDSHIP = "hardship"
    BREATHING_SPACE = "breathing_space"
    BANKRUPTCY = "bankruptcy"
    DECEASED = "deceased"
    BEREAVEMENT = "bereavement"
    LEGAL = "legal"


class HoldScope(StrEnum):
    """Whom a hold covers: all contact about the person, about the debt, or third parties only."""

    PERSON = "person"
    DEBT = "debt"
    THIRD_PARTY = "third_party"


class CreditorKind(StrEnum):
    """What kind of body collects."""

    BANK = "bank"
    CONSUMER_FINANCE = "consumer_finance"
    MICROLOAN = "microloan"
    AGENCY = "agency"


class Account(StrEnum):
    """Whose telephone or account is used."""

    WORK = "work"
    PRIVATE = "private"


class Gate(StrEnum):
    """The four points at which a contact is judged."""

    PLAN = "plan"
    COMMIT = "commit"
    DOOR = "door"
    CLOSE = "close"


class Authority(StrEnum):
    """The rank of what a rule rests on, highest first."""

    STATUTE = "STATUTE"
    REGULATION = "REGULATION"
    NATIONAL_STD = "NATIONAL_STD"
    SELF_REG = "SELF_REG"
    GUIDANCE = "GUIDANCE"
    DRAFT = "DRAFT"
    POLICY = "POLICY"


class Effect(StrEnum):
    """What a broken rule does; an unmet REQUIRE forbids like a DENY, a WARN only tells."""

    DENY = "DENY"
    REQUIRE = "REQUIRE"
    WARN = "WARN"


class Provenance(StrEnum):
    """How the source was read: in its own text, second-hand, not confirmed, or our own choice."""

    TEXT = "text"
    SECONDARY = "secondary"
    UNCONFIRMED = "unconfirmed"
    POLICY = "policy"


class Lift(StrEnum):
    """Whose word lifts a rule."""

    CONSENT = "consent"
    AGREEMENT = "agreement"
    LENDER_AGREEMENT = "lender_agreement"
    CASE_WORKER = "case_worker"
    COUNSEL = "counsel"
    COURT_ORDER = "court_order"
