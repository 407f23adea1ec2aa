"""Tables of divisions, row by row: reading, checking and merging them.

Two shapes are taken, told apart by their headings: `code,parent,name,level,lat,lon` in WGS-84,
which is what this project writes, and `code,parent,name,level,gcj02_lng,gcj02_lat`, which is what
open data sets of divisions offer. Codes have 6 to 12 digits and are padded with zeros on the right.
"""

import csv
import math
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from fieldops.domain.datums import gcj02_to_wgs84
from fieldops.domain.errors import FieldFault, InvalidInput
from fieldops.domain.gazetteer.places import Level, Place
from fieldops.domain.positions import Position

COLUMNS = ("code", "parent", "name", "level", "lat", "lon")
_SHIFTED = ("code", "parent", "name", "level", "gcj02_lng", "gcj02_lat")
_LEVELS = {
    "country": Level.COUNTRY,
    "province": Level.PROVINCE,
    "city": Level.CITY,
    "county": Level.COUNTY,
    "town": Level.TOWNSHIP,
    "township": Level.TOWNSHIP,
}
_CODE = re.compile(r"\d{6,12}", re.ASCII)
_MOST_ROWS = 1_000_000
_MOST_FAULTS = 20


@dataclass(frozen=True, slots=True)
class _Row:
    place: Place
    lat: float
    lon: float


def read_rows(lines: Iterable[str]) -> list[Place]:
    """Read a table from its lines; raises InvalidInput naming row, column and cure."""
    reader = csv.DictReader(_without_mark(lines))
    heading = tuple(reader.fieldnames or ())
    if heading not in (COLUMNS, _SHIFTED):
        raise InvalidInput(
            "the table of places has other columns than expected",
            faults=[
                FieldFault(
                    "row 1",
                    f"found {','.join(heading)[:120]!r}",
                    f"write {','.join(COLUMNS)} or {','.join(_SHIFTED)}",
                )
            ],
        )
    rows, faults = _read_all(reader)
    faults += _tree_faults(rows)
    if faults:
        raise InvalidInput("the table of places has faults", faults=faults[:_MOST_FAULTS])
    return _placed(rows, shifted=heading == _SHIFTED)


def merge(base: Iterable[Place], richer: Iterable[Place]) -> list[Place]:
    """Both tables as one: on a shared code `richer` wins, but keeps the centre that only base has.

    Raises InvalidInput when a parent is in neither table.
    """
    merged = {place.code: place for place in base}
    for place in richer:
        earlier = merged.get(place.code)
        if place.position is None and earlier is not None:
            merged[place.code] = replace(place, position=earlier.position)
        else:
            merged[place.code] = place
    faults = _tree_faults([_Row(place, math.nan, math.nan) for place in merged.values()])
    if faults:
        raise InvalidInput("the merged tables do not fit together", faults=faults[:_MOST_FAULTS])
    return list(merged.values())


def _without_mark(lines: Iterable[str]) -> Iterable[str]:
    for number, line in enumerate(lines):
        yield line.removeprefix("\ufeff") if number == 0 else line


def _read_all(
    reader: Iterable[Mapping[str | None, str | None]],
) -> tuple[list[_Row], list[FieldFault]]:
    rows: list[_Row] = []
    faults: list[FieldFault] = []
    for number, cells in enumerate(reader, start=2):
        if number > _MOST_ROWS:
            faults.append(
                FieldFault(
                    f"row {number}", "the table is too long", f"keep it below {_MOST_ROWS} rows"
                )
            )
            break
        row = _read_row(number, cells)
        if isinstance(row, FieldFault):
            faults.append(row)
            if len(faults) >= _MOST_FAULTS:
                break
        else:
            rows.append(row)
    return rows, faults


def _read_row(number: int, cells: Mapping[str | None, str | None]) -> _Row | FieldFault:
    where = f"row {number}"
    if None in cells or None in cells.values():
        return FieldFault(where, "has another number of cells than the heading", "give six cells")
    text = {str(key): str(value).strip() for key, value in cells.items()}
    for column in ("code", "parent"):
        empty_root = column == "parent" and not text["parent"]
        if not empty_root and not _CODE.fullmatch(text[column]):
            return FieldFault(
                f"{where}, {column}",
                f"{text[column][:20]!r} is not a division code",
                "give 6 to 12 digits",
            )
    if not 1 <= len(text["name"]) <= 60:
        return FieldFault(f"{where}, name", "is blank or too long", "give 1 to 60 characters")
    level = _LEVELS.get(text["level"])
    if level is None:
        return FieldFault(
            f"{where}, level",
            f"{text['level'][:20]!r} is unknown",
            "one of province, city, county, town",
        )
    lat, lon = _degrees(text)
    if math.isnan(lat) != math.isnan(lon) or abs(lat) > 90 or abs(lon) > 180:
        return FieldFault(
            f"{where}, centre",
            "is not a possible position",
            "give both numbers of degrees, or leave both blank",
        )
    place = Place(_padded(text["code"]), _padded(text["parent"]), text["name"], level)
    return _Row(place, lat, lon)


def _padded(code: str) -> str:
    return code.ljust(12, "0") if code else ""


def _degrees(text: Mapping[str, str]) -> tuple[float, float]:
    lat, lon = (
        (text["lat"], text["lon"]) if "lat" in text else (text["gcj02_lat"], text["gcj02_lng"])
    )
    return _number(lat), _number(lon)


def _number(text: str) -> float:
    """The number, NaN for a blank, and an impossible value for what is no number."""
    if not text:
        return math.nan
    return float(text) if re.fullmatch(r"-?\d{1,3}(\.\d{1,18})?", text, re.ASCII) else math.inf


def _tree_faults(rows: Sequence[_Row]) -> list[FieldFault]:
    faults: list[FieldFault] = []
    by_code: dict[str, Place] = {}
    for row in rows:
        if row.place.code in by_code:
            faults.append(FieldFault(row.place.code, "stands twice in the table", "keep one row"))
        by_code[row.place.code] = row.place
    for place in by_code.values():
        if place.level <= Level.PROVINCE:
            continue
        parent = by_code.get(place.parent)
        if parent is None:
            faults.append(
                FieldFault(
                    place.code,
                    f"its parent {place.parent!r} is not in the table",
                    "add the parent, or load this table over one that has it",
                )
            )
        elif parent.level >= place.level:
            faults.append(
                FieldFault(
                    place.code,
                    "its parent is not of a higher level",
                    "mend the level or the parent",
                )
            )
    return faults


def _placed(rows: Sequence[_Row], *, shifted: bool) -> list[Place]:
    lat, lon = [row.lat for row in rows], [row.lon for row in rows]
    if shifted and rows:
        lats, lons = gcj02_to_wgs84(lat, lon)
        lat, lon = lats.tolist(), lons.tolist()
    return [
        row.place if math.isnan(y) else replace(row.place, position=Position(y, x))
        for row, y, x in zip(rows, lat, lon, strict=True)
    ]
