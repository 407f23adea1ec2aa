"""A link graph as figures for an SVG: people on the left, the debtor between, things on the right.

All coordinates are in the drawing's own units; the template writes them down.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field

from fieldops.services.link_graph import Edge, Graph, Node

WIDTH, ROW, BOX, TALL = 900.0, 56.0, 240.0, 40.0
_LEFT, _MIDDLE, _RIGHT = 0.0, (WIDTH - BOX) / 2, WIDTH - BOX
_PEOPLE = ("party", "counterparty", "other")
_LONGEST = 16


@dataclass(frozen=True, slots=True)
class Box:
    """A node with the upper left corner of its box, and as much of its label as fits."""

    node: Node
    x: float
    y: float

    @property
    def label(self) -> str:
        """The label, cut where it is too long for the box."""
        text = self.node.label
        return text if len(text) <= _LONGEST else f"{text[: _LONGEST - 1]}…"


@dataclass(frozen=True, slots=True)
class Line:
    """An edge from box to box; a hint is drawn broken."""

    edge: Edge
    path: str
    is_hint: bool


@dataclass(frozen=True, slots=True)
class GraphDrawing:
    """Everything that the SVG shows."""

    boxes: Sequence[Box]
    lines: Sequence[Line]
    height: float
    left_out: int
    width: float = field(default=WIDTH)
    box: float = field(default=BOX)
    tall: float = field(default=TALL)

    @property
    def left(self) -> float:
        """Where the leftmost box stands: a column without boxes takes no room."""
        return min(box.x for box in self.boxes)

    @property
    def labels(self) -> dict[str, str]:
        """The whole label of each node by its id."""
        return {box.node.id: box.node.label for box in self.boxes}


def draw(graph: Graph) -> GraphDrawing | None:
    """The drawing of a graph; None where there is nothing but the debtor."""
    people = [one for one in graph.nodes if one.kind in _PEOPLE]
    things = [one for one in graph.nodes if one.kind not in (*_PEOPLE, "debtor")]
    debtor = [one for one in graph.nodes if one.kind == "debtor"]
    rows = max(len(people), len(things))
    if not rows:
        return None
    height = rows * ROW
    boxes = [
        *_column(debtor, _MIDDLE, height),
        *_column(people, _LEFT, height),
        *_column(things, _RIGHT, height),
    ]
    places = {box.node.id: box for box in boxes}
    lines = [
        Line(edge, _path(places[edge.source], places[edge.target]), edge.kind.startswith("hint:"))
        for edge in graph.edges
    ]
    return GraphDrawing(boxes, lines, height, graph.left_out)


def _column(nodes: Sequence[Node], x: float, height: float) -> list[Box]:
    step = height / max(len(nodes), 1)
    return [Box(one, x, round((i + 0.5) * step - TALL / 2, 1)) for i, one in enumerate(nodes)]


def _path(one: Box, other: Box) -> str:
    """From the side of one box that faces the other; within a column a bow beside it."""
    left, right = sorted((one, other), key=lambda box: box.x)
    start, end = left.y + TALL / 2, right.y + TALL / 2
    if left.x == right.x:
        side = left.x + (BOX if left.x < _RIGHT else 0)
        bow = side + (40 if left.x < _RIGHT else -40)
        return f"M{side} {start}C{bow} {start} {bow} {end} {side} {end}"
    if left.x < _MIDDLE < right.x:
        # Over the debtor, who stands between.
        above = max(min(start, end) - 2 * ROW, 0.0)
        return f"M{left.x + BOX} {start}Q{WIDTH / 2} {above} {right.x} {end}"
    return f"M{left.x + BOX} {start}L{right.x} {end}"
