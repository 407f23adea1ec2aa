"""What becomes of one item in one pack, from its line in the basket and the recipient's profile."""

from dataclasses import dataclass
from enum import StrEnum

from fieldops.domain.disclosure.basket import Line
from fieldops.domain.disclosure.profiles import Copies, Kind, Profile


class Outside(StrEnum):
    """Why the profile, and not counsel, keeps an original out."""

    PROFILE = "profile"
    COPY_INSTEAD = "copy-instead"
    NO_COPY = "no-copy"


@dataclass(frozen=True, slots=True)
class Decision:
    """Whether the original goes, whether the copy goes, and why the original does not.

    `reason` is empty when the original goes, and when an entry in the log keeps it out for good.
    `hides_all` is a stub of which nothing but its hash is shown.
    """

    original: bool
    copy: bool = False
    reason: str = ""
    hides_all: bool = False

    @property
    def shows(self) -> bool:
        """Whether anything of the item goes along, the original or a copy."""
        return self.original or self.copy


def settle(profile: Profile, line: Line, kind: str, *, has_copy: bool, kept_out: bool) -> Decision:
    """Decide on one item; `kept_out` is one that is withheld for good or destroyed."""
    if kept_out:
        return Decision(False, hides_all=line.reason is not None)
    if line.reason is not None:
        return Decision(False, reason=line.reason.value, hides_all=True)
    if kind not in profile.kinds:
        return Decision(False, reason=Outside.PROFILE.value, hides_all=True)
    if profile.copies is Copies.NONE:
        return Decision(True)
    if has_copy:
        if profile.copies is Copies.BESIDE:
            return Decision(True, copy=True)
        return Decision(False, copy=True, reason=Outside.COPY_INSTEAD.value)
    if profile.copies is Copies.ONLY and kind == Kind.PHOTO:
        return Decision(False, reason=Outside.NO_COPY.value, hides_all=True)
    return Decision(True)
