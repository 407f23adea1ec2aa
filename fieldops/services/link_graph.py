"""The links of a case as nodes and edges, each edge with its grounds and how sure it is.

The debtor stands first; what lies nearest to him is kept where not all of it can be shown.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from evidence import trace
from fieldops.domain.permissions import Actor
from fieldops.models import Address, Party, Person
from fieldops.services import cases, identity, tracing
from fieldops.services.ownerships import OwnershipRecord, ownership_of

MOST_NODES = 500
_MOST_GROUNDS = 20
# By which of its values a counterparty is known again in another observation, the surest first.
_KNOWN_BY = ("id_number", "company_number", "phone", "company", "name")


@dataclass(frozen=True, slots=True)
class Node:
    """A person, place or thing; `kind` is debtor, party, other, counterparty, address, or asset."""

    id: str
    kind: str
    label: str
    detail: str = ""


@dataclass(frozen=True, slots=True)
class Edge:
    """How two nodes hang together: `confidence` is 0 to 1, None for what a file or register states.

    `grounds` are ids of observations; `since` and `until` are days.
    """

    source: str
    target: str
    kind: str
    confidence: float | None = None
    decibans: float | None = None
    since: date | None = None
    until: date | None = None
    grounds: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Graph:
    """Nodes and edges; `left_out` counts the nodes for which there was no room."""

    case_id: UUID
    known_at: datetime
    nodes: Sequence[Node]
    edges: Sequence[Edge]
    left_out: int


@dataclass(slots=True)
class _Drawing:
    nodes: dict[str, Node] = field(default_factory=dict)
    edges: list[Edge] = field(default_factory=list)

    def add(self, node: Node, edges: Iterable[Edge]) -> None:
        self.nodes.setdefault(node.id, node)
        self.edges += edges


def graph_of(
    session: Session,
    case_id: UUID,
    *,
    known_at: datetime | None = None,
    limit: int,
    actor: Actor,
    now: datetime,
) -> Graph:
    """The links of a case's debtor as known at a time; raises NotFound and InvalidInput."""
    owned = ownership_of(session, case_id, known_at=known_at, actor=actor, now=now)
    return graph_from(session, owned, limit=limit, actor=actor)


def graph_from(session: Session, owned: OwnershipRecord, *, limit: int, actor: Actor) -> Graph:
    """The same from what was read of ownership already."""
    drawing = _Drawing()
    me = _person(owned.person_id)
    _add_parties(session, drawing, owned, actor)
    _add_places(session, drawing, owned, me)
    known = _counterparties(owned)
    _add_assets(drawing, owned, known, me)
    _add_hints(drawing, owned, known, me)
    _add_shared(session, drawing, owned, actor, me)
    kept = dict(list(drawing.nodes.items())[:limit])
    return Graph(
        case_id=owned.case_id,
        known_at=owned.known_at,
        nodes=list(kept.values()),
        edges=[one for one in drawing.edges if one.source in kept and one.target in kept],
        left_out=len(drawing.nodes) - len(kept),
    )


def _person(person_id: UUID) -> str:
    return f"person:{person_id}"


def _asset(name: str) -> str:
    return f"asset:{trace.folded(name)}"


def _add_parties(session: Session, drawing: _Drawing, owned: OwnershipRecord, actor: Actor) -> None:
    query = (
        select(Party, Person)
        .join(Person, Party.person_id == Person.id)
        .where(Party.case_id == owned.case_id, Party.created_at <= owned.known_at)
        .order_by(Party.person_id != owned.person_id, Party.id)
    )
    for party, person in session.execute(query):
        label = str(cases.shown(person, actor)["name"])
        if person.id == owned.person_id:
            drawing.add(Node(_person(person.id), "debtor", label), ())
        else:
            edge = Edge(_person(person.id), _person(owned.person_id), f"party:{party.role}")
            drawing.add(Node(_person(person.id), "party", label, party.role), [edge])


def _add_places(session: Session, drawing: _Drawing, owned: OwnershipRecord, me: str) -> None:
    believed = tracing.beliefs_at(session, owned.person_id, owned.seen, owned.known_at)
    query = select(Address.id, Address.text).where(
        Address.id.in_([UUID(one) for one in believed]), Address.created_at <= owned.known_at
    )
    texts = {str(address_id): text for address_id, text in session.execute(query)}
    likely = sorted(believed.items(), key=lambda one: (-one[1].p_home, one[0]))
    for address_id, belief in likely:
        if address_id in texts:
            grounds = tuple(line.observation.id for line in belief.lines)[-_MOST_GROUNDS:]
            edge = Edge(me, f"address:{address_id}", "lives_at", belief.p_home, grounds=grounds)
            drawing.add(Node(f"address:{address_id}", "address", texts[address_id]), [edge])


def _add_assets(
    drawing: _Drawing, owned: OwnershipRecord, known: Mapping[str, Node], me: str
) -> None:
    for one in owned.holdings:
        holder = me if one.holder == trace.DEBTOR else known[one.holder].id
        edge = Edge(
            holder, _asset(one.asset), "holds",
            since=one.since, until=one.until, grounds=one.shown_by,
        )  # fmt: skip
        drawing.add(Node(_asset(one.asset), "asset", one.asset, one.kind), ())
        if one.holder != trace.DEBTOR:
            drawing.add(known[one.holder], ())
        drawing.edges.append(edge)


def _counterparties(owned: OwnershipRecord) -> Mapping[str, Node]:
    """Whom each observation names, as one node wherever the same mark names him again."""
    marks = {o.id: o.values for o in owned.seen}
    first: dict[tuple[str, str], str] = {}
    found = {}
    for one, named in sorted(owned.named.items()):
        told = [(kind, marks[one][kind]) for kind in _KNOWN_BY if kind in marks[one]]
        mark = next(((kind, trace.folded(text)) for kind, text in told), ("", one))
        label = named.names.get("name") or named.names.get("company") or ""
        node_id = f"counterparty:{first.setdefault(mark, one)}"
        found[one] = Node(node_id, "counterparty", label, named.relation)
    return found


def _add_hints(
    drawing: _Drawing, owned: OwnershipRecord, known: Mapping[str, Node], me: str
) -> None:
    for hint in owned.hints:
        confidence = 1.0 / (1.0 + 10 ** (-hint.decibans / 10.0))
        if hint.kind == "relative":
            node, target = known[hint.about.id], me
        else:
            name = str(hint.about.asset)
            node, target = Node(_asset(name), "asset", name, "firm"), _asset(hint.subject)
            drawing.add(Node(target, "asset", hint.subject, "firm"), ())
        edge = Edge(
            node.id, target, f"hint:{hint.kind}", confidence, hint.decibans, grounds=hint.grounds
        )
        drawing.add(node, [edge])


def _add_shared(
    session: Session, drawing: _Drawing, owned: OwnershipRecord, actor: Actor, me: str
) -> None:
    shared = identity.shared_things(session, owned.person_id, as_of=owned.known_at, actor=actor)
    for node, edge in _others(shared, me):
        drawing.add(node, [edge])


def _others(shared: Sequence[identity.Shared], me: str) -> Iterator[tuple[Node, Edge]]:
    for thing in shared:
        for other in thing.others:
            numbers = ", ".join(dict.fromkeys(one["number"] for one in other.cases))
            node = Node(_person(other.person_id), "other", numbers)
            kind = "same_person" if other.same else f"shared:{thing.kind}"
            yield node, Edge(node.id, me, kind)
