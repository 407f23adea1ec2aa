"""A checkpoint's stamps: each by an authority of its own, and renewed before it stops to hold."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from evidence.custody import layout
from evidence.custody.bag import Bag
from evidence.custody.instants import format_instant
from evidence.custody.openssl import (
    NotProvedError,
    Trust,
    UnknownAuthorityError,
    verify_timestamp,
)
from evidence.custody.verify.report import Sentence


@dataclass(frozen=True, slots=True)
class Link:
    """A response (DER) in its file, and the bytes that it is over."""

    file: str
    data: bytes
    response: bytes


@dataclass(frozen=True, slots=True)
class Proved:
    """What became of a stamp and its renewals: their times as far as they hold, or what is wrong.

    `unknown` says that the authority is under none of the roots given, and nothing worse.
    """

    times: Sequence[datetime]
    fault: Sentence | None = None
    unknown: bool = False


def chains(bag: Bag, head: str) -> tuple[list[list[Link]], list[str]]:
    """The chains of a checkpoint's stamps, and the files that renew or follow what is not there."""
    found = {(1, 0): f"{head}.tsr"}
    for name in bag.sizes:
        place = layout.stamp_place(name)
        if place is not None and place[0] == head:
            found[place[1:]] = name
    astray = [name for place, name in sorted(found.items()) if not _follows(place, found)]
    numbers = sorted({number for number, _ in found})
    return [list(_links(bag, head, number, found)) for number in numbers], astray


def _follows(place: tuple[int, int], found: Mapping[tuple[int, int], str]) -> bool:
    number, renewal = place
    return place == (1, 0) or ((number, renewal - 1) if renewal else (number - 1, 0)) in found


def _links(
    bag: Bag, head: str, number: int, found: Mapping[tuple[int, int], str]
) -> Iterator[Link]:
    text = bag.text(head)
    renewed, renewal = b"", 0
    while name := found.get((number, renewal)):
        response = bag.text(name)
        yield Link(name, text + renewed, response)
        renewed, renewal = response, renewal + 1


def prove(links: Sequence[Link], trust: Trust) -> Proved:
    """Judge a stamp at the time it states, and each renewal as what keeps the one before alive."""
    times: list[datetime] = []
    for place, link in enumerate(links):
        try:
            at = verify_timestamp(link.data, link.response, trust)
        except NotProvedError as error:
            unknown = isinstance(error, UnknownAuthorityError) and not times
            return Proved(times, _said("not-stamped", link, why=error), unknown)
        if times:
            before = links[place - 1]
            try:
                verify_timestamp(before.data, before.response, trust, at)
            except NotProvedError as error:
                told = {"at": format_instant(at), "why": error}
                return Proved(times, _said("renewal-late", link, **told))
            if at < times[-1]:
                return Proved(times, _said("renewal-early", link, at=format_instant(at)))
        times.append(at)
    return Proved(times)


def _said(key: str, link: Link, **values: object) -> Sentence:
    return Sentence(key, {"name": link.file, **values})
