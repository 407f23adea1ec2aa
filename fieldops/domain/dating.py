"""Which timestamps date the receipt of items: as few as say the same."""

from bisect import bisect_right
from collections.abc import Sequence
from datetime import datetime, timedelta


def dating(
    places: Sequence[int], stamped: Sequence[tuple[int, datetime]], *, within: timedelta
) -> set[int]:
    """The sizes of the checkpoints that date these places in the log; both come smallest first.

    A checkpoint of a size covers every smaller place, and `stamped` tells when each was stamped.
    A place is dated by the first stamp over it or by one `within` so little after that: many files
    that arrive together then share a stamp. A place that none covers yet is dated by none.
    """
    sizes = [size for size, _ in stamped]
    chosen: set[int] = set()
    last = 0
    for place in places:
        first = bisect_right(sizes, place)
        if first == len(stamped):
            break
        until = stamped[first][1] + within
        same = [number for number in range(first, len(stamped)) if stamped[number][1] <= until]
        if not (last > place and last in (sizes[number] for number in same)):
            last = sizes[same[-1]]
            chosen.add(last)
    return chosen
