"""Sharing a pack with somebody outside: for whom, for what, until when, and how often."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from fieldops.domain.bilingual import Bilingual
from fieldops.domain.errors import FieldFault
from fieldops.domain.identity.widths import has_control, narrow


class Recipient(StrEnum):
    """The kinds of recipients outside."""

    COURT = "court"
    COUNSEL = "counsel"
    DEBTOR = "debtor"
    REGULATOR = "regulator"
    OTHER = "other"


RECIPIENTS = tuple(kind.value for kind in Recipient)
DAYS, MOST_DAYS = 14, 90
DOWNLOADS, MOST_DOWNLOADS = 10, 100
OPEN, REVOKED, EXPIRED, SPENT = "open", "revoked", "expired", "spent"
_LONGEST = 200
_NOT_PLAIN = Bilingual(
    "is empty, longer than 200 characters or not plain text", "为空、超过 200 字或含有控制字符"
)


@dataclass(frozen=True, slots=True)
class ShareOrder:
    """What counsel asks for; `days` is how long the share lasts, `most_downloads` how often."""

    recipient: str
    recipient_kind: str
    purpose: str
    days: int = DAYS
    most_downloads: int = DOWNLOADS

    def faults(self) -> list[FieldFault]:
        """Every field that cannot be taken, with how to mend it."""
        found = [
            FieldFault(name, _NOT_PLAIN, cure)
            for name, text, cure in (
                (
                    "recipient",
                    self.recipient,
                    Bilingual("name the person or office who gets it", "请写明接收人或单位"),
                ),
                ("purpose", self.purpose, Bilingual("say what it is for", "请写明用途")),
            )
            if not 1 <= len(text.strip()) <= _LONGEST or has_control(text)
        ]
        if self.recipient_kind not in RECIPIENTS:
            kind = f"{self.recipient_kind!r:.40}"
            message = Bilingual(f"{kind} is no kind of recipient", f"{kind} 不是接收方身份")
            found.append(FieldFault("recipient_kind", message, ", ".join(RECIPIENTS)))
        for name, number, most in (
            ("days", self.days, MOST_DAYS),
            ("most_downloads", self.most_downloads, MOST_DOWNLOADS),
        ):
            if not 1 <= number <= most:
                wrong = Bilingual(f"{number} is not possible", f"不能为 {number}")
                found.append(FieldFault(name, wrong, Bilingual(f"1 to {most}", f"1 至 {most}")))
        return found

    def ends(self, at: datetime) -> datetime:
        """When a share that is made at this time ends."""
        return at + timedelta(days=self.days)


def spelled(passphrase: str) -> str:
    """A passphrase as it is hashed: however it was typed, only its letters and digits count."""
    return "".join(one for one in narrow(passphrase[:_LONGEST]).lower() if one.isalnum())


def fetched(handed_over: int, size: int) -> int:
    """How many whole packs so many bytes are.

    Bytes are counted, and not requests: a fetching that broke off and went on, or came in several
    ranges at once, is one; and whoever fetches nine tenths ten times has fetched nine packs.
    """
    return handed_over // max(size, 1)
