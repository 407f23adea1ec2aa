"""The story's case in a pack for somebody: exhibits, a field withheld, a copy, a stub."""

import dataclasses
import io
import zipfile
from datetime import timedelta
from functools import cache, partial
from hashlib import sha256
from typing import Any

from evidence.custody import layout
from evidence.custody.checkpoint import Checkpoint, SealedCheckpoint
from evidence.custody.disclosure import derived_commitment, withhold
from evidence.custody.entry import CUT, DERIVED, WITHHELD, Entry
from evidence.custody.statement import DIGEST, stamps_told, statement_line, statement_sha256
from evidence.pack.build import build
from evidence.pack.parts import lines
from evidence.pack.source import PackItem, PackSource, Withheld
from tests.evidence import world
from tests.evidence.tampering import Files

PROFILE = {
    "name": "court",
    "version": "1",
    "title": {"zh": "法院", "en": "Court"},
    "ground": "民事诉讼证据规定 art. 19",
    "terms": {"copies": "replace", "withheld_fields": ["upload_session"]},
}
_SALT = "5d" * 16
_FIELDS = ("upload_session",)


def _withheld(told: world.World, number: int, reason: str) -> Withheld:
    detail = {"pack": world.PACK, "reason": reason}
    entry: Entry = told.add(
        WITHHELD, item=f"item-{number}", actor="counsel:7", detail=detail,
        sha256=sha256(world.content(number)).hexdigest(), size=len(world.content(number)),
    )  # fmt: skip
    return Withheld(reason, entry.actor, entry.at)


def _line(number: int, item: PackItem) -> dict[str, Any]:
    fields = item.as_received
    return {
        "item": item.item,
        "number": number,
        "exhibit": item.exhibit,
        "catalogue": dataclasses.asdict(item.catalogue),
        "status": "included" if item.withheld is None else "withheld",
        "withheld_fields": sorted(name for name, one in fields.items() if "value" not in one),
        "copies": [made.sha256 for made in item.derived],
    }


def _renewed(head: SealedCheckpoint) -> SealedCheckpoint:
    """The checkpoint with its stamp renewed, and with one more beside it."""
    later = world.START + timedelta(minutes=30)
    renewal = world.stamp(head.text + head.timestamp, later)
    return dataclasses.replace(
        head, renewals=(renewal,), others=((world.stamp(head.text, later),),)
    )


def source(*, promises_stamps: bool = True, **changes: Any) -> PackSource:
    """The pack source with its statement, which the cut commits to."""
    told = world.World()
    told.others(5)
    for number in (1, 2, 3):
        told.receive(number)
    told.checkpoint()
    told.older = [_renewed(told.older[0])]
    detail = {
        "original_sha256": sha256(world.content(2)).hexdigest(),
        "record_sha256": derived_commitment(world.HOW),
    }
    told.add(DERIVED, item="item-2", sha256=sha256(world.MASKED).hexdigest(),
             size=len(world.MASKED), detail=detail)  # fmt: skip
    covered = withhold(world.as_received(1), _FIELDS)
    stub = withhold(world.as_received(3), list(world.as_received(3)))
    items = [
        world.item(1, exhibit="证据1", as_received=covered),
        world.item(2, exhibit="证据2", open=None, derived=[world.derived()],
                   withheld=_withheld(told, 2, "copy-instead")),
        world.item(3, open=None, as_received=stub, withheld=dataclasses.replace(
            _withheld(told, 3, "third-person"), note="邻居的门牌 a neighbour's door")),
    ]  # fmt: skip
    records: dict[str, Any] = {"findings": [], "trace": [], "system": [{"record": "service"}]}
    statement = {
        "v": 1,
        "pack": world.PACK,
        "salt": _SALT,
        "profile": PROFILE,
        "language": "zh",
        "stamp_limit_seconds": 43_200,
        "files": {
            name: lines(name, partial(iter, records[name[5:-6]])).sha256 for name in layout.TOLD
        },
        "stamps": [
            stamps_told(Checkpoint.parse(head.text).size, head.chains()) for head in told.older
        ],
        "items": [_line(number, item) for number, item in enumerate(items, 1)],
    }
    if not promises_stamps:
        del statement["stamps"]
    promised = statement_sha256(statement_line(statement))
    told.add(CUT, detail={"pack": world.PACK, DIGEST: promised})
    return world.source(
        told, items=items, disclosure=statement, stamp_limit_seconds=43_200, **records, **changes
    )


@cache
def pack() -> bytes:
    """The pack, built once."""
    out = io.BytesIO()
    build(source(), out, sealer=world.sealer())
    return out.getvalue()


def files() -> Files:
    """The pack's files by their names inside the case's folder."""
    with zipfile.ZipFile(io.BytesIO(pack())) as archive:
        return {n.partition("/")[2]: archive.read(n) for n in archive.namelist()}
