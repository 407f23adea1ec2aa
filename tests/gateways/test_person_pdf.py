"""The copy of a person's data on paper says in words, of both languages, what is kept as codes."""

import io
from collections.abc import Mapping
from typing import Any

from pypdf import PdfReader

from fieldops.gateways import person_pdf
from tests.services.evidence.test_packs import needs_font

_WHENCE = {
    "source": "agent", "at": "2026-11-24T02:00:00Z", "basis": "OBSERVED_FROM_PUBLIC_PLACE",
    "purpose": "debt-recovery",
}  # fmt: skip


def _printed(section: str, **values: object) -> str:
    row = {name: {"value": value, **_WHENCE} for name, value in values.items()}
    record: Mapping[str, Any] = {
        "controller": "House", "jurisdiction": "CN", "made_at": "2026-11-24T02:00:00Z",
        "sections": {section: [row]}, "withheld": [],
    }  # fmt: skip
    drawn = person_pdf.draw(record)
    text = "".join(page.extract_text() for page in PdfReader(io.BytesIO(drawn)).pages)
    return "".join(text.split())


@needs_font
def test_kinds_of_observations_are_words() -> None:
    for kind, words in (
        ("visit.no_answer", "无人应答Noanswer"),
        ("asset.listed_for_sale", "Listedforsale"),
    ):
        text = _printed("observations", kind=kind, polarity="affirmed")
        assert words in text
        assert kind not in text
