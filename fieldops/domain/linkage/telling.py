"""What each line of a score says, in English and Chinese."""

from collections.abc import Mapping, Sequence
from typing import Any, Final

PRIOR: Final = ("prior", "")

_LEVELS: Final = {
    PRIOR: ("two records at random are one person", "随机两条记录为同一人的可能"),
    ("name", "exact"): ("the names are the same", "姓名相同"),
    ("name", "exact_short"): ("the names are the same, and short", "姓名相同(两字名,较常见)"),
    ("name", "homophone"): ("the names are said alike, tones included", "姓名同音同调"),
    ("name", "spelled_alike"): ("the names are spelled alike in pinyin", "姓名拼音相同"),
    ("name", "one_character"): ("the names differ in one character", "姓名仅一字不同"),
    ("name", "fits_mask"): ("the starred name fits", "隐去部分的姓名可相符"),
    ("name", "different"): ("the names differ", "姓名不同"),
    ("id_number", "equal"): ("the ID numbers are the same", "身份证号相同"),
    ("id_number", "compatible"): (
        "the starred ID number is compatible, which is not equal",
        "隐去部分的身份证号相容(并非相同)",
    ),
    ("id_number", "different"): ("the ID numbers differ", "身份证号不同"),
    ("phone", "equal"): ("a telephone is shared", "有相同的电话"),
    ("phone", "compatible"): (
        "a starred telephone is compatible, which is not equal",
        "隐去部分的电话相容(并非相同)",
    ),
    ("phone", "slipped"): ("a telephone differs by one slip of the key", "电话仅差一处笔误"),
    ("phone", "different"): ("the telephones differ", "电话不同"),
    ("address", "door"): ("an address is the same to the door", "有相同的地址(同一户)"),
    ("address", "house"): ("an address has the same road and number", "有相同的路名门牌"),
    ("address", "county"): ("the addresses are in one county", "地址在同一区县"),
    ("address", "elsewhere"): ("the addresses are in different counties", "地址在不同区县"),
    ("plate", "equal"): ("a vehicle is shared", "有相同的车辆"),
    ("plate", "different"): ("the vehicles differ", "车辆不同"),
    ("code", "equal"): ("a firm is shared (credit code)", "有相同的企业(统一社会信用代码)"),
    ("code", "different"): ("the firms differ", "企业不同"),
}
_LIMITS: Final = {
    "": ("nothing stands against it", "无限制"),
    "too_little": ("together it weighs too little", "综合权重不足"),
    "different_numbers": (
        "two different whole ID numbers: only a person may say that they are one",
        "两个完整身份证号不同,只能由人认定为同一人",
    ),
    "different_names": (
        "the names differ: shared things show a household, not a person",
        "姓名不同:共用信息只说明同住,不说明同一人",
    ),
    "name_not_certain": ("the name is only near or starred", "姓名仅相近或被隐去"),
    "one_weak_key": ("the name and one weak key are not enough", "仅姓名加一项弱线索,不足以认定"),
    "person_and_firm": ("one is a person, the other a firm", "一为自然人,一为企业"),
}


def level_text(attribute: str, level: str) -> tuple[str, str]:
    """One comparison in (English, Chinese); KeyError for one that does not exist."""
    return _LEVELS[attribute, level]


def limit_text(limit: str) -> tuple[str, str]:
    """What kept a verdict below "same", in (English, Chinese)."""
    return _LIMITS[limit]


def explained(lines: Sequence[Mapping[str, Any]], total: float) -> list[dict[str, Any]]:
    """The lines of a stored score with their sentences, the prior first; they add up to `total`.

    Each is {"attribute", "level", "decibans", "share", "en", "zh"}.
    """
    prior = total - sum(line["decibans"] for line in lines)
    first = {"attribute": PRIOR[0], "level": PRIOR[1], "decibans": round(prior, 3), "share": 1.0}
    found = []
    for line in (first, *lines):
        english, chinese = level_text(line["attribute"], line["level"])
        found.append({**line, "en": english, "zh": chinese})
    return found
