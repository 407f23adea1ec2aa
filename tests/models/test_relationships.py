"""What a list of a record holds comes in one order on every database."""

import pytest
from sqlalchemy.orm import RelationshipProperty

from fieldops.models import Base

LISTS = sorted(
    (one for mapper in Base.registry.mappers for one in mapper.relationships if one.uselist),
    key=str,
)


@pytest.mark.parametrize("held", LISTS, ids=str)
def test_a_list_of_a_record_says_its_order(held: RelationshipProperty[object]) -> None:
    assert held.order_by
