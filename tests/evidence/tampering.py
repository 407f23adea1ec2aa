"""Take a pack apart, change it, and put it together again, as an attacker would."""

import io
import json
import zipfile
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from functools import cache
from hashlib import sha256
from pathlib import Path
from typing import Any

from evidence.custody import layout
from evidence.custody.canonical import canonical
from evidence.custody.manifest import write_manifest
from evidence.custody.verify.judge import verify
from evidence.custody.verify.report import Report
from evidence.pack.authority import Authority
from evidence.pack.build import build
from evidence.pack.signing import sign_cms
from evidence.pack.stream import ZipStream
from tests.evidence import world

Files = dict[str, bytes]
SEALED = world.START + timedelta(hours=1)


@cache
def good_pack() -> bytes:
    """The pack of the story, built once."""
    out = io.BytesIO()
    build(world.source(), out, sealer=world.sealer())
    return out.getvalue()


def files() -> Files:
    """The good pack's files by their names inside the case's folder."""
    return unpacked(good_pack())


def unpacked(pack: bytes) -> Files:
    """A pack's files by their names inside the case's folder."""
    with zipfile.ZipFile(io.BytesIO(pack)) as archive:
        return {n.partition("/")[2]: archive.read(n) for n in archive.namelist()}


def rezip(changed: Mapping[str, bytes]) -> bytes:
    """A well-formed pack ZIP of any files."""
    out = io.BytesIO()
    stream = ZipStream(out)
    for name, data in changed.items():
        stream.add(f"case-7/{name}", (data,), sha256(data).hexdigest(), len(data))
    stream.finish()
    return out.getvalue()


def manifests(changed: Files) -> Files:
    """The files with both manifests and the Payload-Oxum written anew over what there is."""
    payload = {n: d for n, d in changed.items() if n.startswith(layout.PAYLOAD)}
    hashed = {name: sha256(data).hexdigest() for name, data in payload.items()}
    oxum = f"Payload-Oxum: {sum(map(len, payload.values()))}.{len(payload)}\n"
    info = changed[layout.INFO].decode().splitlines(keepends=True)
    new = {**changed, layout.MANIFEST: write_manifest(hashed)}
    new[layout.INFO] = "".join(
        oxum if line.startswith("Payload-Oxum") else line for line in info
    ).encode()
    tags = {
        name: sha256(data).hexdigest()
        for name, data in new.items()
        if name not in payload and name not in layout.OUTSIDE
    }
    return {**new, layout.TAG_MANIFEST: write_manifest(tags)}


def reseal(
    changed: Files, signer: Authority | None = None, at: datetime = SEALED,
    stamper: Authority | None = None,
) -> Files:  # fmt: skip
    """What an insider with a signing key makes of changed files."""
    new = manifests(changed)
    tags = new[layout.TAG_MANIFEST]
    new[layout.SEAL_SIGNATURE] = sign_cms(tags, (signer or world.authority()).signer, at)
    new[layout.SEAL_TIMESTAMP] = world.stamp(tags, at, stamper)
    return new


def edit_line(data: bytes, number: int, edit: Callable[[Any], None]) -> bytes:
    """JSON lines with one of them edited in place."""
    lines = [json.loads(line) for line in data.splitlines()]
    edit(lines[number])
    return b"".join(canonical(line) + b"\n" for line in lines)


def judged(folder: Path, data: bytes, **more: Any) -> Report:
    """The report on a pack of these bytes, with the right trust file unless told else."""
    pack = folder / "pack.zip"
    pack.write_bytes(data)
    given = {"trust": world.trust(folder), "now": world.NOW, **more}
    return verify(pack, **given)


def failed(report: Report) -> set[str]:
    """The claims in which a fault was found."""
    return {claim.name for claim in report.claims if claim.faults}
