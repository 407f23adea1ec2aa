"""Where addresses are: asked of geocoders, kept with their grade, settled by people."""

from fieldops.services.locating.answers import find_answer, forget_answers, keep_answer
from fieldops.services.locating.areas import area_code, county_of, read_address
from fieldops.services.locating.finding import Pending, count_pending, keep_answers, pending
from fieldops.services.locating.settling import (
    GRADES,
    QUEUES,
    STATES,
    address_page,
    allow_visit,
    get_address,
    given_position,
    settle_address,
)

__all__ = [
    "GRADES",
    "Pending",
    "QUEUES",
    "STATES",
    "address_page",
    "allow_visit",
    "area_code",
    "count_pending",
    "county_of",
    "find_answer",
    "forget_answers",
    "get_address",
    "given_position",
    "keep_answer",
    "keep_answers",
    "pending",
    "read_address",
    "settle_address",
]
