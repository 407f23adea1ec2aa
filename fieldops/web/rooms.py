"""The rooms of the house and how they lie together, as the navigation shows them."""

from collections.abc import Sequence
from dataclasses import dataclass

from fieldops.domain.permissions import Actor, Permission

_SIDE_BY_SIDE = 6


@dataclass(frozen=True, slots=True)
class Room:
    """A page that is led to from everywhere: who may enter, and its name's key."""

    permission: Permission
    endpoint: str
    name: str


@dataclass(frozen=True, slots=True)
class Wing:
    """Rooms that lie together under one name."""

    name: str
    rooms: Sequence[Room]


WINGS = (
    Wing(
        "frame.field",
        (
            Room(Permission.WORK_VISITS, "web.my_day_page", "frame.my_day"),
            Room(Permission.READ_PLANS, "web.board_page", "frame.board"),
            Room(Permission.ANSWER_ALARMS, "web.alarms_page", "frame.alarms"),
            Room(Permission.READ_TEAM_RECORDS, "web.team_page", "frame.team"),
            Room(Permission.MANAGE_PHONES, "web.phones_page", "frame.phones"),
            Room(Permission.IMPORT_CASES, "web.imports_page", "frame.imports"),
            Room(Permission.SETTLE_ADDRESSES, "web.addresses_page", "frame.addresses"),
        ),
    ),
    Wing(
        "frame.casework",
        (
            Room(Permission.READ_TRACE, "web.desk_page", "frame.desk"),
            Room(Permission.READ_CASES, "web.cases_page", "frame.cases"),
            Room(Permission.READ_CASES, "web.promises_page", "frame.promises"),
            Room(Permission.READ_IDENTITY, "web.identity_page", "frame.identity"),
        ),
    ),
    Wing(
        "frame.rights",
        (
            Room(Permission.READ_CASES, "web.holds_page", "frame.holds"),
            Room(Permission.READ_REQUESTS, "web.complaints_page", "frame.complaints"),
            Room(Permission.READ_INCIDENTS, "web.incidents_page", "frame.incidents"),
            Room(Permission.READ_PROTECTION, "web.protection_page", "frame.protection"),
        ),
    ),
    Wing(
        "frame.oversight",
        (
            Room(Permission.READ_REPORTS, "web.reports_page", "frame.reports"),
            Room(Permission.READ_AUDIT, "web.compliance_page", "frame.refusals"),
            Room(Permission.JUDGE_CONTACTS, "web.rules_page", "frame.rules"),
            Room(Permission.READ_AUDIT, "web.drills_page", "frame.drills"),
            Room(Permission.MANAGE_ACCOUNTS, "web.admin_page", "frame.admin"),
        ),
    ),
)


def wings_for(actor: Actor) -> Sequence[Wing]:
    """The wings with the rooms that this person may enter; none is empty.

    Somebody with few rooms has them side by side, each a wing of its own.
    """
    open_ones = [
        Wing(wing.name, rooms)
        for wing in WINGS
        if (rooms := tuple(room for room in wing.rooms if actor.may(room.permission)))
    ]
    if sum(len(wing.rooms) for wing in open_ones) <= _SIDE_BY_SIDE:
        return [Wing(room.name, (room,)) for wing in open_ones for room in wing.rooms]
    return open_ones
