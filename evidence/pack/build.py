"""Build a pack: check the source, write the records, stream the originals, seal the whole."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from hashlib import sha256
from typing import BinaryIO

from evidence.custody import layout
from evidence.custody.checkpoint import Checkpoint, SealedCheckpoint
from evidence.custody.manifest import DECLARATION, write_info, write_manifest
from evidence.custody.statement import statement_line
from evidence.pack.index_pdf import signed_index
from evidence.pack.records import derived_path, item_records, json_lines, payload_path
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


@dataclass(frozen=True, slots=True)
class _File:
    """A file whose bytes are streamed from a store."""

    path: str
    sha256: str
    size: int
    open: Callable[[], Iterable[bytes]]


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
    streamed = list(_streamed(source))
    texts = _texts(source, streamed)
    if seals is not None:
        _check_seals(seals, texts, streamed)
    out = ZipStream(sink)
    folder = source.case.folder
    for path, data in texts.items():
        _add(out, folder, path, data)
    for file in streamed:
        out.add(f"{folder}/{file.path}", file.open(), file.sha256, file.size)
    # Sealing comes after the last original was read again and found as recorded.
    if sealer is not None:
        seals = _seal(source, sealer, texts, streamed)
    if seals is None:
        raise PackError("unreachable: neither sealer nor seals")
    for path, data in _sealed_files(seals, texts, streamed):
        _add(out, folder, path, data)
    digest = out.finish()
    return BuiltPack(seals, out.size, digest, len(texts) + len(streamed) + len(seals.files) + 1)


def _streamed(source: PackSource) -> Iterator[_File]:
    for number, item in enumerate(source.items, 1):
        if item.open is not None:
            yield _File(payload_path(number, item), item.sha256, item.size, item.open)
        for place, made in enumerate(item.derived, 1):
            path = derived_path(number, place, made)
            yield _File(path, made.sha256, made.size, made.open)


def _texts(source: PackSource, streamed: list[_File]) -> dict[str, bytes]:
    """Every file that follows from the source alone, in the order they are written."""
    payload = [file for file in streamed if file.path.startswith(layout.PAYLOAD)]
    older = sorted((Checkpoint.parse(old.sealed.text).size, old) for old in source.older)
    proofs = [{"size": size, "path": [s.hex() for s in old.path]} for size, old in older]
    texts = {
        layout.BAGIT: DECLARATION,
        layout.INFO: write_info(_info(source, payload)),
        layout.MANIFEST: write_manifest({file.path: file.sha256 for file in payload}),
        layout.ITEMS: json_lines(item_records(source)),
        layout.FINDINGS: json_lines(source.findings),
        layout.TRACE: json_lines(source.trace),
        layout.SYSTEM: json_lines(source.system),
        layout.ENTRIES: json_lines(placed.to_json() for placed in source.entries),
        layout.CONSISTENCY: json_lines(proofs),
        **_sealed_checkpoint(layout.CHECKPOINT, source.checkpoint),
    }
    if source.disclosure is not None:
        texts[layout.DISCLOSURE] = statement_line(source.disclosure)
    for size, old in older:
        texts.update(_sealed_checkpoint(layout.older_path(size), old.sealed))
    return texts


def _sealed_checkpoint(path: str, sealed: SealedCheckpoint) -> dict[str, bytes]:
    return {path: sealed.text, f"{path}.p7s": sealed.signature, f"{path}.tsr": sealed.timestamp}


def _info(source: PackSource, payload: list[_File]) -> list[tuple[str, str]]:
    total = sum(file.size for file in payload)
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


def _tag_manifest(
    texts: dict[str, bytes], streamed: list[_File], made: Iterable[tuple[str, bytes]]
) -> bytes:
    hashes = {path: sha256(data).hexdigest() for path, data in (*texts.items(), *made)}
    hashes.update(
        {file.path: file.sha256 for file in streamed if not file.path.startswith(layout.PAYLOAD)}
    )
    return write_manifest(hashes)


def _seal(
    source: PackSource, sealer: Sealer, texts: dict[str, bytes], streamed: list[_File]
) -> Seals:
    files = {layout.INDEX: signed_index(source, sealer), **verifier_files()}
    tags = _tag_manifest(texts, streamed, files.items())
    files[layout.SEAL_SIGNATURE] = sign_cms(tags, sealer.identity, sealer.now)
    files[layout.SEAL_TIMESTAMP] = sealer.timestamper.stamp(sha256(tags).digest())
    return Seals(sha256(tags).hexdigest(), files)


def _frozen(seals: Seals) -> list[tuple[str, bytes]]:
    return [(p, data) for p, data in sorted(seals.files.items()) if p not in layout.OUTSIDE]


def _check_seals(seals: Seals, texts: dict[str, bytes], streamed: list[_File]) -> None:
    tags = _tag_manifest(texts, streamed, _frozen(seals))
    if sha256(tags).hexdigest() != seals.tag_manifest_sha256:
        raise PackError("the source is not what these seals were made over: make a new pack")


def _sealed_files(
    seals: Seals, texts: dict[str, bytes], streamed: list[_File]
) -> Iterator[tuple[str, bytes]]:
    yield from _frozen(seals)
    yield layout.TAG_MANIFEST, _tag_manifest(texts, streamed, _frozen(seals))
    for path in (layout.SEAL_SIGNATURE, layout.SEAL_TIMESTAMP):
        yield path, seals.files[path]


def _add(out: ZipStream, folder: str, path: str, data: bytes) -> None:
    out.add(f"{folder}/{path}", (data,), sha256(data).hexdigest(), len(data))
