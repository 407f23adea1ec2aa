"""From a Proposal to the JSON that `parsing` reads back, so that what was judged can be kept."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from fieldops.domain.rulebook.proposal import (
    FACT_NAMES,
    Agent,
    Consent,
    Contact,
    Credential,
    DoorFacts,
    Hold,
    Override,
    Party,
    PastContact,
    Proposal,
    Wish,
)
from fieldops.domain.rulebook.reading import Minutes


def proposal_json(proposal: Proposal) -> dict[str, Any]:
    """The proposal as `parse_proposal` takes it; what is None or empty is left out."""
    debtor = proposal.debtor
    return _stated(
        {
            "contact": _contact(proposal.contact),
            "creditor": _stated(
                {
                    "jurisdictions": list(proposal.creditor.jurisdictions),
                    "kind": proposal.creditor.kind,
                }
            ),
            "debt": {
                "id": proposal.debt.id,
                "disputed": proposal.debt.disputed,
                "bankruptcy": proposal.debt.bankruptcy,
            },
            "debtor": _stated(
                {
                    "id": debtor.id,
                    "missing": debtor.missing,
                    "failed_dial_days": debtor.failed_dial_days,
                    "represented": debtor.represented,
                    "refused_workplace": debtor.refused_workplace,
                    "wishes": [_wish(wish) for wish in debtor.wishes],
                }
            ),
            "history": [_past(past) for past in proposal.history],
            "holds": [_hold(hold) for hold in proposal.holds],
            "consents": [_consent(consent) for consent in proposal.consents],
            "overrides": [_override(override) for override in proposal.overrides],
            "facts": _facts(proposal.facts),
            "gate": proposal.gate,
        }
    )


def _contact(contact: Contact) -> dict[str, Any]:
    place, party = contact.place, contact.party
    return _stated(
        {
            "channel": contact.channel,
            "purpose": contact.purpose,
            "party": {"id": party.id, "role": party.role, "opted_out": party.opted_out}
            | _own_wishes(party),
            "place": _stated(
                {
                    "kind": place.kind,
                    "timezone": [str(zone) for zone in place.zones],
                    "jurisdictions": list(place.jurisdictions),
                }
            ),
            "start": contact.start.isoformat(),
            "end": contact.end and contact.end.isoformat(),
            "agents": [_agent(agent) for agent in contact.agents],
            "account": contact.account,
            "number": contact.number,
        }
    )


def _own_wishes(party: Party) -> dict[str, Any]:
    # Left out where there are none, so that what was judged before they were asked stays as it was.
    flags = {name: True for name in ("represented", "refused_workplace") if getattr(party, name)}
    return _stated({**flags, "wishes": [_wish(wish) for wish in party.wishes]})


def _agent(agent: Agent) -> dict[str, Any]:
    # Left out where nobody stated it, so that what was judged before it was asked stays as it was.
    held = {
        name: [_credential(one) for one in told]
        for name, told in (("records", agent.records), ("agency", agent.agency))
        if told is not None
    }
    barred = {} if agent.cleared else {"cleared": False}
    return (
        _stated(
            {
                "id": agent.id,
                "trained_until": _moment(agent.trained_until),
                "background_ok": agent.background_ok,
                "certified": agent.certified,
            }
        )
        | held
        | barred
    )


def _credential(record: Credential) -> dict[str, Any]:
    return _stated(
        {"kind": record.kind, "from": _moment(record.start), "until": _moment(record.until)}
    )


def _wish(wish: Wish) -> dict[str, Any]:
    return _stated({"channel": wish.channel, "forbid": _window(wish.forbid)})


def _past(past: PastContact) -> dict[str, Any]:
    return _stated(
        {
            "channel": past.channel,
            "at": past.at.isoformat(),
            "result": past.result,
            "pending": past.pending,
            "party": past.party,
            "debt": past.debt,
            "number": past.number,
        }
    )


def _hold(hold: Hold) -> dict[str, Any]:
    return _stated(
        {
            "kind": hold.kind,
            "scope": hold.scope,
            "from": _moment(hold.start),
            "until": _moment(hold.until),
        }
    )


def _consent(consent: Consent) -> dict[str, Any]:
    return _stated(
        {
            "who": consent.who,
            "channel": consent.channel,
            "window": _window(consent.window),
            "granted": _moment(consent.granted),
            "revoked": _moment(consent.revoked),
            "expires": _moment(consent.expires),
        }
    )


def _override(override: Override) -> dict[str, Any]:
    return {
        "id": override.id,
        "rule": override.rule,
        "office": override.office.value,
        "debtor": override.debtor,
        "party": override.party,
        "debt": override.debt,
        "channel": override.channel.value,
        "from": override.start.isoformat(),
        "until": override.until.isoformat(),
    }


def _facts(facts: DoorFacts) -> dict[str, Any]:
    return _stated({name: facts.stated(name) for name in sorted(FACT_NAMES)})


def _moment(at: date | None) -> str | None:
    return None if at is None else at.isoformat()


def _window(window: Minutes | None) -> list[str] | None:
    return window and [f"{minutes // 60:02d}:{minutes % 60:02d}" for minutes in window]


def _stated(values: Mapping[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in values.items() if value not in (None, [], {})}
