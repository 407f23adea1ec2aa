"""The caller's mapping of headings to fields, from a dict, TOML or JSON, with default values."""

import json
import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

from fieldops.domain.errors import FieldFault, InvalidInput
from fieldops.domain.identity.unreadable import clip
from fieldops.domain.identity.widths import narrow

IGNORE: Final = "ignore"
MOST_BYTES: Final = 100_000
_DECORATION: Final = re.compile(
    r"\((?:必填|选填|可选|元|人民币|分钟|天|required|optional)\)|[*:]|\s"
)
_JOINTS: Final = re.compile(r"[_\-]")


@dataclass(frozen=True, slots=True)
class HeadingMapping:
    """Headings (plain form) to fields, and what a blank cell or a missing column stands for."""

    columns: Mapping[str, str] = field(default_factory=dict)
    defaults: Mapping[str, str] = field(default_factory=dict)


def plain_heading(text: str) -> str:
    """A heading without case, blanks, BOM, full-width forms, asterisks and (必填)."""
    return _JOINTS.sub("", _DECORATION.sub("", narrow(text).casefold()))


def read_mapping(source: Mapping[str, object], known: tuple[str, ...]) -> HeadingMapping:
    """Read `{"columns": {heading: field}, "defaults": {field: value}}`, or the columns alone.

    `known` are the fields there are; `ignore` as a field leaves a column out. Raises
    `InvalidInput` with every fault.
    """
    tables = {"columns", "defaults"}
    if any(isinstance(value, Mapping) for value in source.values()):
        columns, defaults = source.get("columns", {}), source.get("defaults", {})
        faults = [
            FieldFault(clip(key), "Unknown table. 未知的表。", "Use columns and defaults.")
            for key in source
            if key not in tables
        ]
    else:
        columns, defaults, faults = source, {}, []
    allowed = (*known, IGNORE)
    read: dict[str, str] = {}
    for heading, name in _pairs(columns, "columns", faults):
        if name not in allowed:
            faults.append(_unknown_field(name, allowed))
        read[plain_heading(heading)] = name
    values: dict[str, str] = {}
    for name, value in _pairs(defaults, "defaults", faults):
        if name not in known:
            faults.append(_unknown_field(name, known))
        values[name] = value
    if faults:
        raise InvalidInput("The mapping cannot be used. 映射无法使用。", faults=faults)
    return HeadingMapping(read, values)


def parse_mapping(content: bytes, known: tuple[str, ...]) -> HeadingMapping:
    """Parse a mapping file: JSON where it begins with a brace, TOML otherwise (UTF-8)."""
    if len(content) > MOST_BYTES:
        raise InvalidInput(f"The mapping is larger than {MOST_BYTES} bytes. 映射文件过大。")
    try:
        text = content.decode("utf-8-sig").replace("\r\n", "\n")
        source = json.loads(text) if text.lstrip().startswith("{") else tomllib.loads(text)
    except (ValueError, RecursionError) as error:
        detail = f"The mapping is neither TOML nor JSON in UTF-8: {error}. 映射文件格式有误。"
        raise InvalidInput(detail) from error
    return read_mapping(source, known)


def _pairs(table: object, name: str, faults: list[FieldFault]) -> list[tuple[str, str]]:
    if not isinstance(table, Mapping):
        faults.append(FieldFault(name, "Not a table. 不是表。", f"Write [{name}]."))
        return []
    pairs = []
    for key, value in table.items():
        if isinstance(key, str) and isinstance(value, str | int) and not isinstance(value, bool):
            pairs.append((key, str(value)))
        else:
            faults.append(FieldFault(clip(f"{name}.{key}"), "Not a text. 不是文本。", "Quote it."))
    return pairs


def _unknown_field(name: str, known: tuple[str, ...]) -> FieldFault:
    cure = f"Use one of: {', '.join(known)}. 请使用所列字段。"
    return FieldFault(clip(name), "No such field. 没有该字段。", cure)
