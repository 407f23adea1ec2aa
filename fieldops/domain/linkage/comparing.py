"""How two records come out in each comparison: a level of the model, or None for silence."""

from itertools import product
from typing import Final

from fieldops.domain.addresses import Verdict, same_place
from fieldops.domain.addresses.results import Parsed
from fieldops.domain.linkage import folding, numbers
from fieldops.domain.linkage.keys import door_key, house_key
from fieldops.domain.linkage.records import Record

# More addresses of one person than this are compared no further: the newest come first.
MOST_ADDRESSES: Final = 6
_NEARNESS: Final = ("door", "house", "county", "elsewhere")
_SHORT_NAME: Final = 2


def levels(a: Record, b: Record) -> dict[str, str]:
    """The level of each attribute on which both speak; the same whichever comes first."""
    found = {
        "name": _name(a.name, b.name) if not a.is_firm else _firm(a.name, b.name),
        "id_number": _id_number(a, b),
        "phone": _phone(a, b),
        "address": _address(a.addresses, b.addresses),
        "plate": _set(a.plates, b.plates),
        "code": _set(a.codes, b.codes),
    }
    return {attribute: level for attribute, level in found.items() if level is not None}


def _name(left: str, right: str) -> str | None:
    a, b = folding.folded(left), folding.folded(right)
    if not a or not b:
        return None
    if folding.is_masked(a) or folding.is_masked(b):
        return "fits_mask" if folding.fits_mask(a, b) else "different"
    if a == b:
        return "exact_short" if len(a) <= _SHORT_NAME else "exact"
    if folding.readings(left) & folding.readings(right):
        return "homophone"
    if folding.sounds_alike(left, right):
        return "spelled_alike"
    return "one_character" if folding.one_character_off(a, b) else "different"


def _firm(left: str, right: str) -> str:
    if folding.firm_stem(left) == folding.firm_stem(right):
        return "exact"
    return "spelled_alike" if folding.readings(left) & folding.readings(right) else "different"


def _id_number(a: Record, b: Record) -> str | None:
    if a.id_number and b.id_number:
        return "equal" if a.id_number == b.id_number else "different"
    left, right = a.id_number or a.masked_id, b.id_number or b.masked_id
    if not left or not right:
        return None
    if numbers.compatible(left, right, numbers.LEAST_OF_ID):
        return "compatible"
    return "different" if _contradict(left, right) else None


def _phone(a: Record, b: Record) -> str | None:
    if a.phones & b.phones:
        return "equal"
    left = [*map(numbers.national, a.phones), *a.masked_phones]
    right = [*map(numbers.national, b.phones), *b.masked_phones]
    if not left or not right:
        return None
    pairs = list(product(left, right))
    if any(numbers.compatible(x, y, numbers.LEAST_OF_PHONE) for x, y in pairs):
        return "compatible"
    if any(numbers.slipped(x, y) for x, y in pairs if numbers.STAR not in x + y):
        return "slipped"
    return "different" if all(_contradict(x, y) for x, y in pairs) else None


def _contradict(left: str, right: str) -> bool:
    """Whether some digit that both show differs; two starred numbers may leave it open."""
    if len(left) != len(right):
        return True
    return any(a != b and numbers.STAR not in (a, b) for a, b in zip(left, right, strict=True))


def _address(left: tuple[Parsed, ...], right: tuple[Parsed, ...]) -> str | None:
    found = {
        level
        for x, y in product(left[:MOST_ADDRESSES], right[:MOST_ADDRESSES])
        if (level := _nearness(x, y)) is not None
    }
    return next((level for level in _NEARNESS if level in found), None)


def _nearness(x: Parsed, y: Parsed) -> str | None:
    if x.county is None or y.county is None:
        return None
    if x.county.code != y.county.code:
        return "elsewhere"
    if door_key(x) and door_key(x) == door_key(y):
        return "door"
    if house_key(x) and house_key(x) == house_key(y):
        return "house"
    found = same_place(x, y)
    if found.verdict is Verdict.SAME:
        return "door" if "room" in found.agreeing else "house"
    return "county"


def _set(left: frozenset[str], right: frozenset[str]) -> str | None:
    if not left or not right:
        return None
    return "equal" if left & right else "different"
