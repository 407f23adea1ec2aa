"""What the system believes and has flagged, asked over its interface and kept as files."""

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

from fieldops.cli.drilling.casting import Ids
from fieldops.cli.rehearsal import office
from fieldops.cli.rehearsal.client import Client
from fieldops.drills.scoring.reading import ASSETS, BELIEFS, FLAGS


def ask(
    counsel: Client,
    people: Mapping[str, Ids],
    dates: Sequence[datetime],
    directory: Path,
    told: office.Told,
) -> None:
    """Write what was believed of everybody at each date, of his assets, and the flags raised."""
    persons = {one.address: person for person, one in people.items()}
    cases = {one.case: person for person, one in people.items()}
    as_of = ",".join(date.isoformat() for date in dates)
    beliefs, assets = [], []
    for done, standing in enumerate(_standings(counsel, as_of), 1):
        named = [persons[one["address_id"]] for one in standing["beliefs"][:1]]
        for one in standing["beliefs"]:
            found = {"person": persons[one["address_id"]], "as_of": one["as_of"]}
            found |= {name: one[name] for name in ("p_home", "p_away", "p_moved")}
            beliefs.append(found | {"version": standing["model_version"]})
        assets += [{**one, "person": next(iter(named), "")} for one in standing["assets"]]
        told(done, len(people))
    flags = [
        {"person": cases[one["case_id"]], "code": one["code"], "subject": one["subject"],
         "raised_at": one["raised_at"]}
        for one in office.all_of(counsel, "/api/v1/flags")
        if one["case_id"] in cases
    ]  # fmt: skip
    _write(directory / BELIEFS, beliefs)
    _write(directory / ASSETS, assets)
    _write(directory / FLAGS, flags)


def _standings(counsel: Client, as_of: str) -> Iterator[dict[str, Any]]:
    yield from office.all_of(counsel, "/api/v1/trace/standings", as_of=as_of)


def _write(path: Path, rows: Iterable[Mapping[str, Any]]) -> None:
    with path.open("w", encoding="utf-8") as file:
        for row in rows:
            file.write(json.dumps(row, ensure_ascii=False) + "\n")
