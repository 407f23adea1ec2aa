"""The states of a visit and the vocabulary of what can happen at the door."""

from enum import StrEnum


class VisitState(StrEnum):
    """A visit goes from planned over arrived and recorded to left, or is cancelled.

    It is waiting while fewer of its crew are at the door than the rules ask for.
    """

    PLANNED = "planned"
    WAITING = "waiting"
    ARRIVED = "arrived"
    RECORDED = "recorded"
    LEFT = "left"
    CANCELLED = "cancelled"


NEXT: dict[VisitState, frozenset[VisitState]] = {
    VisitState.PLANNED: frozenset({VisitState.WAITING, VisitState.ARRIVED, VisitState.CANCELLED}),
    # A phone without a network cannot know whether the partner came: what it recorded is not lost.
    VisitState.WAITING: frozenset({VisitState.ARRIVED, VisitState.RECORDED, VisitState.CANCELLED}),
    VisitState.ARRIVED: frozenset({VisitState.WAITING, VisitState.RECORDED, VisitState.CANCELLED}),
    VisitState.RECORDED: frozenset({VisitState.LEFT}),
    VisitState.LEFT: frozenset(),
    VisitState.CANCELLED: frozenset(),
}


AT_THE_DOOR = frozenset({VisitState.WAITING, VisitState.ARRIVED})
"""Somebody stands there, and nothing is recorded yet."""


class Outcome(StrEnum):
    """What happened at the door, in the words that observations are made of."""

    MET_DEBTOR = "met_debtor"
    MET_FAMILY = "met_family"
    NO_ANSWER = "no_answer"
    NEW_OCCUPANT = "new_occupant"
    VACANT = "vacant"
    REFUSED = "refused"
    MOVED_AWAY = "moved_away"
    WRONG_ADDRESS = "wrong_address"
    PROMISE = "promise"
    PAYMENT = "payment"
    NOT_REACHED = "not_reached"


# Outcomes at which the debtor himself was met: the frequency rules count them apart.
MET = frozenset({Outcome.MET_DEBTOR, Outcome.PROMISE, Outcome.PAYMENT, Outcome.REFUSED})


class Statement(StrEnum):
    """What somebody at the door said of the debtor."""

    LIVES_HERE = "lives_here"
    MOVED_AWAY = "moved_away"
    NO_INFORMATION = "no_information"


class Sighting(StrEnum):
    """What was seen of assets, from a public place or with consent."""

    VEHICLE_PRESENT = "vehicle_present"
    VEHICLE_ABSENT = "vehicle_absent"
    FOR_SALE_SIGN = "for_sale_sign"
    GOODS_LEAVING = "goods_leaving"
    PREMISES_CLOSED = "premises_closed"


class Ability(StrEnum):
    """The agent's impression of the debtor's ability to pay."""

    ABLE = "able"
    PARTLY = "partly"
    UNABLE = "unable"
    UNKNOWN = "unknown"


class Willingness(StrEnum):
    """The agent's impression of the debtor's willingness to pay."""

    WILLING = "willing"
    HESITANT = "hesitant"
    UNWILLING = "unwilling"
    UNKNOWN = "unknown"
