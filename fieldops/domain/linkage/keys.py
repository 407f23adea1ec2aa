"""Blocking keys: what two records must share before they are compared at all.

The keys are personal data and are stored as blind indexes only. When their form changes, a step of
the schema marks every person as due, and the job that links makes them anew.
"""

from enum import StrEnum
from typing import Final, NamedTuple

from fieldops.domain.addresses.comparing import road_key
from fieldops.domain.addresses.results import Parsed
from fieldops.domain.linkage.folding import firm_stem, folded, is_masked, spellings
from fieldops.domain.linkage.numbers import STAR, national
from fieldops.domain.linkage.records import Record


class Kind(StrEnum):
    """The kinds of key, each a comparison that may be worth making."""

    ID_NUMBER = "id_number"
    ID_ENDS = "id_ends"
    PHONE = "phone"
    PHONE_ENDS = "phone_ends"
    NAME_PLACE = "name_place"
    SOUND_PLACE = "sound_place"
    DOOR = "door"
    HOUSE = "house"
    PLATE = "plate"
    CODE = "code"
    FIRM = "firm"


# The keys that are things of the world by themselves: who else has this telephone, this door?
SHARED_KINDS: Final = (Kind.PHONE, Kind.DOOR, Kind.PLATE, Kind.CODE)


class Key(NamedTuple):
    """One key of one kind; `text` is personal and is never stored as it is."""

    kind: Kind
    text: str


def keys_of(record: Record) -> frozenset[Key]:
    """All keys of a record."""
    found = [*_numbers(record), *_places(record)]
    found += [Key(Kind.PLATE, one) for one in record.plates]
    found += [Key(Kind.CODE, one) for one in record.codes]
    if record.is_firm:
        found.append(Key(Kind.FIRM, firm_stem(record.name)))
    elif not is_masked(record.name):
        found += _names(record)
    return frozenset(found)


def _numbers(record: Record) -> list[Key]:
    found = [Key(Kind.PHONE, one) for one in record.phones]
    shown = [national(one) for one in record.phones] + list(record.masked_phones)
    found += [Key(Kind.PHONE_ENDS, ends) for one in shown if (ends := _ends(one, 3))]
    if record.id_number:
        found.append(Key(Kind.ID_NUMBER, record.id_number))
    for number in (record.id_number, record.masked_id):
        if ends := _ends(number, 6):
            found.append(Key(Kind.ID_ENDS, ends))
    return found


def _ends(number: str, head: int) -> str:
    """The head and the last four, which lenders leave readable; "" where they are starred too."""
    ends = number[:head] + number[-4:]
    return ends if len(number) > head + 4 and STAR not in ends else ""


def _names(record: Record) -> list[Key]:
    counties = {one.county.code for one in record.addresses if one.county} or {""}
    said = spellings(record.name)
    return [
        *(Key(Kind.NAME_PLACE, f"{folded(record.name)}@{county}") for county in counties),
        *(Key(Kind.SOUND_PLACE, f"{one}@{county}") for one in said for county in counties),
    ]


def _places(record: Record) -> list[Key]:
    found = []
    for one in record.addresses:
        if house := house_key(one):
            found.append(Key(Kind.HOUSE, house))
            if door := door_key(one):
                found.append(Key(Kind.DOOR, door))
    return found


def house_key(address: Parsed) -> str:
    """District, road and number, or the compound where no number is given; "" if neither is."""
    street = address.street
    if address.county is None:
        return ""
    if street.road and street.number:
        number = f"{street.number}-{street.sub_number}"
        return f"{address.county.code}|{folded(road_key(street.road))}|{number}"
    return f"{address.county.code}|{folded(street.compound)}" if street.compound else ""


def door_key(address: Parsed) -> str:
    """The house with building, unit and room; "" where no room is named."""
    street, house = address.street, house_key(address)
    if not house or not street.room:
        return ""
    inside = (part.lstrip("0") for part in (street.building, street.unit, street.room))
    return "|".join((house, *inside))
