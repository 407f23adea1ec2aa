"""Who belongs to the debtor, and by what each firm is known: what counterparties are held to."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence

from evidence.trace.marks import Mark, Member, folded, marks_of
from evidence.trace.observation import Observation
from evidence.trace.vocabulary import OF_THE_PERSON, TRANSFERS

# What more than so many have is nobody's in particular: an agency's telephone, a tower's address.
MOST_OF_A_MARK = 20
_CLOSE = ("counterparty.is_relative", "counterparty.is_affiliate")
_SEEN_WITH_HIM = "vehicle.seen_with_debtor"


class Known:
    """What was seen of a person, whom each mark is of in his household, and each firm's marks."""

    def __init__(self, seen: Sequence[Observation], household: Sequence[Member]) -> None:
        """Take what was seen in order, and whom the case names."""
        self.seen = seen
        self.firms: defaultdict[str, list[Observation]] = defaultdict(list)
        for o in seen:
            if o.asset is not None and o.kind.startswith("company.") and o.kind not in TRANSFERS:
                self.firms[folded(o.asset)].append(o)
        self._against: defaultdict[str, list[Observation]] = defaultdict(list)
        for o in seen:
            independent = o.kind == "counterparty.is_independent" and not o.denied
            if o.asset is not None and (independent or (o.kind in _CLOSE and o.denied)):
                self._against[o.asset].append(o)
        self._marks: dict[str, dict[Mark, Observation]] = {}
        self._by_mark: defaultdict[Mark, list[Member]] = defaultdict(list)
        for member in (*household, *self._family(), *self._own_vehicles(), *self.own_firms()):
            for mark in member.marks:
                self._by_mark[mark].append(member)
        # By what the debtor himself is known.
        self.own = frozenset(
            mark
            for mark in self._by_mark
            if any(one.relation == "self" for one in self._by_mark[mark])
        )

    def members_with(self, mark: Mark) -> Sequence[Member]:
        """Who of the household is known by a mark; some of them where they are many."""
        return self._by_mark.get(mark, ())[:MOST_OF_A_MARK]

    def against(self, asset: str) -> Sequence[Observation]:
        """What says of an asset that whoever took it is not close to the debtor."""
        return self._against.get(asset, ())

    def is_his(self, firm: str) -> bool:
        """Whether the debtor is this firm or is in it; the name is folded."""
        is_it = any(one.relation == "self" for one in self.members_with(("name", firm)))
        return is_it or bool(self.members_with(("company", firm)))

    def marks_of_firm(self, name: str) -> Mapping[Mark, Observation]:
        """By what a firm is known, each with the observation that says so."""
        if name not in self._marks:
            told = [o for o in self.firms.get(name, ()) if not o.denied]
            self._marks[name] = {mark: o for o in told for mark in marks_of(o.values)}
        return self._marks[name]

    def _family(self) -> Iterator[Member]:
        for o in self.seen:
            if o.kind == "family.related":
                relation = "unrelated" if o.denied else str(o.data.get("relation", "kin"))
                yield Member(relation, marks_of(o.values), o)
            elif o.kind in OF_THE_PERSON and "lawyer" in o.values:
                yield Member("self", marks_of({"lawyer": o.values["lawyer"]}), o)

    def _own_vehicles(self) -> Iterator[Member]:
        """Vehicles that the debtor owned or was seen with."""
        for name, o in self._first_of(("asset.owned", "vehicle"), _SEEN_WITH_HIM).items():
            yield Member("self", frozenset({("plate", name)}), o)

    def own_firms(self) -> Iterator[Member]:
        """Firms in which the debtor held a post or shares."""
        for name, o in self._first_of(("asset.owned", "shares"), "company.post_held").items():
            yield Member("affiliate", frozenset({("company", name), *self.marks_of_firm(name)}), o)

    def _first_of(self, owned: tuple[str, str], other: str) -> dict[str, Observation]:
        """Assets of which a kind with an asset kind, or another kind, tells: the first record."""
        found: dict[str, Observation] = {}
        for o in sorted(self.seen, key=lambda o: o.recorded_at):
            is_owned = (o.kind, o.data.get("asset_kind")) == owned
            if o.asset is not None and not o.denied and (is_owned or o.kind == other):
                found.setdefault(folded(o.asset), o)
        return found
