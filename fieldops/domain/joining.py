"""How an upload stands to others: whole by itself, a part of a file, or joined from such parts."""

from dataclasses import dataclass
from uuid import UUID

from fieldops.domain.errors import BadHeader, FieldFault

PARTIAL = "partial"
_FINAL = "final;"


@dataclass(frozen=True, slots=True)
class Concat:
    """What `Upload-Concat` said: the header as it came, and the parts that a final names."""

    header: str = ""
    parts: tuple[UUID, ...] = ()

    @property
    def is_partial(self) -> bool:
        """Whether the bytes are only a part of a file."""
        return self.header == PARTIAL


WHOLE = Concat()


def read_concat(header: str) -> Concat:
    """Read `Upload-Concat`; raises BadHeader. Parts are known by the ids that end their addresses.

    The host before them is not looked at: a proxy may have given the service another name.
    """
    if header in ("", PARTIAL):
        return Concat(header)
    addresses = header.removeprefix(_FINAL).split()
    if not header.startswith(_FINAL) or not addresses:
        raise _bad("is neither partial nor final;ADDRESS ADDRESS ...")
    return Concat(header, tuple(_id(address) for address in addresses))


def _id(address: str) -> UUID:
    try:
        return UUID(address.rstrip("/").rpartition("/")[2])
    except ValueError as error:
        raise _bad(f"{address:.100} is no address of an upload") from error


def _bad(message: str) -> BadHeader:
    return BadHeader(faults=[FieldFault("Upload-Concat", message)])
