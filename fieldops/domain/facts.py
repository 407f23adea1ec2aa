"""Facts: what happened in the system, in names and ids alone.

A fact is written into the outbox in the transaction that made it true. What follows from it is
one table, `fieldops.jobs.follow`.
"""

from collections.abc import Mapping
from dataclasses import dataclass, fields
from typing import Any, ClassVar
from uuid import UUID


@dataclass(frozen=True, slots=True)
class Fact:
    """The root of all facts; `name` is stable because it is stored."""

    name: ClassVar[str] = ""

    def payload(self) -> dict[str, str]:
        """The ids as text, ready to be stored and sent."""
        return {one.name: str(getattr(self, one.name)) for one in fields(self)}

    @classmethod
    def of(cls, payload: Mapping[str, Any]) -> "Fact":
        """The fact again from its stored payload."""
        return cls(**{key: UUID(value) for key, value in payload.items()})


@dataclass(frozen=True, slots=True)
class CasesImported(Fact):
    """A case file has been taken in; its addresses wait to be located."""

    name: ClassVar[str] = "cases-imported"
    import_id: UUID


@dataclass(frozen=True, slots=True)
class LinksDue(Fact):
    """Something new is known of persons, by an import or observation; they are compared again."""

    name: ClassVar[str] = "links-due"
    cause_id: UUID


@dataclass(frozen=True, slots=True)
class PlanRequested(Fact):
    """Somebody asked for a plan; a worker solves it."""

    name: ClassVar[str] = "plan-requested"
    plan_id: UUID


@dataclass(frozen=True, slots=True)
class OutcomeRecorded(Fact):
    """An agent recorded what happened at the door."""

    name: ClassVar[str] = "outcome-recorded"
    visit_id: UUID


@dataclass(frozen=True, slots=True)
class ArrangementChanged(Fact):
    """Instalments were offered, agreed, kept or ended: contact rests or goes on accordingly."""

    name: ClassVar[str] = "arrangement-changed"
    arrangement_id: UUID


@dataclass(frozen=True, slots=True)
class VisitChanged(Fact):
    """An agent arrived at a visit or left it; what was handed in may look different now."""

    name: ClassVar[str] = "visit-changed"
    visit_id: UUID


@dataclass(frozen=True, slots=True)
class ItemReceived(Fact):
    """A piece of evidence is in the custody log."""

    name: ClassVar[str] = "item-received"
    item_id: UUID


@dataclass(frozen=True, slots=True)
class ObservationRecorded(Fact):
    """Something was learned about a debtor or an asset outside a visit."""

    name: ClassVar[str] = "observation-recorded"
    observation_id: UUID


@dataclass(frozen=True, slots=True)
class BatchRecorded(Fact):
    """Many observations were recorded at once."""

    name: ClassVar[str] = "batch-recorded"
    batch_id: UUID


@dataclass(frozen=True, slots=True)
class RecordsMoved(Fact):
    """Records were joined in one person or parted: the moves from the first to the last."""

    name: ClassVar[str] = "records-moved"
    first_move_id: UUID
    last_move_id: UUID


@dataclass(frozen=True, slots=True)
class BeliefsAged(Fact):
    """A round goes over those of whom nothing new was heard; a worker evaluates them anew."""

    name: ClassVar[str] = "beliefs-aged"
    round_id: UUID


@dataclass(frozen=True, slots=True)
class FitAged(Fact):
    """What is kept of how an organisation's evidence fits is old; a worker counts it anew."""

    name: ClassVar[str] = "fit-aged"
    house_id: UUID


@dataclass(frozen=True, slots=True)
class PackRequested(Fact):
    """Counsel asked for an evidence pack."""

    name: ClassVar[str] = "pack-requested"
    pack_id: UUID


@dataclass(frozen=True, slots=True)
class PackCheckAsked(Fact):
    """Counsel wants a finished pack verified as it lies there now."""

    name: ClassVar[str] = "pack-check-asked"
    pack_id: UUID


@dataclass(frozen=True, slots=True)
class DayChanged(Fact):
    """A running day was changed; whoever waits for it may fetch what is different."""

    name: ClassVar[str] = "day-changed"
    change_id: UUID


@dataclass(frozen=True, slots=True)
class StampOwed(Fact):
    """A timestamp authority still owes a stamp, or one must be renewed before it ends."""

    name: ClassVar[str] = "stamp-owed"
    stamp_id: UUID


@dataclass(frozen=True, slots=True)
class FixityScanAsked(Fact):
    """Everything that is stored is to be read and hashed again."""

    name: ClassVar[str] = "fixity-scan-asked"
    scan_id: UUID


@dataclass(frozen=True, slots=True)
class AddressMoved(Fact):
    """An address to which somebody was sent is held to be elsewhere now."""

    name: ClassVar[str] = "address-moved"
    address_id: UUID


@dataclass(frozen=True, slots=True)
class PrintsOwed(Fact):
    """A photo from before photos were known again has no hashes yet."""

    name: ClassVar[str] = "prints-owed"
    item_id: UUID


@dataclass(frozen=True, slots=True)
class ScanOwed(Fact):
    """Items wait for the virus scanner, which was away; the oldest of them is named."""

    name: ClassVar[str] = "scan-owed"
    item_id: UUID


@dataclass(frozen=True, slots=True)
class DeliveryOwed(Fact):
    """A checkpoint is to be sent to an address outside."""

    name: ClassVar[str] = "delivery-owed"
    delivery_id: UUID


@dataclass(frozen=True, slots=True)
class AlertsOwed(Fact):
    """A channel owes people words that are due."""

    name: ClassVar[str] = "alerts-owed"
    channel_id: UUID


FACTS: dict[str, type[Fact]] = {
    fact.name: fact
    for fact in (
        CasesImported,
        LinksDue,
        PlanRequested,
        OutcomeRecorded,
        VisitChanged,
        ItemReceived,
        ObservationRecorded,
        BatchRecorded,
        RecordsMoved,
        BeliefsAged,
        FitAged,
        PackRequested,
        PackCheckAsked,
        DayChanged,
        StampOwed,
        FixityScanAsked,
        AddressMoved,
        PrintsOwed,
        ScanOwed,
        DeliveryOwed,
        AlertsOwed,
        ArrangementChanged,
    )
}
