"""What the verifier found: claims, whether each holds, and the sentences that say why."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from evidence.custody.verify.words import CLAIMS, sentence

MOST_SENTENCES = 20
OK, FAILS, NO_TRUST = 0, 1, 3


@dataclass(frozen=True, slots=True)
class Sentence:
    """One thing found, as a key into the verifier's words and the values to put in."""

    key: str
    values: Mapping[str, object] = field(default_factory=dict)

    def text(self, language: str = "en") -> str:
        """The sentence in `en` or `zh`."""
        return sentence(self.key, language, self.values)


@dataclass(slots=True)
class Claim:
    """One claim; it holds until a fault is found."""

    name: str
    faults: list[Sentence] = field(default_factory=list)
    notes: list[Sentence] = field(default_factory=list)
    unknown: bool = False  # Cannot be judged without --trust; then it does not hold either.

    @property
    def ok(self) -> bool:
        """Whether the claim holds."""
        return not self.faults and not self.unknown

    def fault(self, key: str, **values: object) -> None:
        """Note what makes the claim fail."""
        self.faults.append(Sentence(key, values))

    def note(self, key: str, **values: object) -> None:
        """Note what was shown, to be said when the claim holds."""
        self.notes.append(Sentence(key, values))

    def detail(self, language: str = "en") -> str:
        """All that is to be said about the claim, faults first and at most twenty of them."""
        told = [fault.text(language) for fault in self.faults[:MOST_SENTENCES]]
        if len(self.faults) > MOST_SENTENCES:
            left = len(self.faults) - MOST_SENTENCES
            told.append(Sentence("more", {"count": left}).text(language))
        if self.unknown:
            told.append(Sentence("no-signer").text(language))
        elif not self.faults:
            told = [note.text(language) for note in self.notes]
        return "; ".join(told)


@dataclass(frozen=True, slots=True)
class Report:
    """Every claim of one pack in order; `trusted` is whether a trust file was given."""

    claims: Sequence[Claim]
    trusted: bool

    @property
    def ok(self) -> bool:
        """Whether every claim holds."""
        return all(claim.ok for claim in self.claims)

    @property
    def exit_status(self) -> int:
        """0 when all hold, 1 when a claim fails, 3 when only the signer is unknown."""
        if any(claim.faults for claim in self.claims):
            return FAILS
        return OK if self.trusted else NO_TRUST

    def claim(self, name: str) -> Claim:
        """The claim of that name; KeyError when it was not judged."""
        for claim in self.claims:
            if claim.name == name:
                return claim
        raise KeyError(name)

    def to_json(self, language: str = "en") -> dict[str, Any]:
        """`{"ok", "claims": [{"claim", "ok", "detail"}]}`."""
        claims = [
            {"claim": claim.name, "ok": claim.ok, "detail": claim.detail(language)}
            for claim in self.claims
        ]
        return {"ok": self.ok, "claims": claims}

    def lines(self, language: str = "en") -> Iterator[str]:
        """The report for a person, a line for each claim and one at the end."""
        for claim in self.claims:
            broken = "fails" if claim.faults else "unknown"
            verdict = Sentence("holds" if claim.ok else broken).text(language)
            name = CLAIMS[claim.name] if language == "zh" else claim.name
            yield f"{name}: {verdict}: {claim.detail(language)}"
        last = {OK: "all-hold", FAILS: "some-fail", NO_TRUST: "no-signer"}[self.exit_status]
        yield Sentence(last).text(language)
