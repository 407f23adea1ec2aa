"""What counsel and agents are told of baskets, packs, uploads and shares is in both languages."""

import ast
from pathlib import Path

import pytest

from fieldops.domain.bilingual import Bilingual, in_language
from fieldops.domain.disclosure.gaps import BLOCKING, GAPS, Gap

ROOT = Path(__file__).parents[2] / "fieldops"
SEEN = (
    "domain/disclosure/basket.py", "domain/disclosure/gaps.py", "domain/evidence.py",
    "domain/redacting.py", "domain/sharing.py", "services/baskets.py", "services/evidence.py",
    "services/packs.py", "services/redactions.py", "services/shares.py", "services/uploads.py",
    "services/visits/access.py", "web/basket_forms.py", "web/basket_views.py",
    "web/door_forms.py", "web/door_views.py", "web/pack_views.py", "web/share_views.py",
)  # fmt: skip
ERRORS = {"Conflict", "Forbidden", "InvalidInput", "NotFound", "PackImpossible", "ValueError",
          "PreconditionFailed", "TooLarge", "TooManyUploads", "Unavailable"}  # fmt: skip


def test_a_sentence_is_english_by_itself_and_chinese_where_that_is_asked_for() -> None:
    told = Bilingual("The upload has ended.", "该上传已结束。")
    assert told == "The upload has ended."
    assert [in_language(told, language) for language in ("en", "zh", "zh-CN")] == [
        "The upload has ended.", "该上传已结束。", "该上传已结束。",
    ]  # fmt: skip
    assert in_language("plain", "zh-CN") == "plain"


@pytest.mark.parametrize("code", BLOCKING)
def test_a_gap_that_blocks_says_in_both_languages_what_and_how_to_mend_it(code: str) -> None:
    said, cure = Gap(code, detail="7").said(), BLOCKING[code][1]
    assert (said, said.zh) == tuple(f"{text} 7" for text in GAPS[code])
    assert not cure.zh.isascii()


def _bare(path: Path) -> list[str]:
    """The sentences in faults and errors of a module that know no Chinese."""
    found = []
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if not isinstance(node, ast.Call) or not isinstance(node.func, ast.Name):
            continue
        name = node.func.id
        said = node.args[1:] if name in ("FieldFault", "refuse") else node.args[:1]
        if name not in ERRORS | {"FieldFault", "refuse"}:
            continue
        found += [ast.unparse(one) for one in said if isinstance(one, ast.Constant | ast.JoinedStr)]
    return found


@pytest.mark.parametrize("name", SEEN)
def test_no_fault_that_a_person_sees_is_in_english_alone(name: str) -> None:
    assert _bare(ROOT / name) == []
