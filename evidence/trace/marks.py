"""By what people and firms are known again: telephones, addresses, numbers, names.

Nothing is compared by likeness here: two texts are one mark when they are equal once spaces, joints
and the width of their characters are set aside.
"""

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass

from evidence.trace.observation import Observation

Mark = tuple[str, str]
_SPACES = re.compile(r"[\s·.\-_/]+")


@dataclass(frozen=True, slots=True)
class Member:
    """Somebody of the debtor's household or firms, whom the case or an observation names.

    `relation` is `self`, a relation of kin, `affiliate` for a firm, or `unrelated` where kinship is
    denied; `shown_by` is the observation that names him.
    """

    relation: str
    marks: frozenset[Mark]
    shown_by: Observation | None = None

    @property
    def is_close(self) -> bool:
        """Whether he is of the household, and not somebody of whom that is denied."""
        return self.relation != "unrelated"


def folded(text: str) -> str:
    """A value in the form in which it is compared."""
    return _SPACES.sub("", unicodedata.normalize("NFKC", text)).upper()


def marks_of(values: Mapping[str, str]) -> frozenset[Mark]:
    """The marks that values by kind are; what is empty is none."""
    return frozenset((kind, read) for kind, text in values.items() if (read := folded(text)))
