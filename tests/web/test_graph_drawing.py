"""The drawing of a link graph: columns, edges between boxes, and what is cut."""

from datetime import UTC, datetime
from uuid import UUID

from hypothesis import given
from hypothesis import strategies as st

from fieldops.services.link_graph import Edge, Graph, Node
from fieldops.web.graph_drawing import BOX, TALL, draw

DEBTOR = Node("me", "debtor", "张三")


def graph(*nodes: Node, edges: tuple[Edge, ...] = ()) -> Graph:
    """A graph of the debtor and these nodes."""
    known_at = datetime(2026, 1, 1, tzinfo=UTC)
    return Graph(UUID(int=1), known_at, [DEBTOR, *nodes], edges, left_out=3)


def test_the_debtor_alone_is_not_drawn() -> None:
    assert draw(graph()) is None


def test_a_hint_is_drawn_broken_and_what_is_left_out_is_counted() -> None:
    other = Node("c", "counterparty", "王小明")
    found = draw(graph(other, edges=(Edge("c", "me", "hint:relative"), Edge("me", "c", "holds"))))
    assert found is not None
    assert [line.is_hint for line in found.lines] == [True, False]
    assert found.left_out == 3


def test_a_long_label_is_cut_in_its_box_and_whole_in_words() -> None:
    name = "非常非常长的公司名称有限责任公司成都分公司"
    found = draw(graph(Node("a", "asset", name)))
    assert found is not None
    assert found.boxes[-1].label.endswith("…")
    assert found.labels["a"] == name


_NODES = st.lists(
    st.sampled_from(("party", "counterparty", "other", "address", "asset")), min_size=1, max_size=40
)


@given(_NODES)
def test_no_two_boxes_overlap_and_all_lie_inside(kinds: list[str]) -> None:
    found = draw(graph(*(Node(str(i), kind, "x") for i, kind in enumerate(kinds))))
    assert found is not None
    boxes = found.boxes
    for i, one in enumerate(boxes):
        assert 0 <= one.x <= found.width - BOX
        assert 0 <= one.y <= found.height - TALL
        for other in boxes[:i]:
            assert one.x != other.x or abs(one.y - other.y) >= TALL
