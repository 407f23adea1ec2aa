"""The last update of a signed PDF: it may fill the timestamp's field, and change nothing else."""

import re
from collections.abc import Mapping

from evidence.custody.verify.pdf_error import PdfError

_OBJECT = re.compile(rb"(\d{1,7}) 0 obj\n(.*?)\nendobj\n", re.DOTALL)
_TABLE = re.compile(
    rb"xref\n0 1\n0{10} 65535 f \n((?:\d{1,7} \d{1,4}\n(?:\d{10} 00000 n \n)+)+)"
    rb"trailer\n<<\n(.*?)\n>>\nstartxref\n(\d{1,12})\n%%EOF\n?",
    re.DOTALL,
)
_SECTION = re.compile(rb"(\d{1,7}) (\d{1,4})\n((?:\d{10} 00000 n \n)+)")
_ENTRY = re.compile(rb"/(ID|Info|Root|Size|Prev) ([^/]+)")
_TRAILER = re.compile(rb"trailer\n<<\n(.*?)\n>>\nstartxref\n(\d{1,12})\n%%EOF\n?\Z", re.DOTALL)


def check_update(pdf: bytes, start: int) -> None:
    """Raise PdfError unless what follows `start` is a timestamp in its field and no more."""
    objects: dict[int, bytes] = {}
    offsets: dict[int, int] = {}
    place = start
    while found := _OBJECT.match(pdf, place):
        number = int(found[1])
        if number in objects or b"stream" in found[2]:
            raise PdfError(f"changed after signing: object {number} stands twice or is a stream")
        objects[number], offsets[number] = found[2], place
        place = found.end()
    table = _TABLE.fullmatch(pdf, place)
    if table is None or int(table[3]) != place or _listed(table[1]) != offsets:
        raise PdfError("changed after signing: the last update is not a timestamp alone")
    _check_objects(pdf[:start], objects, _check_trailer(pdf[:start], table[2]))


def _listed(sections: bytes) -> dict[int, int]:
    """Object number -> offset in a cross-reference table."""
    found: dict[int, int] = {}
    for first, count, lines in _SECTION.findall(sections):
        places = [int(line[:10]) for line in lines.splitlines()]
        if len(places) != int(count):
            return {}
        found.update(enumerate(places, int(first)))
    return found


def _check_trailer(signed: bytes, trailer: bytes) -> Mapping[bytes, bytes]:
    """The update's trailer: root and information as in what is signed, which it follows."""
    before = _TRAILER.search(signed)
    if before is None:
        raise PdfError("changed after signing: what is signed does not end as a PDF")
    old, new = dict(_ENTRY.findall(before[1])), dict(_ENTRY.findall(trailer))
    same = all(old.get(key, b"").strip() == new.get(key, b"").strip() for key in (b"Root", b"Info"))
    if not same or new.get(b"Prev", b"").strip() != before[2] or b"Size" not in old:
        raise PdfError("changed after signing: the last update begins another document")
    if sorted(new) != sorted(re.findall(rb"/([A-Za-z]+)", trailer)):
        raise PdfError("changed after signing: the last update says more than it may")
    return old


def _check_objects(signed: bytes, objects: Mapping[int, bytes], old: Mapping[bytes, bytes]) -> None:
    size = int(old[b"Size"])
    information = old.get(b"Info", b"").partition(b" ")[0]
    made = [number for number in objects if number >= size]
    if len(made) != 1 or b"\n/Type /DocTimeStamp\n" not in objects[made[0]]:
        raise PdfError("changed after signing: the last update adds more than a timestamp")
    fills = b"\n/V %d 0 R\n>>" % made[0]
    for number, body in objects.items():
        if number == made[0] or b"%d" % number == information:
            continue
        # The field is as it was signed, but for its value.
        empty = body.removesuffix(fills) + b"\n>>"
        marker = b"\n%d 0 obj\n" % number
        if not body.endswith(fills) or signed.rpartition(marker)[2].find(empty) != 0:
            raise PdfError(f"changed after signing: object {number} is another than was signed")
