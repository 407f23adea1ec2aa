"""Records as tests need them, and strategies that draw them."""

from typing import Any

from hypothesis import strategies as st

from fieldops.domain.addresses import Parsed, parse
from fieldops.domain.linkage import Record
from tests.domain.addresses.places import gazetteer

# Made up: the checksums hold, nobody is known to have them.
FIRST_ID, SECOND_ID = "510104200401124774", "510105199805165135"
PHONE, OTHER_PHONE = "+8613800138000", "+8613900139000"
PLACES = gazetteer()
DOOR = "四川省成都市锦江区红星路303号5栋2单元301室"
HOUSE = "成都市锦江区红星路303号"
COUNTY = "成都市锦江区天府一街9号"
ELSEWHERE = "江苏省南京市鼓楼区中山路1号"


def at(text: str) -> Parsed:
    """An address that names one place."""
    read = parse(text, PLACES)
    assert isinstance(read, Parsed)
    return read


def a_record(name: str = "张三丰", *, phone: str = "", address: str = "", **more: Any) -> Record:
    """A record of a name and what the test gives beside it."""
    values: dict[str, Any] = {
        "id": name,
        "phones": frozenset([phone]) if phone else frozenset(),
        "addresses": (at(address),) if address else (),
        **more,
    }
    return Record(name=name, **values)


_SOME = "张三丰 張三豐 张三峰 张伟 章伟 Zhang-Wei Wei-Zhang 欧阳娜娜 李四 张* 单雄信 吕布 LYU-Bu"
NAMES = st.sampled_from([*_SOME.split(" "), "成都红星商贸有限公司"])
RECORDS = st.builds(
    Record,
    id=st.just("r"),
    name=NAMES,
    id_number=st.sampled_from(["", FIRST_ID, SECOND_ID]),
    masked_id=st.sampled_from(["", "510104********4774", "510105********5135"]),
    phones=st.frozensets(st.sampled_from([PHONE, OTHER_PHONE, "+8613800138001"]), max_size=2),
    masked_phones=st.frozensets(st.sampled_from(["138****8000", "139****9000"]), max_size=1),
    addresses=st.lists(
        st.sampled_from([at(one) for one in (DOOR, HOUSE, COUNTY, ELSEWHERE)]), max_size=2
    ).map(tuple),
    plates=st.frozensets(st.sampled_from(["川A12345", "川B00001"]), max_size=1),
    codes=st.frozensets(st.just("91110000600037341L"), max_size=1),
)
