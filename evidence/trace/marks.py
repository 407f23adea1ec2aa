"""By what people and firms are known again: telephones, addresses, numbers, names.

Nothing is compared by likeness here: two texts are one mark when they are equal once spaces, joints
and the width of their characters are set aside.
"""

import re
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from evidence.trace.observation import Observation

Mark = tuple[str, str]
_SPACES = re.compile(r"[\s·.\-_/]+")


@dataclass(frozen=True, slots=True)
class Member:
    """Somebody of the debtor's household or firms, whom the case or an observation names.

    `relation` is `self`, a relation of kin, or `affiliate` for a firm; `shown_by` the observation.
    """

    relation: str
    marks: frozenset[Mark]
    shown_by: Observation | None = None


def folded(text: str) -> str:
    """A value in the form in which it is compared."""
    return _SPACES.sub("", unicodedata.normalize("NFKC", text)).upper()


def marks_of(values: Mapping[str, str]) -> frozenset[Mark]:
    """The marks that values by kind are; what is empty is none."""
    return frozenset((kind, read) for kind, text in values.items() if (read := folded(text)))


def shared(left: Iterable[Mark], right: Iterable[Mark], kind: str) -> bool:
    """Whether both have the same mark of a kind."""
    return any(one[0] == kind for one in set(left) & set(right))
