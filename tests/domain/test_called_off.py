"""Why a visit was called off is told in words, in both languages."""

import pytest

from fieldops.domain import called_off
from fieldops.domain.bilingual import in_language


@pytest.mark.parametrize(
    ("kept", "english", "chinese"),
    [
        (
            called_off.by_hold("dispute", "D-1"),
            "Contact on hold (Dispute): D-1",
            "已停止联系（争议）：D-1",
        ),
        (
            called_off.by_request("cease", "R-1"),
            "As the person asked: R-1",
            "应当事人要求：R-1",
        ),
        (
            called_off.by_revocation("CN-TIME-01"),
            "An override was revoked: CN-TIME-01",
            "特批已撤销：CN-TIME-01",
        ),
        (called_off.by_closing("settled"), "The case was closed.", "案件已结案。"),
    ],
)
def test_what_the_service_called_off_is_told_in_words(
    kept: str, english: str, chinese: str
) -> None:
    told = called_off.in_words(kept)
    assert (in_language(told, "en"), in_language(told, "zh-CN")) == (english, chinese)


def test_what_a_person_wrote_stays_as_he_wrote_it() -> None:
    assert called_off.in_words("家里有狗") == "家里有狗"
