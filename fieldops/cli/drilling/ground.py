"""Where a drill is played: a service of its own, or an organisation of drills on a running one."""

import json
import os
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Any

import click

from fieldops import settings
from fieldops.cli.rehearsal import stage
from fieldops.cli.rehearsal.client import Client
from fieldops.cli.rehearsal.stage import LogIn
from fieldops.services import organisations

ROLES = ("dispatcher", "counsel", "compliance")
NAME = "演练 Drill"
SERVICE = "service"


def refuse_production(*, told: bool) -> None:
    """Raise ClickException on a service in production unless somebody said so."""
    if settings.load().is_production and not told:
        raise click.ClickException(
            "this service is in production, where made-up cases have no business; "
            "add --even-in-production if that is meant."
        )


@contextmanager
def own_service(directory: Path, accounts: Sequence[Any], until: datetime) -> Iterator[Any]:
    """A service in this directory, at a working time after the world's end; (url, accounts).

    With no accounts yet the organisation is founded first.
    """
    home = directory / SERVICE
    home.mkdir(parents=True, exist_ok=True)
    # What is kept there is no production, whatever else this machine serves.
    os.environ["FIELDOPS_ENVIRONMENT"] = "embedded"
    port = stage.free_port(None)
    base = f"http://127.0.0.1:{port}"
    stage.prepare_environment(home, port, until)
    if not accounts:
        people = stage.found_organisation(NAME, kind=organisations.DRILL)
        accounts = [one.to_json() for one in people]
    with stage.running_service(base, home):
        yield base, accounts


def signed_in(base: str, accounts: Sequence[Mapping[str, str]]) -> dict[str, Client]:
    """A connection of each role that a drill needs; raises ClickException for another place."""
    clients = {}
    for role in ROLES:
        one = next((found for found in accounts if found.get("role") == role), None)
        if one is None:
            raise click.ClickException(f"the accounts name no {role}; a drill needs one.")
        client = LogIn(**one).client(base)
        me = client.get("/api/v1/auth/me")
        if me["organisation_kind"] != organisations.DRILL:
            raise click.ClickException(
                f"{one['username']} belongs to {me['organisation_name']}, which is no "
                "organisation of drills; found one with fieldops drill --found NAME."
            )
        clients[role] = client
    return clients


def read_accounts(path: Path) -> list[dict[str, str]]:
    """Sign-ins from a file as `--found` writes it; raises ClickException."""
    try:
        found = json.loads(path.read_text())["accounts"]
        return [LogIn(**one).to_json() for one in found]
    except (ValueError, KeyError, TypeError):
        raise click.ClickException(
            f"{path} is no file of accounts; write one with fieldops drill --found NAME."
        ) from None


def found(name: str, path: Path) -> None:
    """Found an organisation of drills on this machine's service and write its accounts."""
    if path.exists():
        raise click.ClickException(f"{path} is there already; name another file.")
    people = stage.found_organisation(name, kind=organisations.DRILL, prefix="drill-")
    path.touch(mode=0o600)
    path.write_text(json.dumps({"accounts": [one.to_json() for one in people]}, indent=1) + "\n")
