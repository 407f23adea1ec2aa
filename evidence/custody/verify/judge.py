"""Judge a whole pack: open it, take it apart once, and let each claim be judged in order."""

import json
from datetime import UTC, datetime
from pathlib import Path

from evidence.custody.bag import open_bag
from evidence.custody.checkpoint import Checkpoint, CheckpointError
from evidence.custody.container import ContainerError
from evidence.custody.openssl import Trust, TrustError, read_trust
from evidence.custody.receipt import Receipt, ReceiptError, parse_document
from evidence.custody.verify.acknowledged import judge_receipt
from evidence.custody.verify.completeness import judge_completeness
from evidence.custody.verify.consistency import judge_consistency, read_older
from evidence.custody.verify.custody import judge_custody
from evidence.custody.verify.disclosed import judge_disclosure
from evidence.custody.verify.examined import Examined
from evidence.custody.verify.report import Claim, Report
from evidence.custody.verify.sealing import judge_signature, judge_time
from evidence.custody.verify.structure import judge_payload, judge_structure
from evidence.custody.verify.words import CLAIMS

LARGEST_INPUT = 1024 * 1024


class UsageError(ValueError):
    """What was given cannot be used to verify anything; the message says what to give."""


def verify(
    pack: Path,
    trust: Path | None = None,
    checkpoint: Path | None = None,
    receipt: Path | None = None,
    *,
    now: datetime | None = None,
) -> Report:
    """Judge the pack (ZIP or unpacked folder) claim by claim.

    `trust` is a PEM file with the pinned signer's certificate and the authorities' roots,
    `checkpoint` a checkpoint's text, or the line of JSON in which it was sent, and `receipt` a
    receipt document, both got from elsewhere.
    `now` is the reader's time, the machine's when not given. Raises UsageError when a file
    cannot be read, OpensslMissingError without openssl.
    """
    trusted = _trust(trust)
    outside = _outside(checkpoint)
    promised = _receipt(receipt)
    if not pack.exists():
        raise UsageError(f"{pack}: no such file; give the pack's ZIP or its unpacked folder")
    # The verifier runs alone on a stranger's machine: nobody else could hand it the time.
    moment = now or datetime.now(UTC)  # noqa: TID251
    try:
        bag = open_bag(pack)
        examined = Examined(bag, trusted, moment)
        bag.hash_all()
    except ContainerError as error:
        return _unreadable(str(error), promised is not None, trusted is not None)
    except PermissionError as error:
        raise UsageError(f"{pack}: cannot be read: {error.strerror}") from error
    return Report(_claims(examined, outside, promised), trusted is not None)


def _claims(
    pack: Examined, outside: Checkpoint | None, promised: tuple[Receipt, bytes] | None
) -> list[Claim]:
    structure, payload = judge_structure(pack), judge_payload(pack)
    custody, completeness = judge_custody(pack), judge_completeness(pack)
    consistency = Claim("consistency")
    read_older(pack, consistency)
    judge_consistency(pack, consistency, outside)
    time = judge_time(pack)  # Before the signature, which is judged at the time of its stamp.
    claims = [structure, payload, custody, completeness, judge_signature(pack), time, consistency]
    if (disclosure := judge_disclosure(pack)) is not None:
        claims.append(disclosure)
    if promised is not None:
        claims.append(judge_receipt(pack, *promised))
    return claims


def _unreadable(why: str, with_receipt: bool, trusted: bool) -> Report:
    left_out = {"disclosure"} if with_receipt else {"disclosure", "receipt"}
    claims = [Claim(name) for name in CLAIMS if name not in left_out]
    for claim in claims:
        claim.fault("unread", why=why)
    return Report(claims, trusted)


def _read(path: Path, what: str) -> bytes:
    try:
        with path.open("rb") as source:
            data = source.read(LARGEST_INPUT + 1)
    except OSError as error:
        raise UsageError(f"{path}: the {what} cannot be read: {error.strerror}") from error
    if len(data) > LARGEST_INPUT:
        raise UsageError(f"{path}: too large to be a {what}")
    return data


def _trust(path: Path | None) -> Trust | None:
    if path is None:
        return None
    try:
        return read_trust(_read(path, "trust file"))
    except TrustError as error:
        raise UsageError(f"{path}: {error}; give the PEM file you got from the signer") from error


def _outside(path: Path | None) -> Checkpoint | None:
    if path is None:
        return None
    try:
        return Checkpoint.parse(_checkpoint_text(_read(path, "checkpoint")))
    except CheckpointError as error:
        raise UsageError(f"{path}: not a checkpoint: {error}") from error


def _checkpoint_text(given: bytes) -> bytes:
    """The text itself, or that inside the JSON in which checkpoints are sent outside."""
    if not given.lstrip().startswith(b"{"):
        return given
    try:
        return str(json.loads(given)["checkpoint"]).encode()
    except (ValueError, KeyError, RecursionError) as error:
        raise CheckpointError("JSON without a checkpoint; give one line alone") from error


def _receipt(path: Path | None) -> tuple[Receipt, bytes] | None:
    if path is None:
        return None
    try:
        return parse_document(_read(path, "receipt"))
    except ReceiptError as error:
        raise UsageError(f"{path}: {error}; give the JSON that the phone keeps") from error
