"""The custody log of an organisation: founded once, appended to under a lock, signed, stamped.

Every time here is the true time, given as `at`; a rehearsed time never comes into the log.
"""

import base64
import json
import ssl
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from evidence.custody.canonical import read_canonical
from evidence.custody.checkpoint import Checkpoint as TreeHead
from evidence.custody.entry import DESTROYED, WITHHELD, Entry, follow, keeps_out
from evidence.custody.merkle import Frontier
from evidence.custody.receipt import document, receipt_for
from evidence.pack.authority import Authority, Identity, create_authority, create_member
from evidence.pack.signing import sign_cms
from fieldops.models import Checkpoint, CustodyEntry, CustodyLog, Item, Organisation
from fieldops.services.organisations import keyring_of

_ROLES = ("root", "signer", "stamper")
_SEALED = "authority-keys"


@dataclass(frozen=True, slots=True)
class Written:
    """An entry that was just written, and its index in the log."""

    entry: Entry
    index: int


def ensure_log(session: Session, organisation_id: UUID, *, at: datetime) -> CustodyLog:
    """The organisation's log, locked until the transaction ends; founded with keys if needed."""
    if found := _locked(session, organisation_id):
        return found
    try:
        with session.begin_nested():
            session.add(_founded(session, organisation_id, at))
    except IntegrityError:
        pass  # Another transaction founded it first; its log is ours.
    found = _locked(session, organisation_id)
    if found is None:
        raise RuntimeError(f"the custody log of {organisation_id} cannot be read back")
    return found


class Chain:
    """A case's chain held open under the log's lock: many entries for one reading of its end.

    Nobody else may append in the same transaction meanwhile: the end is known here alone.
    """

    def __init__(
        self, session: Session, case_id: UUID, *, organisation_id: UUID, by: str, at: datetime
    ) -> None:
        self._log = ensure_log(session, organisation_id, at=at)
        self._session, self._case_id, self._by, self._at = session, case_id, by, at
        self._last = _last(session, case_id)
        self._frontier = Frontier.from_json(self._log.frontier)

    def write(
        self,
        action: str,
        item: Item | None = None,
        *,
        detail: Mapping[str, Any] | None = None,
        copy: tuple[str, int] | None = None,
    ) -> Written:
        """Write the case's next entry.

        `copy` is the SHA-256 and the size of a copy of the item, for an entry about that copy.
        """
        digest, size = copy or ((None, None) if item is None else (item.sha256, item.size))
        entry = follow(
            self._last,
            log=self._log.origin,
            case=str(self._case_id),
            # A clock that was set back must not make the chain run backwards.
            at=self._at if self._last is None else max(self._at, self._last.at),
            actor=self._by,
            action=action,
            item=None if item is None else str(item.id),
            sha256=digest,
            size=size,
            detail=detail,
        )
        index, self._last = self._frontier.append(entry.hash()), entry
        self._log.frontier, self._log.size = self._frontier.to_json(), self._frontier.size
        self._session.add(_row(entry, index, self._log.organisation_id, self._case_id, item))
        return Written(entry, index)


def append(
    session: Session,
    case_id: UUID,
    action: str,
    item: Item | None = None,
    *,
    organisation_id: UUID,
    by: str,
    at: datetime,
    detail: Mapping[str, Any] | None = None,
    copy: tuple[str, int] | None = None,
) -> Written:
    """Write one entry; `by` names who acted without personal data (`Actor.label`)."""
    chain = Chain(session, case_id, organisation_id=organisation_id, by=by, at=at)
    written = chain.write(action, item, detail=detail, copy=copy)
    session.flush()
    return written


def signed_receipt(session: Session, written: Written, organisation_id: UUID) -> str:
    """The receipt document of a `received` entry, as the JSON text that goes to the phone."""
    signer = authority(session, organisation_id).signer
    receipt = receipt_for(written.entry, written.index, signer.fingerprint())
    signature = sign_cms(receipt.signed_bytes(), signer, written.entry.at)
    return json.dumps(document(receipt, signature), ensure_ascii=False)


def authority(session: Session, organisation_id: UUID) -> Authority:
    """The organisation's keys and certificates; its log must have been founded."""
    log = session.get_one(CustodyLog, organisation_id)
    opened = keyring_of(session, organisation_id).open(_SEALED, bytes(log.wrapped_keys))
    keys = {name: base64.b64decode(text) for name, text in json.loads(opened).items()}
    root = log.certificates["root"].encode()
    members = [
        Identity(log.certificates[name].encode(), keys[name], () if name == "root" else (root,))
        for name in _ROLES
    ]
    return Authority(*members)


def renew_stamper(
    session: Session, organisation_id: UUID, *, before: datetime, at: datetime
) -> bool:
    """Give the local authority a new stamping key when its certificate ends before this time."""
    made = authority(session, organisation_id)
    certificate, _ = made.stamper.loaded()
    if certificate.not_valid_after_utc > before:
        return False
    log = session.get_one(CustodyLog, organisation_id)
    organisation = session.get_one(Organisation, organisation_id)
    stamper = create_member(made.root, "Timestamp authority", organisation.name[:64], "stamp", at)
    renewed = replace(made, stamper=stamper)
    log.wrapped_keys = _sealed_keys(session, organisation_id, renewed)
    log.certificates = {**log.certificates, "stamper": stamper.certificate.decode()}
    session.flush()
    return True


