"""Who belongs to the debtor, and by what each firm is known: what counterparties are held to."""

from collections import defaultdict
from collections.abc import Iterator, Sequence

from evidence.trace.marks import Mark, Member, folded, marks_of
from evidence.trace.observation import Observation
from evidence.trace.vocabulary import OF_THE_PERSON, TRANSFERS

_SEEN_WITH_HIM = "vehicle.seen_with_debtor"


class Known:
    """What was seen of a person, his household, and by what each firm is known."""

    def __init__(self, seen: Sequence[Observation], household: Sequence[Member]) -> None:
        """Take what was seen in order, and whom the case names."""
        self.seen = seen
        self.firms: defaultdict[str, list[Observation]] = defaultdict(list)
        for o in seen:
            if o.asset is not None and o.kind.startswith("company.") and o.kind not in TRANSFERS:
                self.firms[folded(o.asset)].append(o)
        self.household = [*household, *self._family(), *self._own_vehicles(), *self._own_firms()]
        self.own = frozenset(
            m for one in self.household if one.relation == "self" for m in one.marks
        )

    def is_his(self, firm: str) -> bool:
        """Whether the debtor is this firm or is in it; the name is folded."""
        names = {text for kind, text in self.own if kind in ("company", "name")}
        return firm in names or any(("company", firm) in one.marks for one in self.household)

    def marks_of_firm(self, name: str) -> dict[Mark, Observation]:
        """By what a firm is known, each with the observation that says so."""
        told = [o for o in self.firms[name] if not o.denied]
        return {mark: o for o in told for mark in marks_of(o.values)}

    def _family(self) -> Iterator[Member]:
        for o in self.seen:
            if o.kind == "family.related":
                relation = "unrelated" if o.denied else str(o.data.get("relation", "kin"))
                yield Member(relation, marks_of(o.values), o)
            elif o.kind in OF_THE_PERSON and "lawyer" in o.values:
                yield Member("self", marks_of({"lawyer": o.values["lawyer"]}), o)

    def _own_vehicles(self) -> Iterator[Member]:
        """Vehicles that the debtor owned or was seen with."""
        for o in self.seen:
            owned = o.kind == "asset.owned" and o.data.get("asset_kind") == "vehicle"
            if o.asset is not None and not o.denied and (owned or o.kind == _SEEN_WITH_HIM):
                yield Member("self", frozenset({("plate", folded(o.asset))}), o)

    def _own_firms(self) -> Iterator[Member]:
        """Firms in which the debtor held a post or shares."""
        for o in self.seen:
            held = o.kind == "company.post_held" or (
                o.kind == "asset.owned" and o.data.get("asset_kind") == "shares"
            )
            if held and o.asset is not None and not o.denied:
                marks = {("company", folded(o.asset)), *self.marks_of_firm(folded(o.asset))}
                yield Member("affiliate", frozenset(marks), o)
