"""Writing DER: the few shapes that signatures and timestamps are made of."""

from collections.abc import Iterable
from datetime import UTC, datetime

NULL = b"\x05\x00"


def value(tag: int, content: bytes) -> bytes:
    """One DER value with its tag byte and length."""
    size = len(content)
    if size < 0x80:
        return bytes([tag, size]) + content
    length = size.to_bytes((size.bit_length() + 7) // 8, "big")
    return bytes([tag, 0x80 | len(length)]) + length + content


def sequence(*members: bytes) -> bytes:
    """A SEQUENCE of values that are DER already."""
    return value(0x30, b"".join(members))


def set_of(members: Iterable[bytes], tag: int = 0x31) -> bytes:
    """A SET OF, sorted as DER wants it."""
    return value(tag, b"".join(sorted(members)))


def integer(number: int) -> bytes:
    """An INTEGER of any size."""
    size = (number if number >= 0 else ~number).bit_length() // 8 + 1
    return value(0x02, number.to_bytes(size, "big", signed=True))


def octets(content: bytes) -> bytes:
    """An OCTET STRING."""
    return value(0x04, content)


def explicit(number: int, content: bytes) -> bytes:
    """A value wrapped in an EXPLICIT context tag."""
    return value(0xA0 | number, content)


def oid(dotted: str) -> bytes:
    """An OBJECT IDENTIFIER from its dotted form."""
    first, second, *rest = (int(arc) for arc in dotted.split("."))
    return value(0x06, b"".join(_arc(arc) for arc in [40 * first + second, *rest]))


def utc_time(moment: datetime) -> bytes:
    """A Time as CMS wants it: UTCTime until 2049, GeneralizedTime from then on."""
    if moment.astimezone(UTC).year >= 2050:
        return generalized_time(moment)
    return value(0x17, moment.astimezone(UTC).strftime("%y%m%d%H%M%SZ").encode())


def generalized_time(moment: datetime) -> bytes:
    """A GeneralizedTime in whole seconds."""
    return value(0x18, moment.astimezone(UTC).strftime("%Y%m%d%H%M%SZ").encode())


def _arc(number: int) -> bytes:
    groups = [number & 0x7F]
    while number := number >> 7:
        groups.append(0x80 | number & 0x7F)
    return bytes(reversed(groups))
