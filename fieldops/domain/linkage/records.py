"""What is known of a person or firm when two of them are compared."""

from dataclasses import dataclass, field

from fieldops.domain.addresses.results import Parsed
from fieldops.domain.linkage.folding import is_firm


@dataclass(frozen=True, slots=True)
class Record:
    """One person or firm of one organisation; "" and empty mean that nothing is known.

    `id_number` is whole (18 characters), `phones` are E.164; what a lender starred stands apart.
    `plates` and `codes` (unified social credit codes) are those of assets that were seen to be his.
    """

    id: str
    name: str
    id_number: str = ""
    masked_id: str = ""
    phones: frozenset[str] = frozenset()
    masked_phones: frozenset[str] = frozenset()
    addresses: tuple[Parsed, ...] = field(default=())
    plates: frozenset[str] = frozenset()
    codes: frozenset[str] = frozenset()

    @property
    def is_firm(self) -> bool:
        """Whether this is a firm."""
        return is_firm(self.name)
