"""Gate 1: the solver is only given lawful time, lawful crews and lawful agents."""

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import date, datetime, time, timedelta, tzinfo
from uuid import UUID

from fieldops.domain.rulebook import proposal as rules
from fieldops.domain.rulebook.judging import docket, first_lawful, judge
from fieldops.domain.rulebook.records import RuleBook, Ruling, Violation
from fieldops.domain.rulebook.vocabulary import Channel, Effect, Gate
from fieldops.domain.rulebook.windows import lawful_windows
from fieldops.models import Shift
from fieldops.services.contact_facts import ContactFacts, rulebook_agent
from fieldops.services.planning.horizon import Horizon

# Agents against whom nothing can be said: with them only place, time and person are judged.
STAND_INS = (rules.Agent("first stand-in"), rules.Agent("second stand-in"))

LARGEST_CREW = 2
"""The largest crew that a route can have."""


@dataclass
class Gate1:
    """Asks the rulebook about addresses, crews and agents for the days of one plan."""

    facts: ContactFacts
    book: RuleBook
    horizon: Horizon
    length: timedelta
    _crews: dict[tuple[object, ...], int] = field(default_factory=dict)
    _unfit: dict[tuple[object, ...], tuple[str, ...]] = field(default_factory=dict)

    def windows(self, address_id: UUID) -> tuple[tuple[datetime, datetime], ...] | Ruling:
        """The lawful windows of an address; where there is none, the refusal."""
        template = self._template(address_id)
        found = lawful_windows(
            template, self.book, self.horizon.day, self.horizon.last, self.length, gate=Gate.PLAN
        )
        if found.windows:
            return found.windows
        case = docket(template, self.book, gate=Gate.PLAN, length=self.length)
        later = first_lawful(case, self.horizon.end)
        zone = template.contact.place.zones[0]
        return Ruling(
            allowed=False,
            violations=found.violations,
            warnings=(),
            next_legal=later and later.astimezone(zone),
            packs=case.packs,
        )

    def leaves_free(self, address_id: UUID, other_id: UUID) -> bool:
        """Whether a visit to the one, whatever its day, leaves the other all its other days."""
        whole = self._days(self._template(other_id))
        zone, person = self.facts.zone, str(self.facts.subjects[address_id].person)
        debt = str(self.facts.subjects[address_id].case_id)
        for day in {opens.astimezone(zone).date() for opens, _ in whole}:
            noon = datetime.combine(day, time(12), zone)
            past = rules.PastContact(Channel.VISIT, noon, party=person, debt=debt)
            left = self._days(self._template(other_id, (past,)))
            if _without(left, day, zone) != _without(whole, day, zone):
                return False
        return True

    def template(self, address_id: UUID) -> rules.Proposal:
        """The contact that was judged, for the record."""
        return self._template(address_id)

    def crew(self, address_id: UUID) -> int:
        """The least number of agents that the rules let go there together."""
        template = self._template(address_id)
        contact = template.contact
        key = (contact.place, contact.party.role, contact.party.opted_out)
        if key not in self._crews:
            self._crews[key] = self._smallest(template)
        return self._crews[key]

    def barred(self, shift: Shift) -> tuple[Violation, ...]:
        """The rules that keep the shift's agent from visiting anybody that day."""
        with_him = (rulebook_agent(shift.agent), STAND_INS[0])
        end = shift.ends_at
        usual = self._rules_at(end, STAND_INS)
        return tuple(v for v in self._at(end, with_him).violations if v.rule not in usual)

    def unfit(self, address_id: UUID, shift: Shift) -> tuple[str, ...]:
        """The rules that keep the shift's agent from this place alone, as for want of a record."""
        template = self._template(address_id)
        key = (template.contact.place, template.contact.party.role, shift.id)
        if key not in self._unfit:
            bare = replace(template, history=(), holds=(), consents=(), overrides=())
            end = shift.ends_at
            last = replace(bare.contact, start=end - self.length, end=end)

            def rules_with(agents: tuple[rules.Agent, ...]) -> set[str]:
                asked = replace(bare, contact=replace(last, agents=agents))
                return set(judge(asked, self.book, gate=Gate.PLAN).rules)

            own = rules_with((rulebook_agent(shift.agent), STAND_INS[0]))
            self._unfit[key] = tuple(sorted(own - rules_with(STAND_INS)))
        return self._unfit[key]

    def _rules_at(self, end: datetime, agents: Iterable[rules.Agent]) -> set[str]:
        return set(self._at(end, agents).rules)

    def _at(self, end: datetime, agents: Iterable[rules.Agent]) -> Ruling:
        contact = rules.Contact(
            channel=Channel.VISIT,
            start=end - self.length,
            end=end,
            place=rules.Place(zones=(self.facts.zone,), jurisdictions=self.facts.jurisdictions),
            agents=tuple(agents),
        )
        creditor = rules.Creditor(self.facts.jurisdictions, self.facts.creditor_kind)
        return judge(rules.Proposal(contact, creditor), self.book, gate=Gate.PLAN)

    def _smallest(self, template: rules.Proposal) -> int:
        bare = replace(template, history=(), holds=(), consents=())
        broken = {v.rule for v in self._judged(bare, LARGEST_CREW) if v.effect is not Effect.WARN}
        for size in range(1, LARGEST_CREW):
            if {v.rule for v in self._judged(bare, size)} <= broken:
                return size
        return LARGEST_CREW

    def _judged(self, template: rules.Proposal, size: int) -> tuple[Violation, ...]:
        crew = replace(template.contact, agents=STAND_INS[:size])
        return judge(replace(template, contact=crew), self.book, gate=Gate.PLAN).violations

    def _days(self, template: rules.Proposal) -> tuple[tuple[datetime, datetime], ...]:
        first, last = self.horizon.day, self.horizon.last
        found = lawful_windows(template, self.book, first, last, self.length, gate=Gate.PLAN)
        return found.windows

    def _template(
        self, address_id: UUID, also: tuple[rules.PastContact, ...] = ()
    ) -> rules.Proposal:
        start = self.horizon.start + timedelta(hours=10)
        return self.facts.proposal(address_id, start, start + self.length, STAND_INS, also=also)


def _without(
    windows: Iterable[tuple[datetime, datetime]], day: date, zone: tzinfo
) -> list[tuple[datetime, datetime]]:
    return [span for span in windows if span[0].astimezone(zone).date() != day]
