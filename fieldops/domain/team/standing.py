"""What an agent holds in the eyes of the rules: his records, or what the agent file says of him."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

from fieldops.domain.rulebook.proposal import Agent, Credential

TRAINING: Final = "training"
BACKGROUND, CONFIDENTIALITY = "background_check", "confidentiality"
EVALUATION: Final = "agency_evaluation"
"""The kind under which the rules know an evaluation that an agency passed."""
FOR_EVER = date(9999, 12, 31)


@dataclass(frozen=True, slots=True)
class Kept:
    """One record that was not withdrawn; several come in the order in which they were recorded."""

    kind: str
    passed: bool
    begins_on: date
    ends_on: date | None


@dataclass(frozen=True, slots=True)
class Declared:
    """What the agent file says: it counts for a kind until a record of that kind is kept."""

    trained_until: date | None
    background_ok: bool

    def credentials(self) -> dict[str, Credential]:
        """As if they were records, by kind."""
        found = {}
        if self.trained_until is not None:
            found[TRAINING] = Credential(TRAINING, until=self.trained_until)
        if self.background_ok:
            found[BACKGROUND] = Credential(BACKGROUND)
            found[CONFIDENTIALITY] = Credential(CONFIDENTIALITY)
        return found


def agent_of(
    agent_id: str,
    kept: Iterable[Kept],
    declared: Declared,
    *,
    agency: tuple[Credential, ...] | None = None,
    cleared: bool = True,
) -> Agent:
    """The agent as the rulebook takes him; where a record is kept the agent file says nothing.

    `agency` is what the firm holds that sends him, if one does.
    """
    records = list(kept)
    known = {one.kind for one in records}
    found = [one for kind, one in declared.credentials().items() if kind not in known]
    found += [one for kind in sorted(known) for one in _good(kind, records)]
    return Agent(
        agent_id,
        trained_until=None if TRAINING in known else declared.trained_until,
        background_ok=declared.background_ok or BACKGROUND in known,
        records=tuple(found),
        agency=agency,
        cleared=cleared,
    )


def held(kept: Iterable[Kept]) -> tuple[Credential, ...]:
    """What is held of all kinds."""
    records = list(kept)
    kinds = sorted({one.kind for one in records})
    return tuple(one for kind in kinds for one in _good(kind, records))


def until(kind: str, records: Iterable[Credential], today: date) -> date | None:
    """Until when somebody holds this kind without a gap from today; None where he does not.

    FOR_EVER where it has no end.
    """
    last = today - timedelta(days=1)
    mine = (one for one in records if one.kind == kind)
    for one in sorted(mine, key=lambda each: each.start or date.min):
        if (one.start or date.min) > last + timedelta(days=1):
            break
        last = max(last, one.until or FOR_EVER)
        if last == FOR_EVER:
            break
    return last if last >= today else None


def _good(kind: str, records: Iterable[Kept]) -> list[Credential]:
    """What is held of a kind; one that was failed ends all that began before it."""
    good: list[Credential] = []
    for one in (each for each in records if each.kind == kind):
        if one.passed:
            good.append(Credential(kind, one.begins_on, one.ends_on))
        else:
            good = [each for each in good if each.start and each.start > one.begins_on]
    return good
