"""What holds of every ruling: more against a contact never helps it; the strictest pack wins."""

from dataclasses import replace
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from hypothesis import given, settings
from hypothesis import strategies as st

from fieldops.domain.rulebook.judging import judge
from fieldops.domain.rulebook.proposal import Consent, Creditor, Hold, PastContact, Proposal, Wish
from fieldops.domain.rulebook.records import Ruling
from fieldops.domain.rulebook.vocabulary import Channel, HoldKind, HoldScope, Result
from tests.domain.rulebook.builders import BOOK
from tests.domain.rulebook.test_properties import QUARTERS, moved, proposals

MINUTES = st.tuples(st.integers(0, 1_439), st.integers(1, 1_440)).filter(lambda w: w[0] != w[1])
PASTS = st.builds(
    PastContact,
    channel=st.sampled_from(Channel),
    at=QUARTERS,
    result=st.none() | st.sampled_from(Result),
    party=st.sampled_from([None, "p1", "p2"]),
    pending=st.booleans(),
)
HOLDS = st.builds(
    Hold,
    kind=st.sampled_from(HoldKind),
    scope=st.sampled_from(HoldScope),
    start=st.none() | QUARTERS,
    until=st.none() | QUARTERS,
)


def later_or_never(before: Ruling, after: Ruling) -> bool:
    """Whether the second ruling opens no sooner than the first."""
    if before.next_legal is None:
        return after.next_legal is None
    return after.next_legal is None or after.next_legal >= before.next_legal


@given(proposals(), PASTS)
@settings(max_examples=30)
def test_one_contact_more_in_the_past_never_helps(asked: Proposal, past: PastContact) -> None:
    before = judge(asked, BOOK)
    after = judge(replace(asked, history=(*asked.history, past)), BOOK)
    assert set(before.rules) <= set(after.rules)
    assert later_or_never(before, after)


@given(proposals(), HOLDS)
@settings(max_examples=30)
def test_one_hold_more_never_helps(asked: Proposal, hold: Hold) -> None:
    before = judge(asked, BOOK)
    after = judge(replace(asked, holds=(*asked.holds, hold)), BOOK)
    # A policy gives way to the law that says the same, so that the count of ids may not grow.
    assert before.allowed or not after.allowed
    assert later_or_never(before, after)


@given(proposals(), MINUTES)
@settings(max_examples=30)
def test_one_wish_more_never_helps(asked: Proposal, forbid: tuple[int, int]) -> None:
    wishes = (*asked.debtor.wishes, Wish(None, forbid))
    after = judge(replace(asked, debtor=replace(asked.debtor, wishes=wishes)), BOOK)
    assert later_or_never(judge(asked, BOOK), after)


@given(proposals())
@settings(max_examples=30)
def test_a_consent_more_never_hurts_and_its_end_never_helps(asked: Proposal) -> None:
    given_ = Consent("p1", None)
    ended = replace(given_, revoked=asked.contact.start - timedelta(days=400))
    bare = judge(replace(asked, consents=()), BOOK)
    with_it = judge(replace(asked, consents=(given_,)), BOOK)
    assert later_or_never(with_it, bare)
    assert judge(replace(asked, consents=(ended,)), BOOK).rules == bare.rules


@given(proposals(), st.lists(st.sampled_from(["CN", "US", "UK", "IE", "AU", "IN"]), max_size=2))
@settings(max_examples=12)
def test_under_two_laws_no_contact_is_freer_than_under_either(
    asked: Proposal, more: list[str]
) -> None:
    both = judge(replace(asked, creditor=Creditor(tuple(more))), BOOK, policies=False)
    alone = judge(replace(asked, creditor=Creditor()), BOOK, policies=False)
    assert set(alone.rules) <= set(both.rules)
    assert later_or_never(alone, both)


def weeks_later(asked: Proposal, weeks: int) -> Proposal:
    """The whole case in New York, so much later, with all that went before and holds."""
    later = timedelta(weeks=weeks)

    def after(at: datetime | date | None) -> datetime | date | None:
        return None if at is None else at + later

    place = replace(
        asked.contact.place, zones=(ZoneInfo("America/New_York"),), jurisdictions=("US", "US-MA")
    )
    begun = replace(asked.contact, place=place)
    return replace(
        asked,
        contact=moved(replace(asked, contact=begun), begun.start + later).contact,
        history=tuple(replace(past, at=past.at + later) for past in asked.history),
        holds=tuple(
            replace(hold, start=after(hold.start), until=after(hold.until)) for hold in asked.holds
        ),
    )


@given(proposals(), st.integers(1, 20))
@settings(max_examples=30)
def test_some_weeks_later_the_same_case_gets_the_same_ruling(asked: Proposal, weeks: int) -> None:
    # From March to August neither the clocks change nor does a rule of these packs begin.
    here = judge(weeks_later(asked, 0), BOOK)
    there = judge(weeks_later(asked, weeks), BOOK)
    assert there.rules == here.rules
    assert there.next_legal == (here.next_legal and here.next_legal + timedelta(weeks=weeks))
