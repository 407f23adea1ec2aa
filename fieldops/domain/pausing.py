"""How long to wait before something that failed is tried again."""

from datetime import timedelta


def pause(attempts: int, first: timedelta, longest: timedelta) -> timedelta:
    """The wait after so many failures: `first` after one, doubled by each more, `longest` at most.

    It is `first` also before any failure.
    """
    # Doubling further would only make a number that no time can hold.
    doubled: int = 2 ** min(max(attempts - 1, 0), 10)
    return min(first * doubled, longest)
