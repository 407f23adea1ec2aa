"""What one act fixes counts for the later visits of the same act, before any of it is written."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from fieldops.domain.rulebook.proposal import PastContact
from fieldops.domain.rulebook.records import Overridden
from fieldops.domain.rulebook.vocabulary import Channel
from fieldops.services.contact_facts import Subject


@dataclass
class Fixed:
    """The visits that were let through so far, by the person reached and by the debt.

    `spent` are the overrides that let one of them through.
    """

    _visits: dict[UUID, list[PastContact]] = field(default_factory=lambda: defaultdict(list))
    spent: set[str] = field(default_factory=set)

    def add(self, subject: Subject, start: datetime, overridden: Iterable[Overridden] = ()) -> None:
        """A visit to this person was let through, against rules that were overridden."""
        self.spent.update(one.override for one in overridden)
        visit = PastContact(
            Channel.VISIT, start, party=str(subject.person), debt=str(subject.case_id)
        )
        for key in (subject.person, subject.case_id):
            self._visits[key].append(visit)

    def bearing_on(self, subject: Subject) -> tuple[PastContact, ...]:
        """Those that count for another visit to this person or about this debt, each once."""
        both = (*self._visits[subject.person], *self._visits[subject.case_id])
        return tuple({id(visit): visit for visit in both}.values())