def certificates(session: Session, organisation_id: UUID) -> Mapping[str, str]:
    """The PEM certificates `root`, `signer` and `stamper` of a log that has been founded."""
    log = session.get(CustodyLog, organisation_id)
    return {} if log is None else dict(log.certificates)


def stamper_der(session: Session, organisation_id: UUID) -> bytes:
    """The certificate (DER) under which the installation's own authority stamps now."""
    return ssl.PEM_cert_to_DER_cert(certificates(session, organisation_id)["stamper"])


def signed_checkpoint(session: Session, organisation_id: UUID, *, at: datetime) -> Checkpoint:
    """The checkpoint over the whole log as it stands, signed; the same when nothing was added."""
    log = ensure_log(session, organisation_id, at=at)
    query = select(Checkpoint).where(
        Checkpoint.organisation_id == organisation_id, Checkpoint.size == log.size
    )
    if found := session.scalars(query).one_or_none():
        return found
    head = TreeHead(log.origin, log.size, Frontier.from_json(log.frontier).root(), at)
    text = head.text()
    row = Checkpoint(
        organisation_id=organisation_id,
        size=head.size,
        root=head.root.hex(),
        text=text,
        signature=sign_cms(text, authority(session, organisation_id).signer, at),
        timestamp=None,
        signed_at=at,
        stamped_at=None,
    )
    session.add(row)
    session.flush()
    return row


def keep_stamp(session: Session, checkpoint_id: UUID, stamp: bytes, *, at: datetime) -> None:
    """Add a timestamp to a checkpoint, unless it has one by now: the first counts."""
    row = session.get_one(Checkpoint, checkpoint_id, populate_existing=True, with_for_update=True)
    if row.timestamp is None:
        row.timestamp, row.stamped_at = stamp, at
        session.flush()


def entries_of(session: Session, case_id: UUID) -> Sequence[CustodyEntry]:
    """A case's whole chain in its order."""
    query = select(CustodyEntry).where(CustodyEntry.case_id == case_id)
    return session.scalars(query.order_by(CustodyEntry.case_sequence)).all()


def keeping_out(session: Session, case_id: UUID) -> dict[UUID, Entry]:
    """The entries that keep items of a case out of every pack, the last one of each item."""
    query = select(CustodyEntry).where(
        CustodyEntry.case_id == case_id, CustodyEntry.action.in_((WITHHELD, DESTROYED))
    )
    found: dict[UUID, Entry] = {}
    for row in session.scalars(query.order_by(CustodyEntry.case_sequence)):
        entry = entry_of(row)
        # An entry of a single pack says nothing of the others.
        if row.item_id is not None and keeps_out(entry, ""):
            found[row.item_id] = entry
    return found


def leaf_hashes(session: Session, organisation_id: UUID, size: int) -> Iterator[bytes]:
    """The hashes of the log's first `size` entries, fetched as they are needed."""
    query = select(CustodyEntry.leaf_hash).where(
        CustodyEntry.organisation_id == organisation_id, CustodyEntry.position < size
    )
    found = session.scalars(query.order_by(CustodyEntry.position).execution_options(yield_per=1000))
    return (bytes.fromhex(text) for text in found)


def entry_of(row: CustodyEntry) -> Entry:
    """The entry that a row holds."""
    return Entry.from_json(read_canonical(bytes(row.body)))


def _locked(session: Session, organisation_id: UUID) -> CustodyLog | None:
    query = select(CustodyLog).where(CustodyLog.organisation_id == organisation_id)
    return session.scalars(
        query.with_for_update().execution_options(populate_existing=True)
    ).one_or_none()


def _founded(session: Session, organisation_id: UUID, at: datetime) -> CustodyLog:
    organisation = session.get_one(Organisation, organisation_id)
    made = create_authority(organisation.name[:64], at)
    return CustodyLog(
        organisation_id=organisation_id,
        origin=f"fieldops/{organisation_id}",
        size=0,
        frontier=Frontier().to_json(),
        certificates={name: getattr(made, name).certificate.decode() for name in _ROLES},
        wrapped_keys=_sealed_keys(session, organisation_id, made),
    )


def _sealed_keys(session: Session, organisation_id: UUID, made: Authority) -> bytes:
    keys = {name: base64.b64encode(getattr(made, name).key).decode() for name in _ROLES}
    return keyring_of(session, organisation_id).seal(_SEALED, json.dumps(keys).encode())


def _last(session: Session, case_id: UUID) -> Entry | None:
    query = select(CustodyEntry).where(CustodyEntry.case_id == case_id)
    row = session.scalars(query.order_by(CustodyEntry.case_sequence.desc()).limit(1)).one_or_none()
    return None if row is None else entry_of(row)


def _row(
    entry: Entry, index: int, organisation_id: UUID, case_id: UUID, item: Item | None
) -> CustodyEntry:
    return CustodyEntry(
        organisation_id=organisation_id,
        position=index,
        case_id=case_id,
        case_sequence=entry.case_seq,
        item_id=None if item is None else item.id,
        action=entry.action,
        at=entry.at,
        body=entry.leaf(),
        leaf_hash=entry.hash().hex(),
    )
