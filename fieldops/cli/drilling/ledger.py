"""How far a drill has come, in a file beside its world, so that one broken off goes on."""

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any
from uuid import uuid4

import click

FILE = "drill.json"
_FORM = "fieldops-drill-1"


@dataclass
class Ledger:
    """One drill: which world it plays, who signs in, and how many batches have been taken.

    `contacts` has the contact by which third parties of a debtor were asked.
    """

    seed: int
    habits: Mapping[str, float]
    start: str
    url: str = ""
    # Every batch is sent under a key of this name: one that was sent twice is taken once.
    name: str = field(default_factory=lambda: uuid4().hex)
    accounts: list[dict[str, str]] = field(default_factory=list)
    observations: int = 0
    imported: bool = False
    contacts: dict[str, str] = field(default_factory=dict)
    batches: int = 0
    seconds: float = 0.0
    form: str = _FORM

    def write(self, directory: Path) -> None:
        """Keep it; whoever reads sees the old state or the new, never half of it."""
        beside = directory / f"{FILE}.next"
        beside.write_text(json.dumps(asdict(self), indent=1) + "\n")
        # Sign-ins stand in it.
        beside.chmod(0o600)
        beside.replace(directory / FILE)


def opened(directory: Path, wanted: Ledger) -> Ledger:
    """The drill of this directory, or the wanted one where there is none yet.

    Raises ClickException when the directory holds another world or something else.
    """
    path = directory / FILE
    if not path.exists():
        if directory.exists() and any(directory.iterdir()):
            raise click.ClickException(
                f"{directory} is not empty and holds no drill; name another with --dir."
            )
        directory.mkdir(parents=True, exist_ok=True)
        wanted.write(directory)
        return wanted
    known = _read(path)
    same = (known.seed, known.start, known.url) == (wanted.seed, wanted.start, wanted.url)
    if not same or dict(known.habits) != dict(wanted.habits):
        raise click.ClickException(
            f"{directory} holds the drill of another world; name another directory with --dir."
        )
    return known


def _read(path: Path) -> Ledger:
    wrong = click.ClickException(
        f"{path} is no drill of this version; name another directory with --dir."
    )
    try:
        raw: Any = json.loads(path.read_text())
        found = Ledger(**raw)
    except (ValueError, TypeError):
        raise wrong from None
    if found.form != _FORM:
        raise wrong
    return found
