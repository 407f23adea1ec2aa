"""What the rulebook says of a day whoever is visited: that it is closed, or what it warns of."""

from datetime import date, datetime, time, timedelta

from sqlalchemy.orm import Session

from fieldops.domain.permissions import Actor
from fieldops.domain.rulebook import proposal as rules
from fieldops.domain.rulebook.judging import judge
from fieldops.domain.rulebook.records import RuleBook, Text
from fieldops.domain.rulebook.vocabulary import Channel, PlaceKind
from fieldops.domain.rulebook.windows import lawful_windows
from fieldops.models import Organisation
from fieldops.services.organisations import zone_of
from fieldops.services.planning.lawful import STAND_INS

_MORNING = time(10)
_BRIEF = timedelta(minutes=1)


def day_notes(session: Session, day: date, *, book: RuleBook, actor: Actor) -> tuple[Text, ...]:
    """What a house's rules say of a plain home visit on that day: why none is lawful, and warnings.

    A year of which the holidays are not published yet is told here, before anybody plans into it.
    """
    house = session.get_one(Organisation, actor.organisation_id)
    zone, where = zone_of(session, actor.organisation_id), tuple(house.jurisdictions)
    start = datetime.combine(day, _MORNING, zone)
    contact = rules.Contact(
        channel=Channel.VISIT,
        start=start,
        end=start + _BRIEF,
        place=rules.Place(PlaceKind.HOME, (zone,), where),
        agents=STAND_INS,
    )
    plain = rules.Proposal(contact, rules.Creditor(where))
    found = lawful_windows(plain, book, day, day, _BRIEF)
    told = (*found.violations, *judge(plain, book).warnings)
    return tuple(one.message for one in told)
