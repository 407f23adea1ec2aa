"""Build a pack: check the source, write the records, stream the originals, seal the whole."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from hashlib import sha256
from itertools import starmap
from typing import BinaryIO

from evidence.custody import layout
from evidence.custody.checkpoint import Checkpoint, SealedCheckpoint
from evidence.custody.manifest import DECLARATION, write_info, write_manifest
from evidence.custody.statement import statement_line
from evidence.pack.behind import WriteBehind
from evidence.pack.catalogue import catalogue_of
from evidence.pack.index import signed_index
from evidence.pack.parts import Part, held, lines
from evidence.pack.records import derived_path, item_records, payload_path
from evidence.pack.seals import Sealer, Seals
from evidence.pack.signing import sign_cms
from evidence.pack.soundness import PackError, check_source
from evidence.pack.source import PackSource
from evidence.pack.stream import ZipStream
from evidence.pack.verifier_copy import verifier_files


@dataclass(frozen=True, slots=True)
class BuiltPack:
    """A finished pack: the seals to store, the size and SHA-256 of the ZIP, files in it."""

    seals: Seals
    size: int
    sha256: str
    files: int


def build(
    source: PackSource, sink: BinaryIO, *, sealer: Sealer | None = None, seals: Seals | None = None
) -> BuiltPack:
    """Write the pack to `sink`, which need not seek; either seal it now or replay its seals.

    Store the returned seals: building again with them gives the same bytes. Raises PackError
    when source or seals do not fit, ContentChangedError when stored bytes are not those that
    were recorded; what has then gone to `sink` is no pack.
    """
    if (sealer is None) == (seals is None):
        raise PackError("give either a sealer (the first time) or the stored seals")
    check_source(source)
    streamed, told = list(_streamed(source)), _told(source)
    if seals is not None:
        _check_seals(seals, told, streamed)
    with WriteBehind(sink) as behind:
        out = ZipStream(behind)
        _add(out, source, told)
        _add(out, source, streamed)
        # Sealing comes after the last original was read again and found as recorded.
        made = seals or _seal(source, sealer, told, streamed)
        _add(out, source, _sealed_files(made, told, streamed))
        out.finish()
        digest = behind.digest()
    return BuiltPack(made, out.size, digest, len(told) + len(streamed) + len(made.files) + 1)


def _add(out: ZipStream, source: PackSource, parts: Iterable[Part]) -> None:
    for part in parts:
        out.add(f"{source.case.folder}/{part.path}", part.open(), part.sha256, part.size)


def _streamed(source: PackSource) -> Iterator[Part]:
    for number, item in enumerate(source.items, 1):
        if item.open is not None:
            yield Part(payload_path(number, item), item.sha256, item.size, item.open)
        for place, made in enumerate(item.derived, 1):
            path = derived_path(number, place, made)
            yield Part(path, made.sha256, made.size, made.open)


def _told(source: PackSource) -> list[Part]:
    """Every file that follows from the source alone, in the order they are written."""
    payload = [part for part in _streamed(source) if part.path.startswith(layout.PAYLOAD)]
    older = sorted((Checkpoint.parse(old.sealed.text).size, old) for old in source.older)
    proofs = [{"size": size, "path": [s.hex() for s in old.path]} for size, old in older]
    manifest = write_manifest({part.path: part.sha256 for part in payload})
    found = [
        held(layout.BAGIT, DECLARATION),
        held(layout.INFO, write_info(_info(source, payload))),
        held(layout.MANIFEST, manifest),
        lines(layout.ITEMS, lambda: item_records(source)),
        lines(layout.FINDINGS, lambda: source.findings),
        lines(layout.TRACE, lambda: source.trace),
        lines(layout.SYSTEM, lambda: source.system),
        lines(layout.ENTRIES, lambda: (placed.to_json() for placed in source.entries)),
        lines(layout.CONSISTENCY, lambda: proofs),
        *_sealed_checkpoint(layout.CHECKPOINT, source.checkpoint),
    ]
    if source.disclosure is not None:
        found.append(held(layout.DISCLOSURE, statement_line(source.disclosure)))
    for size, old in older:
        found += _sealed_checkpoint(layout.older_path(size), old.sealed)
    return found


def _sealed_checkpoint(path: str, sealed: SealedCheckpoint) -> list[Part]:
    return [
        held(path, sealed.text),
        held(f"{path}.p7s", sealed.signature),
        *[
            held(layout.stamp_path(path, number, renewal), response)
            for number, chain in enumerate(sealed.chains(), 1)
            for renewal, response in enumerate(chain)
        ],
    ]


def _info(source: PackSource, payload: Sequence[Part]) -> list[tuple[str, str]]:
    total = sum(part.size for part in payload)
    labels = [
        ("Source-Organization", source.case.submitter),
        ("External-Description", source.case.title),
        ("Bagging-Date", source.made_at.date().isoformat()),
        (layout.PACK_ID, source.pack_id),
        ("Payload-Oxum", f"{total}.{len(payload)}"),
        (layout.PACK_FORMAT, layout.FORMAT),
        (layout.CASE, source.case.case),
        (layout.LOG, source.entries[0].entry.log),
        (layout.STAMP_LIMIT, str(source.stamp_limit_seconds)),
    ]
    if source.disclosure is not None:
        profile = source.disclosure["profile"]
        labels.append((layout.PROFILE, f"{profile['name']} {profile['version']}"))
        labels.append((layout.GROUND, profile["ground"]))
    return labels


def _tag_manifest(*groups: Iterable[Part]) -> bytes:
    return write_manifest(
        {
            part.path: part.sha256
            for parts in groups
            for part in parts
            if not part.path.startswith(layout.PAYLOAD)
        }
    )


def _seal(
    source: PackSource, sealer: Sealer | None, told: Sequence[Part], streamed: Sequence[Part]
) -> Seals:
    if sealer is None:
        raise PackError("nobody is given who seals")
    files = {layout.INDEX: signed_index(catalogue_of(source), sealer), **verifier_files()}
    tags = _tag_manifest(told, streamed, starmap(held, files.items()))
    files[layout.SEAL_SIGNATURE] = sign_cms(tags, sealer.identity, sealer.now)
    files[layout.SEAL_TIMESTAMP] = sealer.timestamper.stamp(sha256(tags).digest())
    return Seals(sha256(tags).hexdigest(), files)


def _frozen(seals: Seals) -> list[Part]:
    return [held(p, data) for p, data in sorted(seals.files.items()) if p not in layout.OUTSIDE]


def _check_seals(seals: Seals, told: Sequence[Part], streamed: Sequence[Part]) -> None:
    tags = _tag_manifest(told, streamed, _frozen(seals))
    if sha256(tags).hexdigest() != seals.tag_manifest_sha256:
        raise PackError("the source is not what these seals were made over: make a new pack")


def _sealed_files(seals: Seals, told: Sequence[Part], streamed: Sequence[Part]) -> Iterator[Part]:
    yield from _frozen(seals)
    yield held(layout.TAG_MANIFEST, _tag_manifest(told, streamed, _frozen(seals)))
    for path in (layout.SEAL_SIGNATURE, layout.SEAL_TIMESTAMP):
        yield held(path, seals.files[path])
