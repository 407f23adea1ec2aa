"""The documents are true: links lead to files, commands exist, both READMEs are twins."""

import re
import subprocess
from pathlib import Path

import click
import pytest

from fieldops.cli.commands import COMMANDS, group

ROOT = Path(__file__).resolve().parent.parent
READMES = [ROOT / "README.md", ROOT / "README.zh-CN.md"]
PAGES = [*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")]
_FENCE = re.compile(r"^```.*?^```$", re.DOTALL | re.MULTILINE)
_LINK = re.compile(r"\[[^\]]*\]\(([^)\s]+)\)")
# Written in halves, so that this file does not name them itself.
HOSTS = tuple(
    f"{name}.{top}"
    for name, top in (
        ("pypi", "org"),
        ("pythonhosted", "org"),
        ("npmjs", "org"),
        ("npmjs", "com"),
        ("npmmirror", "com"),
        ("yarnpkg", "com"),
        ("crates", "io"),
        ("tuna.tsinghua", "edu.cn"),
        ("mirrors.aliyun", "com"),
    )
)


def _name(path: Path) -> str:
    return str(path.relative_to(ROOT))


def _text(path: Path) -> str:
    return path.read_text(encoding="utf-8")


@pytest.mark.parametrize("page", PAGES, ids=_name)
def test_every_relative_link_leads_to_a_file(page: Path) -> None:
    links = _LINK.findall(_FENCE.sub("", _text(page)))
    relative = [link.partition("#")[0] for link in links if "://" not in link]
    assert not [link for link in relative if link and not (page.parent / link).exists()]


@pytest.mark.parametrize("readme", READMES, ids=_name)
def test_every_make_target_that_a_readme_names_exists(readme: Path) -> None:
    targets = set(re.findall(r"^([a-z]+):", _text(ROOT / "Makefile"), re.MULTILINE))
    named = set(re.findall(r"(?:^|`)make ([a-z]+)", _text(readme), re.MULTILINE))
    assert {"demo", "test"} <= named <= targets


def _called(text: str) -> list[list[str]]:
    """The words of each `fieldops ...` in a code span or at the start of a line."""
    return [found.split() for found in re.findall(r"(?:^|`)fieldops ([^`\n]+)", text, re.MULTILINE)]


@pytest.mark.parametrize("page", [*READMES, ROOT / "docs" / "operations.md"], ids=_name)
def test_every_fieldops_command_that_is_named_can_be_loaded(page: Path) -> None:
    for words in _called(_text(page)):
        rest = words[2:] if words[0] == "--dir" else words
        assert rest[0] in COMMANDS, rest
        command = group.get_command(click.Context(group), rest[0])
        assert command is not None
        if isinstance(command, click.Group) and len(rest) > 1:
            inner = command.get_command(click.Context(command), rest[1])
            assert inner is not None, rest


def test_both_readmes_have_the_same_headings_and_commands() -> None:
    bodies = [_FENCE.sub("", _text(readme)) for readme in READMES]
    levels = [re.findall(r"^(#+) ", body, re.MULTILINE) for body in bodies]
    assert levels[0] == levels[1]
    fences = [_FENCE.findall(_text(readme)) for readme in READMES]
    assert fences[0] == fences[1]


def test_every_setting_has_a_sentence() -> None:
    lines = _text(ROOT / "config" / "settings.toml").splitlines()
    naked = [
        line
        for before, line in zip(["", *lines], lines, strict=False)
        if line[:1].isalpha() and not before.strip()
    ]
    assert not naked


@pytest.mark.parametrize("page", PAGES, ids=_name)
def test_every_source_file_that_a_page_names_is_there(page: Path) -> None:
    named = re.findall(
        r"`((?:fieldops|routing|evidence|config|tests|scripts|bench|services|visits|planning)"
        r"/[\w/.-]+\.(?:py|toml))`",
        _text(page),
    )
    places = [ROOT, ROOT / "fieldops", ROOT / "fieldops" / "services"]
    assert not [name for name in named if not any((place / name).exists() for place in places)]


def test_no_file_names_the_host_of_a_package_registry() -> None:
    listed = subprocess.run(
        ["git", "ls-files", "-co", "--exclude-standard"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    ).stdout.splitlines()
    if not listed:
        pytest.skip("this is no git checkout, so nothing says which files belong to it")
    wrong = [
        name
        for name in listed
        if "LICENSE" not in name.upper()
        and (ROOT / name).is_file()
        and any(host.encode() in (ROOT / name).read_bytes() for host in HOSTS)
    ]
    assert not wrong
