"""The catalogues: complete in both languages, every key used, and no bare text in templates."""

import re
import tomllib
from pathlib import Path

import pytest

from fieldops.domain import vocabulary
from fieldops.jobs.follow import FOLLOWS
from fieldops.web import showing
from fieldops.web.catalogue import words

FIELDOPS = Path(__file__).resolve().parents[2] / "fieldops"
WEB, VOCABULARY = FIELDOPS / "web", FIELDOPS / "domain" / "vocabulary"
TEMPLATES = sorted((WEB / "templates").glob("*.html"))
SCRIPTS = sorted(WEB.glob("static/phone/*.js"))
SOURCES = "\n".join(
    path.read_text("utf-8") for path in [*TEMPLATES, *sorted(WEB.glob("*.py")), *SCRIPTS]
)
USED = set(re.findall(r"""\bt\(\s*["']([\w.]+)["']""", SOURCES)) | set(
    re.findall(r'"((?:frame|day|phone)\.(?!html|css|js\b)\w+)"', SOURCES)
)
TABLES = set(re.findall(r"""\b(?:word|badge|_in|table)\(\s*["'](\w+)["']""", SOURCES)) | {
    "fault",
    "weekday",
    "report",
    "complaint_clock",
}
TABLES |= set(showing.VOCABULARIES.values())
# What papers print as well; `tests/domain/test_vocabulary.py` says which codes need a word.
TABLES |= {key.partition(".")[0] for key in vocabulary.words("en")}


def test_both_catalogues_have_the_same_keys() -> None:
    assert words("zh-CN").keys() == words("en").keys()


def test_a_table_of_words_stands_in_one_file_and_in_the_same_one_in_both_languages() -> None:
    def tables(name: str) -> list[tuple[str, str]]:
        found = {file.stem: file for file in (WEB / "translations" / name).iterdir()}
        found["vocabulary"] = VOCABULARY / f"{name}.toml"
        held = {where: tomllib.loads(file.read_text("utf-8")) for where, file in found.items()}
        return sorted((table, where) for where, tables in held.items() for table in tables)

    english = tables("en")
    assert english == tables("zh-CN")
    assert len(english) == len(dict(english))


def test_both_catalogues_have_the_same_blanks() -> None:
    def blanks(text: str) -> set[str]:
        return set(re.findall(r"{(\w+)}", text))

    chinese = words("zh-CN")
    assert not [k for k, text in words("en").items() if blanks(text) != blanks(chinese[k])]


def test_every_key_that_is_asked_for_exists() -> None:
    assert not USED - words("en").keys()


def test_every_key_is_used() -> None:
    unused = {key for key in words("en") if key.split(".")[0] not in TABLES} - USED
    assert not unused


def test_every_word_of_the_board_is_said_by_its_script_or_its_page() -> None:
    scripts = "".join(path.read_text("utf-8") for path in (WEB / "static" / "board").glob("*.js"))
    said = set(re.findall(r'"(\w+)"', scripts)) | set(re.findall(r"panes\.(\w+)", SOURCES))
    tabs = {"pool", "map", "plan", "timeline"}
    assert not {key[6:] for key in words("en") if key.startswith("panes.")} - said - tabs


def test_every_job_has_a_name_for_people() -> None:
    jobs = {f"job.{name}" for names in FOLLOWS.values() for name in names}
    assert {key for key in words("en") if key.startswith("job.")} == jobs


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: path.name)
def test_a_template_writes_no_words_of_its_own(path: Path) -> None:
    text = path.read_text("utf-8")
    assert not re.search(r"[一-鿿]", text)
    plain = re.sub(r"{%.*?%}|{{.*?}}|{#.*?#}|<option>\w+</option>", "", text, flags=re.S)
    bare = re.findall(r">([^<>]*[A-Za-z]{3,}[^<>]*)<", plain)
    assert not [one for one in bare if one.strip()]


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: path.name)
def test_a_template_has_no_inline_script_or_style(path: Path) -> None:
    assert not re.search(r"<style|\sstyle=|\son\w+=|<script(?![^>]*src=)", path.read_text("utf-8"))
