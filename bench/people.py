"""A made world of people and the records that lenders keep of them, with its own mistakes.

Everything is drawn from a seed: families who share a door and a telephone, people of one name,
names in traditional characters and in Latin letters, slips of the key, starred and missing fields.
"""

import random
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final

from opencc import OpenCC
from pypinyin import lazy_pinyin

from fieldops.domain.addresses import Parsed, parse
from fieldops.domain.gazetteer import Gazetteer, read_rows
from fieldops.domain.identity import check_character, mask_id_number, mask_phone
from fieldops.domain.linkage import Record

_TRADITIONAL: Final = OpenCC("s2t")
# Surnames by how common they are, roughly as in the census; given names are drawn alike.
_SURNAMES: Final = (
    "王李张刘陈杨黄赵吴周徐孙马朱胡郭何林高罗郑梁谢宋唐许邓冯韩曹曾彭萧蔡潘田董袁于余"
)
_GIVEN: Final = (
    "伟芳娜敏静丽强磊军洋勇艳杰娟涛明超秀霞平刚桂英华玉兰建国志文晓东海红梅小春雪飞鹏宇浩欣怡"
    "子轩梓涵一诺雨泽思远佳琪俊豪博嘉诗婷永福德胜根生云龙金凤学义"
)
_ROADS: Final = "红星 天府一 建设 人民 蜀都 玉林 科华 双楠 晋阳 锦绣 光华 清江 抚琴 武青 一环"
_COUNTIES: Final = ("锦江区", "双流区", "郫县")
_PLACES: Final = """code,parent,name,level,lat,lon
510000,,四川省,province,30.65,104.07
510100,510000,成都市,city,30.57,104.06
510104,510100,锦江区,county,30.60,104.11
510116,510100,双流区,county,30.57,103.92
510124,510100,郫县,county,30.79,103.90
"""


@dataclass(frozen=True, slots=True)
class World:
    """Records, and for each the number of the person whom it is about."""

    records: Sequence[Record]
    person_of: Sequence[int]


def a_world(records: int, seed: int) -> World:
    """About so many records of some 0.7 times as many people, most of whom have one alone."""
    source, places = random.Random(seed), Gazetteer(read_rows(_PLACES.splitlines()))
    people = _people(source, int(records * 0.7), places)
    made: list[Record] = []
    about: list[int] = []
    for number, person in enumerate(people):
        for _ in range(source.choices((1, 2, 3), (65, 25, 10))[0]):
            made.append(_recorded(source, person, str(len(made)), places))
            about.append(number)
    return World(made, about)


def _people(source: random.Random, count: int, places: Gazetteer) -> list[Record]:
    people: list[Record] = []
    while len(people) < count:
        door, phone, surname = _door(source, places), _phone(source), _surname(source)
        for member in range(source.choices((1, 2, 3, 4), (45, 25, 20, 10))[0]):
            name = (surname if member != 1 else _surname(source)) + _given(source)
            # Half of a family uses the one telephone.
            own = phone if member == 0 or source.random() < 0.5 else _phone(source)
            people.append(
                Record("", name, _id_number(source), phones=frozenset([own]), addresses=(door,))
            )
    return people[:count]


def _recorded(source: random.Random, person: Record, number: str, places: Gazetteer) -> Record:
    """What one lender writes of a person."""
    (phone,) = person.phones
    if source.random() < 0.2:
        phone = _phone(source)  # He has changed it.
    elif source.random() < 0.04:
        at = source.randrange(5, len(phone))
        phone = phone[:at] + str((int(phone[at]) + 1) % 10) + phone[at + 1 :]
    record = replace(person, id=number, name=_written(source, person.name))
    starred_phone, starred_id = source.random() < 0.25, source.random() < 0.25
    shown = frozenset([mask_phone(phone)]) if starred_phone else frozenset[str]()
    record = replace(
        record,
        phones=frozenset() if starred_phone or source.random() < 0.1 else frozenset([phone]),
        masked_phones=shown,
        id_number="" if starred_id or source.random() < 0.35 else person.id_number,
        masked_id=mask_id_number(person.id_number) if starred_id else "",
    )
    moved = source.random() < 0.25
    return replace(record, addresses=(_door(source, places),)) if moved else record


def _written(source: random.Random, name: str) -> str:
    draw = source.random()
    if draw < 0.10:
        return str(_TRADITIONAL.convert(name))
    if draw < 0.13:
        family, *given = lazy_pinyin(name)
        return f"{''.join(given).title()} {family.title()}"
    if draw < 0.16:
        at = source.randrange(1, len(name))
        return name[:at] + source.choice(_GIVEN) + name[at + 1 :]
    return f"{name[0]} {name[1:]}" if draw < 0.18 else name


def _surname(source: random.Random) -> str:
    return source.choices(_SURNAMES, [1 / (rank + 3) for rank in range(len(_SURNAMES))])[0]


def _given(source: random.Random) -> str:
    weights = [1 / (rank + 5) for rank in range(len(_GIVEN))]
    return "".join(source.choices(_GIVEN, weights, k=1 if source.random() < 0.15 else 2))


def _phone(source: random.Random) -> str:
    return f"+861{source.choice('356789')}{source.randrange(10**9):09d}"


def _id_number(source: random.Random) -> str:
    county = source.choice(("510104", "510116", "510124", "510105", "510107"))
    born = (
        f"{source.randrange(1955, 2004)}{source.randrange(1, 13):02d}{source.randrange(1, 29):02d}"
    )
    first = f"{county}{born}{source.randrange(1000):03d}"
    return first + check_character(first)


def _door(source: random.Random, places: Gazetteer) -> Parsed:
    road = source.choice(_ROADS.split())
    room = f"{source.randrange(1, 18)}0{source.randrange(1, 5)}室"
    inside = f"{source.randrange(1, 30)}栋{source.randrange(1, 4)}单元{room}"
    text = f"成都市{source.choice(_COUNTIES)}{road}路{source.randrange(1, 900)}号{inside}"
    read = parse(text, places)
    assert isinstance(read, Parsed)
    return read
