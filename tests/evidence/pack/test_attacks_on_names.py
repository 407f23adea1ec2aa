"""Names that some machine cannot have, reads otherwise or shows otherwise are found and shown."""

from pathlib import Path

import pytest

from evidence.custody.layout import has_place, name_fault
from evidence.custody.verify.words import LANGUAGES, sentence
from tests.evidence.pack.test_attacks_on_files import named, zipped
from tests.evidence.tampering import failed, files, judged, reseal, rezip


@pytest.mark.parametrize(
    "name",
    ["data/CON", "data/nul.jpg", "data/Com1.txt", "data/LPT9", "aux/x.jpg", "data/a*.jpg",
     "data/a?.jpg", 'data/"a".jpg', "data/<a>.jpg", "data/a|b.jpg", "data/a\u202egpj.exe",
     "data/a\u200b.jpg", "data/\ufeffa.jpg", "data/a\u2028b.jpg", "data/a\x7f.jpg", "data/a\u0085b",
     "data/\ue000.jpg", "data/a .jpg/b ", "data/a.", " data/a"],
)  # fmt: skip
def test_a_name_that_is_not_the_same_everywhere_is_refused(tmp_path: Path, name: str) -> None:
    assert name_fault(name)
    report = judged(tmp_path, zipped({**named(), f"case-7/{name}": b"x"}), trust=None)
    assert "structure" in failed(report)


@pytest.mark.parametrize("name", ["data/contract.jpg", "data/auxiliary", "data/0001-张三-1.jpg"])
def test_an_honest_name_is_none_of_them(name: str) -> None:
    assert name_fault(name) is None


@pytest.mark.parametrize("name", ["verify/run.exe", "verify/evidence/x.so", "verify/a/b.py"])
def test_a_program_beside_the_verifier_has_no_place(tmp_path: Path, name: str) -> None:
    assert not has_place(name)
    report = judged(tmp_path, rezip(reseal({**files(), name: b"x"})))
    assert failed(report) == {"structure"}
    assert name in report.claim("structure").detail()


def test_what_a_pack_says_cannot_command_the_reader_s_terminal(tmp_path: Path) -> None:
    name = "data/x\x1b[2J\x1b[1;1Hstructure: holds\u202e.jpg"
    report = judged(tmp_path, zipped({**named(), f"case-7/{name}": b"x"}), trust=None)
    for language in LANGUAGES:
        assert all(line.isprintable() for line in report.lines(language))
    assert r"\u{1b}" in report.claim("structure").detail()


def test_a_sentence_keeps_what_can_be_printed() -> None:
    assert "张三 é" in sentence("missing", "en", {"name": "张三 é"})
