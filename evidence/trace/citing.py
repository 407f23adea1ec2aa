"""A basis in law as readers of Chinese and of English cite it.

A basis is written as "民法典 538; 541; 刑法 313 (由人复核)": statute, article, perhaps a remark; a
part without a statute goes on with the one before. The names are in model/statutes.toml.
"""

import re
import tomllib
from collections.abc import Iterator, Mapping
from functools import cache

from evidence.trace.model import BUILT_IN
from evidence.trace.reading import table, text

_PART = re.compile(r"(?:(?P<name>\D.*) )?(?P<articles>\d[\d()-]*)(?: \((?P<remark>\D+)\))?")


def in_both(basis: str) -> tuple[str, str]:
    """The basis in Chinese and in English; as it stands in both where its statute is not known."""
    chinese, _, english = basis.partition(" / ")
    if english:
        return chinese, english
    try:
        return basis, "; ".join(_statutes(basis))
    except KeyError:
        return basis, basis


def _statutes(basis: str) -> Iterator[str]:
    """Each statute with its articles, in English; raises KeyError for one that is not known."""
    names, remarks = _tables()
    told = ""
    for part in basis.split("; "):
        found = _PART.fullmatch(part)
        if found is None or not (found["name"] or told):
            raise KeyError(part)
        if found["name"]:
            if told:
                yield told
            told = f"{names[found['name']]} art. {found['articles']}"
        else:
            told += f", {found['articles']}"
        if found["remark"]:
            told += f" ({remarks[found['remark']]})"
    yield told


@cache
def _tables() -> tuple[Mapping[str, str], Mapping[str, str]]:
    raw = tomllib.loads((BUILT_IN / "statutes.toml").read_text("utf-8"))
    names, remarks = (table(raw, name, "statutes") for name in ("names", "remarks"))
    return (
        {name: text(names, name, "statutes.names") for name in names},
        {name: text(remarks, name, "statutes.remarks") for name in remarks},
    )
