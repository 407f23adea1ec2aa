"""The states of a visit and the vocabulary of what can happen at the door."""

from enum import StrEnum


class VisitState(StrEnum):
    """A visit goes from planned over arrived and recorded to left, or is cancelled."""

    PLANNED = "planned"
    ARRIVED = "arrived"
    RECORDED = "recorded"
    LEFT = "left"
    CANCELLED = "cancelled"


NEXT: dict[VisitState, frozenset[VisitState]] = {
    VisitState.PLANNED: frozenset({VisitState.ARRIVED, VisitState.CANCELLED}),
    VisitState.ARRIVED: frozenset({VisitState.RECORDED, VisitState.CANCELLED}),
    VisitState.RECORDED: frozenset({VisitState.LEFT}),
    VisitState.LEFT: frozenset(),
    VisitState.CANCELLED: frozenset(),
}


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
