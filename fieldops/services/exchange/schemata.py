"""Our schemata as files of a FollowTheMoney model, made from the tables that are carried.

Put them beside the schema files of followthemoney and name the folder in FTM_MODEL_PATH: then its
tools read what an export writes. JSON is YAML, so that no library is needed to write them.
"""

import json
from collections.abc import Iterator
from typing import Any

from fieldops.services.exchange.exporting import END
from fieldops.services.exchange.rows import SCHEMATA, carried

_BY_TABLE = {model.__tablename__: schema for schema, model in SCHEMATA.items()}


def schema_files() -> Iterator[tuple[str, str]]:
    """Name and content of the file of each schema."""
    for schema, model in SCHEMATA.items():
        properties: dict[str, Any] = {}
        for one in carried(model):
            properties[one.prop] = {"label": one.prop}
            if one.refers_to is not None:
                reverse = f"{schema[0].lower()}{schema[1:]}{one.prop[0].upper()}{one.prop[1:]}"
                properties[one.prop] |= {
                    "type": "entity",
                    "range": _BY_TABLE[one.refers_to],
                    "reverse": {"name": reverse, "label": reverse},
                }
        yield _file(schema, properties)
    yield _file(END, {"entities": {"label": "entities"}})


def _file(schema: str, properties: dict[str, Any]) -> tuple[str, str]:
    told = {schema: {"label": schema, "plural": schema, "properties": properties}}
    return f"{schema}.yaml", json.dumps(told, indent=2, ensure_ascii=False) + "\n"
