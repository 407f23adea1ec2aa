"""The claim on a receipt: what the phone was promised is in the pack."""

from evidence.custody import layout
from evidence.custody.entry import RECEIVED
from evidence.custody.instants import format_instant
from evidence.custody.openssl import NotProvedError, verify_signature
from evidence.custody.receipt import Receipt
from evidence.custody.verify.examined import Examined
from evidence.custody.verify.report import Claim


def judge_receipt(pack: Examined, receipt: Receipt, signature: bytes) -> Claim:
    """The receipt is the pinned signer's, and its item stands where it was acknowledged."""
    claim = Claim("receipt")
    _judge_signer(pack, receipt, signature, claim)
    for what, said, label in (
        ("case", receipt.case, layout.CASE),
        ("log", receipt.log, layout.LOG),
    ):
        if said != pack.info.get(label):
            own = pack.info.get(label)
            claim.fault("receipt-elsewhere", what=what, said=said, own=own)
    if not claim.faults:
        _judge_place(pack, receipt, claim)
    claim.note("receipt-held", item=receipt.item, at=format_instant(receipt.at))
    return claim


def _judge_signer(pack: Examined, receipt: Receipt, signature: bytes, claim: Claim) -> None:
    if pack.trust is None:
        claim.unknown = True
        return
    try:
        signer = verify_signature(receipt.signed_bytes(), signature, pack.trust, receipt.at)
    except NotProvedError as error:
        claim.fault("bad-receipt", why=error)
        return
    if signer.fingerprint != receipt.signer:
        claim.fault("bad-receipt", why="it names another signer than the one who signed it")


def _judge_place(pack: Examined, receipt: Receipt, claim: Claim) -> None:
    told = {"item": receipt.item, "seq": receipt.case_seq}
    found = next((p for p in pack.entries if p.entry.case_seq == receipt.case_seq), None)
    if found is None:
        last = pack.entries[-1].entry.case_seq if pack.entries else 0
        claim.fault("receipt-later" if receipt.case_seq > last else "receipt-missing", **told)
        return
    entry = found.entry
    pairs = {
        "action": (entry.action, RECEIVED),
        "item": (entry.item, receipt.item),
        "sha256": (entry.sha256, receipt.sha256),
        "size": (entry.size, receipt.size),
        "index": (found.index, receipt.index),
        "at": (entry.at, receipt.at),
    }
    for what, (own, said) in pairs.items():
        if own != said:
            claim.fault("receipt-broken", item=receipt.item, what=what)
    if receipt.item not in pack.items:
        claim.fault("receipt-missing", **told)
