"""On what lawful basis something may be known of a debtor; whatever is not listed is not taken.

Purchased lists, scraped private accounts, pretext calls, device locations, parcel and hotel data
and covert cameras have no basis here (民法典 1032-1033, 个人信息保护法 10 and 28-29, 刑法 253之一).
"""

from enum import StrEnum


class Basis(StrEnum):
    """The lawful bases of an observation."""

    CREDITOR_FILE = "CREDITOR_FILE"
    DEBTOR_STATEMENT = "DEBTOR_STATEMENT"
    PUBLIC_REGISTER = "PUBLIC_REGISTER"
    COURT_OR_LAWYER_ORDER = "COURT_OR_LAWYER_ORDER"
    LICENSED_BUREAU = "LICENSED_BUREAU"
    OBSERVED_FROM_PUBLIC_PLACE = "OBSERVED_FROM_PUBLIC_PLACE"
    THIRD_PARTY_VOLUNTARY = "THIRD_PARTY_VOLUNTARY"
    RETURNED_MAIL = "RETURNED_MAIL"
    CARRIER_RESULT_OF_OWN_CALL = "CARRIER_RESULT_OF_OWN_CALL"


class SourceClass(StrEnum):
    """What kind of source speaks; the trace model weighs each by its own table."""

    AGENT = "agent"
    DEBTOR = "debtor"
    FAMILY = "family"
    NEIGHBOUR = "neighbour"
    PROPERTY_MANAGER = "property_manager"
    PHONE = "phone"
    MAIL = "mail"
    REGISTRY = "registry"
    VENDOR = "vendor"
    CREDITOR = "creditor"
    PUBLIC_NOTICE = "public_notice"
    OTHER = "other"


THIRD_PARTIES = frozenset({SourceClass.FAMILY, SourceClass.NEIGHBOUR, SourceClass.PROPERTY_MANAGER})
"""Sources that are persons with no part in the debt: a lawful contact stands behind their words."""
