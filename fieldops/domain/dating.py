"""Which timestamps date the receipt of items: as few as say the same."""

from bisect import bisect_right
from collections.abc import Sequence
from datetime import datetime, timedelta
from itertools import accumulate


def dating(
    places: Sequence[int], stamped: Sequence[tuple[int, datetime]], *, within: timedelta
) -> set[int]:
    """The sizes of the checkpoints that date these places in the log; both come smallest first.

    A checkpoint of a size covers every smaller place, and `stamped` tells when each was stamped.
    A place is dated by the first stamp over it or by one `within` so little after that: many files
    that arrive together then share a stamp. A place that none covers yet is dated by none.
    """
    sizes = [size for size, _ in stamped]
    times = [at for _, at in stamped]
    # The earliest time from each stamp on: it never falls, though the times themselves may.
    earliest = list(accumulate(reversed(times), min))[::-1]
    chosen: set[int] = set()
    last = -1
    for place in places:
        first = bisect_right(sizes, place)
        if first == len(stamped):
            break
        until = times[first] + within
        if last < first or times[last] > until:
            last = bisect_right(earliest, until) - 1
            chosen.add(sizes[last])
    return chosen
