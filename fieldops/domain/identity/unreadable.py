"""The answer of a reader that cannot take what it was given: a stable reason, not an exception."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Unreadable:
    """Why a text could not be read.

    `reason` is a stable code (`id_checksum`, `phone_short`, ...); `given` holds the few words that
    a message to a person may repeat. Identity numbers and telephones are never put there whole.
    """

    reason: str
    given: tuple[tuple[str, str], ...] = ()


def unreadable(reason: str, **given: object) -> Unreadable:
    """Build an `Unreadable` with its words clipped to a length that fits a report."""
    return Unreadable(reason, tuple((key, clip(str(value))) for key, value in given.items()))


def clip(text: str, length: int = 40) -> str:
    """Shorten `text` to `length` characters, with an ellipsis where something was left out."""
    return text if len(text) <= length else text[: length - 1] + "…"
