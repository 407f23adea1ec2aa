"""What follows what: the one table from facts to jobs.

To learn what happens after an outcome, read the line of `OutcomeRecorded`.
"""

from fieldops.domain import facts
from fieldops.domain.facts import Fact

FOLLOWS: dict[type[Fact], tuple[str, ...]] = {
    facts.CasesImported: ("locate-addresses",),
    facts.LinksDue: ("link-records",),
    facts.PlanRequested: ("solve-plan",),
    facts.OutcomeRecorded: ("observe-visit", "cross-check-visit"),
    facts.VisitChanged: ("cross-check-visit",),
    facts.ObservationRecorded: ("believe-and-flag",),
    facts.BatchRecorded: ("believe-batch",),
    facts.RecordsMoved: ("believe-linked",),
    facts.BeliefsAged: ("believe-aged",),
    facts.ItemReceived: ("stamp-checkpoint", "cross-check-item", "scan-item"),
    facts.FitAged: ("count-fit",),
    facts.PackRequested: ("build-pack",),
    facts.PackCheckAsked: ("verify-pack",),
    # Phones fetch their changes; nothing need be worked out for them.
    facts.DayChanged: (),
    facts.StampOwed: ("stamp-again",),
    facts.FixityScanAsked: ("scan-fixity",),
    facts.AddressMoved: ("cross-check-address",),
    facts.PrintsOwed: ("print-photo",),
    facts.ScanOwed: ("scan-item",),
    facts.DeliveryOwed: ("deliver-checkpoint",),
    facts.AlertsOwed: ("send-alerts",),
    facts.ArrangementChanged: ("rest-for-arrangement",),
}
