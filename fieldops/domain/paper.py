"""A printed paper of tables, in one language: what PDF and CSV are both drawn from."""

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Table:
    """One table under its heading; `note` says what its counts mean, or that there is nothing."""

    heading: str
    head: Sequence[str]
    rows: Sequence[Sequence[str]]
    note: str = ""


@dataclass(frozen=True, slots=True)
class Paper:
    """A whole paper; `facts` are the lines that say of whom, of when and by what rules it is."""

    title: str
    language: str
    facts: Sequence[tuple[str, str]]
    tables: Sequence[Table]
    foot: str
