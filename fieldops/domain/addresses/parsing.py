"""Parsing an address against a gazetteer into one place, several, or none."""

import re

from fieldops.domain.addresses.divisions import Divisions, is_lone_township, proven, read_divisions
from fieldops.domain.addresses.results import Ambiguous, Parsed, Reading, Unknown, WhyUnknown
from fieldops.domain.addresses.streets import read_street
from fieldops.domain.addresses.wording import plain, without_lead
from fieldops.domain.gazetteer import Gazetteer, Level, Place

LONGEST = 300
_CLAUSE = re.compile(r"[,，;；()（）/|。]+|[:：]")
_ONLY_A_NAME = re.compile(r"\D*(?:公司|集团|厂|大学|学院|校区|百货|大厦|广场|中心)")
_MOST_CLAUSES = 12
_MAY_NAME_ANOTHER = re.compile(r"[省市]")


def parse(text: str, gazetteer: Gazetteer) -> Reading:
    """Read an address of up to 300 characters.

    >>> parse("成都锦江区红星路303号16栋3单元3005室", gazetteer)   # doctest: +SKIP
    Parsed(... county=锦江区, street=Street(road="红星路", number="303", building="16", ...))
    """
    if len(text) > LONGEST:
        return Unknown(text[:LONGEST], WhyUnknown.TOO_LONG)
    clean = without_lead(plain(text))
    if not clean:
        return Unknown(text, WhyUnknown.BLANK)
    found = read_divisions(clean, gazetteer)
    if not _says_enough(clean, found):
        return _from_a_later_clause(text, clean, gazetteer)
    others = _other_addresses(clean, found, gazetteer)
    if others:
        return Ambiguous(text, _unique((*found.frontier, *others)))
    return _result(text, clean, found, gazetteer)


def _says_enough(clean: str, found: Divisions) -> bool:
    """A short name on its own is no address where it opens the name of a firm or a building."""
    if not found.frontier:
        return False
    if found.only_short and len(found.named) == 1 and _ONLY_A_NAME.fullmatch(clean, found.end):
        return False
    lone = len(found.frontier) == 1 and found.frontier[0].level is Level.COUNTY
    return not (found.only_short and lone and len(found.named) == 1)


def _result(text: str, clean: str, found: Divisions, gazetteer: Gazetteer) -> Reading:
    street = read_street(clean[found.end :])
    if len(found.frontier) > 1 or is_lone_township(found):
        return Ambiguous(text, found.frontier, street)
    place = found.frontier[0]
    named_codes = {named.code for named in found.named}
    lineage = {part.level: part for part in gazetteer.lineage(place)}
    if (
        not proven(place)
        and Level.COUNTY in lineage
        and lineage[Level.COUNTY].code not in named_codes
    ):
        del lineage[Level.COUNTY], lineage[Level.TOWNSHIP]
    return Parsed(
        text,
        province=lineage.get(Level.PROVINCE),
        city=lineage.get(Level.CITY),
        county=lineage.get(Level.COUNTY),
        township=lineage.get(Level.TOWNSHIP),
        street=street,
        zone=found.zone,
        unread=found.unread,
        filled=frozenset(level for level, part in lineage.items() if part.code not in named_codes),
    )


def _from_a_later_clause(text: str, clean: str, gazetteer: Gazetteer) -> Reading:
    """Divisions may stand behind the street (一天门大街567号, 济南市): official names."""
    answers: list[tuple[str, Divisions]] = []
    for clause in _CLAUSE.split(clean, maxsplit=_MOST_CLAUSES)[1:]:
        tail = without_lead(clause)
        found = read_divisions(tail, gazetteer, full_only=True)
        if found.frontier and found.frontier[0].level <= Level.COUNTY:
            answers.append((tail, found))
    places = _unique(tuple(place for _, found in answers for place in found.frontier))
    if len(places) > 1:
        return Ambiguous(text, places)
    if places:
        return _result(text, answers[0][0], answers[0][1], gazetteer)
    return Unknown(text, WhyUnknown.NO_DIVISION, read_street(clean))


def _other_addresses(clean: str, found: Divisions, gazetteer: Gazetteer) -> tuple[Place, ...]:
    """Places that a second address in the same text names, with city and county in full."""
    others: list[Place] = []
    for mark in _MAY_NAME_ANOTHER.finditer(clean, found.end):
        for start in range(max(found.end, mark.start() - 8), mark.start() - 1):
            second = read_divisions(clean[start:], gazetteer, full_only=True)
            if (
                len(second.named) > 1
                and len(second.frontier) == 1
                and not any(
                    gazetteer.is_within(second.frontier[0], f)
                    or gazetteer.is_within(f, second.frontier[0])
                    for f in found.frontier
                )
            ):
                others.append(second.frontier[0])
                break
    return _unique(tuple(others))


def _unique(places: tuple[Place, ...]) -> tuple[Place, ...]:
    return tuple({place.code: place for place in places}.values())
