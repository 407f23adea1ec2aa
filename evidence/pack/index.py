"""The signed index of a pack: drawn and filled by processes of their own, signed by this one."""

import json
import os
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from hashlib import sha256
from pathlib import Path
from typing import BinaryIO, cast

from evidence.custody.der import token_of
from evidence.pack.catalogue import Catalogue
from evidence.pack.fonts import FontMissingError
from evidence.pack.frames import BrokenOffError, put, take
from evidence.pack.index_process import CATALOGUE, DRAW, FAULT, PDF, PROOFS, SEAL, SIGN, STAMP
from evidence.pack.seals import Sealer
from evidence.pack.signing import signed_data

LONGEST = 900.0
_KEPT = ("PATH", "LANG", "LC_ALL", "TMPDIR", "SYSTEMROOT")


class IndexFailedError(RuntimeError):
    """The index could not be drawn or signed; the message says why."""


def signed_index(catalogue: Catalogue, sealer: Sealer) -> bytes:
    """The catalogue as a PDF signed as PAdES B-LTA; its time is the sealer's.

    Raises FontMissingError when its font cannot be used, IndexFailedError for all else.
    """
    return seal_index(drawn_index(catalogue), sealer)


def drawn_index(catalogue: Catalogue) -> bytes:
    """The catalogue as an unsigned PDF."""
    with _started(DRAW) as (given, answers):
        put(given, CATALOGUE, catalogue.to_bytes())
        return _answer(answers, PDF)


def seal_index(pdf: bytes, sealer: Sealer) -> bytes:
    """The PDF with signature and timestamp, both made here: keys stay in this process."""
    told = {
        "now": sealer.now.isoformat(),
        "certificates": [pem.decode() for pem in sealer.certificates],
        "revocations": [der.hex() for der in sealer.revocations],
    }
    with _started(SEAL) as (given, answers):
        put(given, PROOFS, json.dumps(told).encode())
        put(given, PDF, pdf)
        # PAdES states the time in the PDF itself, not in the CMS.
        put(given, SIGN, signed_data(
            sealer.identity, _answer(answers, SIGN), stamp=lambda made: _token(sealer, made)
        ))  # fmt: skip
        put(given, STAMP, token_of(sealer.timestamper.stamp(_answer(answers, STAMP))))
        return _answer(answers, PDF)


def _token(sealer: Sealer, signature: bytes) -> bytes:
    return token_of(sealer.timestamper.stamp(sha256(signature).digest()))


def _answer(answers: BinaryIO, kind: bytes) -> bytes:
    found, data = take(answers)
    if found == FAULT:
        told = json.loads(data)
        raise FontMissingError(told["text"]) if told["font"] else IndexFailedError(told["text"])
    if found != kind:
        raise BrokenOffError(f"a message {found!r} came where {kind!r} was expected")
    return data


@contextmanager
def _started(what: str) -> Iterator[tuple[BinaryIO, BinaryIO]]:
    """A process for one piece of work; it does not outlive it, nor does it see our settings."""
    command = [sys.executable, "-P", "-m", "evidence.pack.index_process", what]
    try:
        with subprocess.Popen(
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, env=_environment()
        ) as process:
            watch = threading.Timer(LONGEST, process.kill)
            watch.start()
            try:
                yield cast("BinaryIO", process.stdin), cast("BinaryIO", process.stdout)
            finally:
                watch.cancel()
                process.kill()
    except (BrokenOffError, BrokenPipeError) as error:
        raise IndexFailedError(f"the index could not be made: {error}") from error


def _environment() -> dict[str, str]:
    here = str(Path(__file__).resolve().parents[2])
    paths = [here, *filter(None, [os.environ.get("PYTHONPATH")])]
    kept = {name: os.environ[name] for name in _KEPT if name in os.environ}
    return {**kept, "PYTHONPATH": os.pathsep.join(paths)}
