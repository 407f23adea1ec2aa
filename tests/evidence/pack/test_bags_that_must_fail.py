"""What BagIt forbids is refused, and named, in the one form of bag that a pack has."""

from pathlib import Path

import pytest

from evidence.custody import layout
from tests.evidence import world
from tests.evidence.tampering import Files, failed, files, judged, manifests, reseal, rezip

ORIGINAL = "data/0001-visit-9-" + world.item(1).sha256[:8] + ".jpg"


@pytest.mark.parametrize(
    "text",
    [
        b"",
        b"BagIt-Version: 0.97\nTag-File-Character-Encoding: UTF-8\n",
        b"BagIt-Version: 1.0\n",  # no encoding
        b"BagIt-Version: 1.0\nTag-File-Character-Encoding: UTF-16\n",
        b"BagIt-Version : 1.0\nTag-File-Character-Encoding: UTF-8\n",
        b"BagIt-Version:  1.0\nTag-File-Character-Encoding: UTF-8\n",
        b" BagIt-Version: 1.0\nTag-File-Character-Encoding: UTF-8\n",
        b"BagIt-Version: 1.0 \nTag-File-Character-Encoding: UTF-8\n",
        b"\xef\xbb\xbfBagIt-Version: 1.0\nTag-File-Character-Encoding: UTF-8\n",
        b"BagIt-Version: 1.0\r\nTag-File-Character-Encoding: UTF-8\r\n",
        b"BagIt-Version: .97\nTag-File-Character-Encoding: UTF-8\n",
    ],
)
def test_another_declaration_is_named(tmp_path: Path, text: bytes) -> None:
    report = judged(tmp_path, rezip(reseal({**files(), layout.BAGIT: text})))
    assert failed(report) == {"structure"}
    assert "bagit.txt: not BagIt 1.0" in report.claim("structure").detail()


def listed(more: str) -> Files:
    """The pack with a line more in its manifest."""
    changed = files()
    lines = [*changed[layout.MANIFEST].decode().splitlines(), more]
    lines.sort(key=lambda line: line[66:])
    return {**changed, layout.MANIFEST: "".join(f"{line}\n" for line in lines).encode()}


@pytest.mark.parametrize(
    "path",
    ["/etc/passwd", "../../etc/passwd", "~/x", "~root/x", "./" + ORIGINAL, "data\\x", "c:/x",
     "//host/share", "data/holey.jpg", ORIGINAL.replace("visit", "visi\u0301t"), "index.pdf"],
)  # fmt: skip
def test_a_manifest_that_lists_what_is_not_there_is_named(tmp_path: Path, path: str) -> None:
    report = judged(tmp_path, rezip(listed(f"{'0' * 64}  {path}")), trust=None)
    assert "payload" in failed(report)
    assert f"{path} was removed" in report.claim("payload").detail()


@pytest.mark.parametrize("digest", [world.item(1).sha256, "0" * 64])
def test_a_file_listed_twice_is_named(tmp_path: Path, digest: str) -> None:
    report = judged(tmp_path, rezip(listed(f"{digest}  {ORIGINAL}")), trust=None)
    assert f"{ORIGINAL} is listed twice" in report.claim("structure").detail()


@pytest.mark.parametrize(
    "spoil",
    [
        lambda line: line.replace("  ", " ", 1),
        lambda line: line.replace("  ", " *", 1),  # as md5sum marks binary files
        lambda line: line.replace("  ", "\t", 1),
        lambda line: " " + line,
        lambda line: line[:64].upper() + line[64:],
        lambda line: line[1:],
        lambda line: "\ufeff" + line,
        lambda line: line[:64] + "  ",
    ],
)
def test_a_line_spelled_otherwise_is_named(tmp_path: Path, spoil: object) -> None:
    first, *rest = files()[layout.MANIFEST].decode().splitlines(keepends=True)
    forged = (spoil(first[:-1]) + "\n" + "".join(rest)).encode()  # type: ignore[operator]  # Each row is a function.
    report = judged(tmp_path, rezip({**files(), layout.MANIFEST: forged}), trust=None)
    assert f"{layout.MANIFEST}: line 1" in report.claim("structure").detail()


@pytest.mark.parametrize("oxum", ["1.1", "", "1040", "1040.2.1", "-1.2", "99999999999999.2"])
def test_another_sum_of_the_payload_is_named(tmp_path: Path, oxum: str) -> None:
    changed = manifests(files())
    lines = changed[layout.INFO].decode().splitlines(keepends=True)
    text = "".join(f"Payload-Oxum: {oxum}\n" if "Oxum" in line else line for line in lines)
    report = judged(tmp_path, rezip({**changed, layout.INFO: text.encode()}), trust=None)
    assert "Payload-Oxum" in report.claim("structure").detail()
