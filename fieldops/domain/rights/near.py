"""Near misses: which rules would have refused a lawful contact a little later, or once more.

Nothing here knows a rule. The contact is judged again with one thing changed, and whatever breaks
then that did not break before was near; so a new rule is watched without a word of code.
"""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from enum import StrEnum

from fieldops.domain.rulebook.judging import broken_at, docket
from fieldops.domain.rulebook.proposal import PastContact, Proposal
from fieldops.domain.rulebook.reading import as_utc
from fieldops.domain.rulebook.records import RuleBook, Violation
from fieldops.domain.rulebook.vocabulary import Channel, Effect, Gate, Result

LITTLE = timedelta(minutes=10)
"""How much later a contact is tried again. Policy of the house, as no law speaks of it."""


class Part(StrEnum):
    """What a rule had to do with a ruling."""

    REFUSED = "refused"
    WARNED = "warned"
    NEAR_END = "near_end"
    NEAR_CAP = "near_cap"
    BY_CONSENT = "by_consent"
    OVERRIDDEN = "overridden"


NEAR = (Part.NEAR_END, Part.NEAR_CAP, Part.BY_CONSENT)
_RESULTS = {
    Channel.VISIT: (Result.MET, Result.NO_ANSWER),
    Channel.CALL: (Result.CONNECTED, Result.NO_ANSWER),
}


def near_misses(proposal: Proposal, book: RuleBook, gate: Gate) -> list[tuple[str, Part]]:
    """The rules that a contact which is lawful at this gate came near, each with how."""
    broken = {one.rule for one in _broken(proposal, book, gate)}
    contact = proposal.contact
    end = contact.end and contact.end + LITTLE
    later = replace(proposal, contact=replace(contact, start=contact.start + LITTLE, end=end))
    found = [(one.rule, Part.NEAR_END) for one in _broken(later, book, gate)]
    for once_more in _once_more(proposal):
        # A cap of one leaves nobody anything to come near.
        capped = (one for one in _broken(once_more, book, gate) if _cap(one) > 1)
        found += [(one.rule, Part.NEAR_CAP) for one in capped]
    if proposal.consents:
        without = replace(proposal, consents=())
        found += [(one.rule, Part.BY_CONSENT) for one in _broken(without, book, gate)]
    return [one for one in dict.fromkeys(found) if one[0] not in broken]


def _once_more(proposal: Proposal) -> Iterator[Proposal]:
    contact = proposal.contact
    for result in _RESULTS.get(contact.channel, (Result.DELIVERED,)):
        again = PastContact(
            channel=contact.channel,
            at=contact.start,
            result=result,
            party=contact.party.id,
            debt=proposal.debt.id,
            number=contact.number,
        )
        yield replace(proposal, history=(*proposal.history, again))


def _broken(proposal: Proposal, book: RuleBook, gate: Gate) -> list[Violation]:
    case = docket(proposal, book, gate=gate)
    found = broken_at(case, case.rules, as_utc(proposal.contact.start))
    return [one for one in found if one.effect is not Effect.WARN]


def _cap(violation: Violation) -> int:
    """The largest number that a full cap allows; 0 for a rule that counts nothing."""
    return max((one["most"] for one in violation.found.get("full", ())), default=0)
