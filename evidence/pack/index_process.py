"""The processes that draw the index and put a signature into it: started, used once, and ended.

So the memory of typefaces and PDF libraries is not held while gigabytes of originals are written.
`python -m evidence.pack.index_process draw|seal` speaks `frames` on standard input and output; no
key ever comes here: digests go out and signatures come back. What is read is never on the disk.
"""

import json
import os
import sys
from collections.abc import Sequence
from datetime import datetime
from types import ModuleType
from typing import BinaryIO

from evidence.pack.fonts import FontMissingError
from evidence.pack.frames import BrokenOffError, expect, put

CATALOGUE, PROOFS, PDF, SIGN, STAMP, FAULT = b"c", b"o", b"p", b"s", b"t", b"f"
DRAW, SEAL = "draw", "seal"


def main(argv: Sequence[str]) -> int:
    """Do what is asked once; what cannot be done is told to the other side."""
    given = sys.stdin.buffer
    # What a library may print must not get between the messages.
    with os.fdopen(os.dup(1), "wb") as answers:
        os.dup2(2, 1)
        try:
            (_draw if argv[0] == DRAW else _seal)(given, answers)
        except BrokenOffError:
            return 1
        except Exception as error:  # Whatever it is, whoever asked has to be told.
            told = {"font": isinstance(error, FontMissingError), "text": _named(error)}
            put(answers, FAULT, json.dumps(told).encode())
            return 1
    return 0


def _named(error: Exception) -> str:
    return str(error) if isinstance(error, FontMissingError) else f"{type(error).__name__}: {error}"


def _draw(given: BinaryIO, answers: BinaryIO) -> None:
    from evidence.pack.catalogue import Catalogue
    from evidence.pack.index_pdf import index_pdf

    put(answers, PDF, index_pdf(Catalogue.from_bytes(expect(given, CATALOGUE))))


class _Absent(ModuleType):
    """A module of which any name is `object`: enough for annotations, and for nothing else."""

    def __getattr__(self, name: str) -> type:
        if name.startswith("__"):
            raise AttributeError(name)
        return object


def _seal(given: BinaryIO, answers: BinaryIO) -> None:
    # pyHanko can ask authorities over HTTP itself. It is not to: and the client for it would take
    # a fifth of the memory here.
    sys.modules["aiohttp"] = _Absent("aiohttp")
    from evidence.pack.pdf_signature import Proofs, sign_pdf

    told = json.loads(expect(given, PROOFS))
    proofs = Proofs(
        datetime.fromisoformat(told["now"]),
        [text.encode() for text in told["certificates"]],
        [bytes.fromhex(text) for text in told["revocations"]],
    )
    pdf = expect(given, PDF)

    def asked(kind: bytes, digest: bytes) -> bytes:
        put(answers, kind, digest)
        return expect(given, kind)

    signed = sign_pdf(pdf, proofs, lambda one: asked(SIGN, one), lambda one: asked(STAMP, one))
    put(answers, PDF, signed)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
