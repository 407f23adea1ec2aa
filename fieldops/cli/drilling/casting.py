"""The debtors of a world as cases of the system, and the contacts behind third parties' words."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

import click

from fieldops.cli.rehearsal import office
from fieldops.cli.rehearsal.client import Client, Refused
from fieldops.drills.world.files import case_number


@dataclass(frozen=True, slots=True)
class Ids:
    """One debtor's ids in the system."""

    case: str
    address: str
    party: str


def take_in(dispatcher: Client, cases: Path) -> None:
    """Import the case file of the world; raises ClickException when a line is not taken."""
    counts = office.import_file(dispatcher, cases, "cases")["counts"]
    if counts.get("refused"):
        raise click.ClickException(f"{counts['refused']} cases of the world were refused.")


def ids(dispatcher: Client, persons: Iterable[str]) -> dict[str, Ids]:
    """The ids of everybody; raises ClickException when one is not there."""
    numbers = {one["id"]: one["number"] for one in office.all_of(dispatcher, "/api/v1/cases")}
    by_number = {
        numbers[one["case_id"]]: Ids(one["case_id"], one["id"], one["party_id"])
        for one in office.all_of(dispatcher, "/api/v1/addresses")
    }
    try:
        return {person: by_number[case_number(person)] for person in persons}
    except KeyError as missing:
        raise click.ClickException(f"the system has no case {missing}.") from None


def ask_around(
    counsel: Client, wanted: Mapping[str, Ids], known: dict[str, str], told: office.Told
) -> None:
    """Open one contact a debtor by which his household and neighbours are asked.

    The rulebook lets it through or not, as it would anybody's; raises ClickException if not.
    """
    for done, (person, one) in enumerate(wanted.items(), 1):
        if person not in known:
            body = {"party_id": one.party, "channel": "letter", "purpose": "locate"}
            try:
                known[person] = counsel.post("/api/v1/contacts", body)["id"]
            except Refused as refusal:
                raise click.ClickException(
                    f"no third party may be asked now, go on later: {refusal}"
                ) from None
        told(done, len(wanted))
