"""The claims on signature and time: who sealed the pack, and what an authority says of when."""

from collections.abc import Iterator
from datetime import datetime, timedelta

from evidence.custody import layout
from evidence.custody.canonical import canonical
from evidence.custody.checkpoint import Checkpoint
from evidence.custody.der import response_of
from evidence.custody.entry import Placed
from evidence.custody.instants import format_instant
from evidence.custody.openssl import (
    NotProvedError,
    Trust,
    side_by_side,
    verify_signature,
)
from evidence.custody.verify.examined import Examined
from evidence.custody.verify.pdf import signed_parts
from evidence.custody.verify.pdf_error import PdfError
from evidence.custody.verify.report import Claim
from evidence.custody.verify.stamps import Link, chains, prove

# How far two honest clocks may stand apart. Held against differences alone: a sum could leave the
# years that there are.
SKEW = timedelta(minutes=5)


def judge_time(pack: Examined) -> Claim:
    """Every seal has a timestamp over its bytes, and each item was stamped soon after receipt."""
    claim = Claim("time")
    if pack.trust is None:
        claim.unknown = True
        return claim
    _judge_stamps(pack, pack.trust, claim)
    limit = stamp_limit(pack)
    for name, head in _heads(pack):
        at = pack.stamps.get(name)
        if at is not None and not -SKEW <= at - head.at <= limit:
            said = format_instant(head.at)
            claim.fault("head-time", name=name, said=said, at=format_instant(at))
    _judge_receipts(pack, limit, claim)
    sealed, headed = pack.stamps.get(layout.TAG_MANIFEST), pack.stamps.get(layout.CHECKPOINT)
    if sealed is not None:
        if headed is not None and headed - sealed > SKEW:
            claim.fault("seal-early", at=format_instant(sealed))
        claim.note("time-held", at=format_instant(sealed), hours=_hours(limit))
    return claim


def judge_signature(pack: Examined) -> Claim:
    """The seal, the checkpoints and the index are signed by the pinned signer; judge time first."""
    claim = Claim("signature")
    trust = pack.trust
    if trust is None:
        claim.unknown = True
        return claim
    signed = list(_signed_files(pack, claim))
    sealed = pack.stamps.get(layout.TAG_MANIFEST) or pack.now
    asked = [(data, made, trust, pack.stamps.get(name) or sealed) for name, data, made in signed]
    for (name, *_), answer in zip(signed, side_by_side(verify_signature, asked), strict=True):
        try:
            signer = answer.result()
        except NotProvedError as error:
            claim.fault("not-signed", name=name, why=error)
        else:
            if name == layout.TAG_MANIFEST:
                claim.note("signed-by", subject=signer.subject, fingerprint=signer.fingerprint)
    return claim


def stamp_limit(pack: Examined) -> timedelta:
    """How long after receipt an item may be stamped: 24 hours, or less when the pack says so."""
    said = pack.info.get(layout.STAMP_LIMIT, "")
    seconds = int(said) if said.isascii() and said.isdigit() and len(said) < 8 else 0
    return timedelta(seconds=min(seconds, layout.MOST_SECONDS))


def _heads(pack: Examined) -> Iterator[tuple[str, Checkpoint]]:
    """The checkpoints with their files, smallest first."""
    for _, (name, head) in sorted(pack.older.items()):
        yield name, head
    if pack.checkpoint is not None:
        yield layout.CHECKPOINT, pack.checkpoint


def _judge_stamps(pack: Examined, trust: Trust, claim: Claim) -> None:
    """Every stamp in the pack; a further one may be by an authority unknown to this reader."""
    stamped = list(_stamped_files(pack, claim))
    answers = side_by_side(prove, [(links, trust) for _, links in stamped])
    more = renewed = 0
    for (name, links), proved in zip(stamped, (one.result() for one in answers), strict=True):
        late = [at for at in proved.times if at - pack.now > SKEW]
        further = layout.stamp_place(links[0].file) is not None
        if late:
            claim.fault("future", name=links[0].file, at=format_instant(late[0]))
        elif proved.unknown and further:
            claim.note("stamp-unknown", name=links[0].file)
        elif proved.fault is not None:
            claim.fault(proved.fault.key, **proved.fault.values)
        else:
            more, renewed = more + further, renewed + len(proved.times) - 1
            if name and not further:
                pack.stamps[name] = proved.times[0]
    if more or renewed:
        claim.note("stamps-held", more=more, renewed=renewed)


def _stamped_files(pack: Examined, claim: Claim) -> Iterator[tuple[str, list[Link]]]:
    """What is stamped (empty for the index, which dates nothing) with each chain of its stamps."""
    bag = pack.bag
    for name, _ in _heads(pack):
        found, astray = chains(bag, name)
        for links in found:
            if links:
                yield name, links
        for file in astray:
            claim.fault("stamp-astray", name=file)
    name, file = layout.TAG_MANIFEST, layout.SEAL_TIMESTAMP
    yield name, [Link(file, bag.text(name), bag.text(file))]
    try:
        _, stamped = signed_parts(bag.text(layout.INDEX))
    except PdfError:
        return  # Its form is judged with the signatures.
    if stamped is not None:
        yield "", [Link(layout.INDEX, stamped.data, response_of(stamped.der))]


def _signed_files(pack: Examined, claim: Claim) -> Iterator[tuple[str, bytes, bytes]]:
    bag = pack.bag
    yield layout.TAG_MANIFEST, bag.text(layout.TAG_MANIFEST), bag.text(layout.SEAL_SIGNATURE)
    for name, _ in _heads(pack):
        yield name, bag.text(name), bag.text(f"{name}.p7s")
    try:
        signed, _ = signed_parts(bag.text(layout.INDEX))
    except PdfError as error:
        claim.fault("not-signed", name=layout.INDEX, why=error)
    else:
        yield layout.INDEX, signed.data, signed.der


def first_stamp(pack: Examined, index: int) -> tuple[int, datetime] | None:
    """Size and authority's time of the first stamped checkpoint that covers a log index."""
    for name, head in _heads(pack):
        if head.size > index and name in pack.stamps:
            return head.size, pack.stamps[name]
    return None


def _judge_receipts(pack: Examined, limit: timedelta, claim: Claim) -> None:
    for placed in pack.received():
        found = first_stamp(pack, placed.index)
        if found is None:
            claim.fault("unstamped", item=placed.entry.item)
            continue
        _judge_receipt_time(placed, found[1], limit, claim)
        said = pack.items.get(placed.entry.item or "", {}).get("authority")
        true = {"checkpoint_size": found[0], "at": format_instant(found[1])}
        if placed.entry.item in pack.items and canonical(said) != canonical(true):
            told = said.get("at") if isinstance(said, dict) else said
            claim.fault("time-said", item=placed.entry.item, said=told, at=true["at"])


def _judge_receipt_time(placed: Placed, at: datetime, limit: timedelta, claim: Claim) -> None:
    entry = placed.entry
    told = {"item": entry.item, "said": format_instant(entry.at), "at": format_instant(at)}
    if at - entry.at > limit:
        claim.fault("late", **told, hours=_hours(limit))
    elif entry.at - at > SKEW:
        claim.fault("early", **told)


def _hours(limit: timedelta) -> str:
    return f"{limit.total_seconds() / 3600:g}"
