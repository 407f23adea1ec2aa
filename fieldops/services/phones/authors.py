"""What agents say of entries of theirs that do not fit what stands; it overwrites nothing."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from fieldops.domain.bilingual import Bilingual
from fieldops.domain.errors import FieldFault, InvalidInput
from fieldops.domain.permissions import Actor
from fieldops.domain.phones import AuthorWord, Settlement
from fieldops.models import DeviceEntry

_NOTHING = Bilingual("is no entry that waits for a word", "没有需要说明的该条记录")
_LOOK = Bilingual("name one that does not fit", "请选择存在冲突的记录")
_YIELDS = "外访员本人确认以现有记录为准"


def say(
    session: Session,
    device_id: UUID,
    sequence: int,
    word: AuthorWord,
    words: str,
    *,
    actor: Actor,
    now: datetime,
) -> DeviceEntry:
    """Keep the author's word beside his entry; where he yields, it is settled by that.

    What the office has settled already stays. Raises InvalidInput.
    """
    query = select(DeviceEntry).where(
        DeviceEntry.device_id == device_id, DeviceEntry.sequence == sequence
    )
    row = session.scalars(query.with_for_update()).one_or_none()
    if row is None or row.question is None:
        raise InvalidInput(faults=[FieldFault("sequence", _NOTHING, _LOOK)])
    row.author_word, row.author_words = word.value, words.strip() or None
    if word is AuthorWord.OFFICE and row.settled_at is None:
        row.settlement, row.settled_words = Settlement.STANDS.value, words.strip() or _YIELDS
        row.settled_at, row.settled_by = now, actor.account_id
    session.flush()
    return row
