"""The command says what holds, in both languages, and ends with the status it promises."""

import json
import os
import shlex
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from evidence.__main__ import main as evidence
from evidence.custody import layout
from evidence.custody.checkpoint import Checkpoint
from evidence.custody.receipt import document, receipt_for
from evidence.custody.verify.command import main
from evidence.pack.authority import create_authority
from evidence.pack.signing import sign_cms
from tests.evidence import world
from tests.evidence.tampering import files, good_pack, rezip

AT = ("--at", "2026-03-12T00:00:00Z")


@pytest.fixture
def pack(tmp_path: Path) -> Path:
    path = tmp_path / "pack.zip"
    path.write_bytes(good_pack())
    return path


def test_a_good_pack_ends_with_0(
    pack: Path, tmp_path: Path, capsysbinary: pytest.CaptureFixture[bytes]
) -> None:
    trust = world.trust(tmp_path)
    assert evidence(["verify", str(pack), "--trust", str(trust), *AT, "--lang", "en"]) == 0
    assert b"Every claim holds." in capsysbinary.readouterr().out


def test_the_report_is_spoken_in_chinese(
    pack: Path, tmp_path: Path, capsysbinary: pytest.CaptureFixture[bytes]
) -> None:
    main([str(pack), "--trust", str(world.trust(tmp_path)), *AT, "--lang", "zh"])
    assert "全部主张成立" in capsysbinary.readouterr().out.decode()


def test_the_locale_chooses_the_language(
    pack: Path, monkeypatch: pytest.MonkeyPatch, capsysbinary: pytest.CaptureFixture[bytes]
) -> None:
    monkeypatch.setenv("LC_ALL", "zh_CN.UTF-8")
    main([str(pack)])
    assert "签名人未知" in capsysbinary.readouterr().out.decode()


def test_json_has_the_promised_shape(
    pack: Path, tmp_path: Path, capsysbinary: pytest.CaptureFixture[bytes]
) -> None:
    main([str(pack), "--trust", str(world.trust(tmp_path)), *AT, "--json"])
    told = json.loads(capsysbinary.readouterr().out)
    assert told["ok"] is True
    names = [claim["claim"] for claim in told["claims"]]
    assert names == [
        "structure", "payload", "custody", "completeness", "signature", "time", "consistency",
    ]  # fmt: skip
    assert all(set(claim) == {"claim", "ok", "detail"} for claim in told["claims"])


def test_without_trust_the_signer_is_unknown_and_the_status_3(
    pack: Path, capsysbinary: pytest.CaptureFixture[bytes]
) -> None:
    assert main([str(pack), "--lang", "en"]) == 3
    told = capsysbinary.readouterr().out
    assert b"signature: UNKNOWN: The signer is unknown" in told
    assert b"FAILS" not in told


def test_a_pack_that_fails_ends_with_1_even_without_trust(pack: Path, tmp_path: Path) -> None:
    changed = {n: d for n, d in files().items() if n != layout.INDEX}
    pack.write_bytes(rezip(changed))
    assert main([str(pack)]) == 1
    assert main([str(pack), "--trust", str(world.trust(tmp_path)), *AT]) == 1


@pytest.mark.parametrize(
    "arguments",
    [
        [],
        ["absent.zip"],
        ["PACK", "--trust", "absent.pem"],
        ["PACK", "--trust", "PACK"],
        ["PACK", "--checkpoint", "PACK"],
        ["PACK", "--receipt", "PACK"],
        ["PACK", "--at", "yesterday"],
        ["PACK", "--unknown"],
        ["PACK", "PACK"],
    ],
)
def test_wrong_usage_ends_with_2_and_one_line(
    pack: Path, arguments: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    given = [str(pack) if word == "PACK" else word for word in arguments]
    try:
        status: object = main(given)
    except SystemExit as end:
        status = end.code
    assert status == 2
    assert len(capsys.readouterr().err.splitlines()) == 1


@pytest.mark.parametrize("arguments", [[], ["burn"]])
def test_a_command_that_is_not_there_ends_with_2(arguments: list[str]) -> None:
    assert evidence(arguments) == 2


def test_help_gives_an_example(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as end:
        main(["--help"])
    assert end.value.code == 0
    assert "example:" in capsys.readouterr().out
    assert evidence(["--help"]) == 0


def test_without_openssl_the_cure_is_named(
    pack: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    assert main([str(pack), "--trust", str(world.trust(tmp_path))]) == 2
    assert "install openssl" in capsys.readouterr().err


def test_the_copy_in_the_pack_runs_alone_and_leaves_the_folder_as_it_was(
    pack: Path, tmp_path: Path
) -> None:
    with zipfile.ZipFile(pack) as archive:
        archive.extractall(tmp_path / "unpacked")
    folder = tmp_path / "unpacked" / "case-7"
    command = [
        sys.executable,
        "-I",
        str(folder / "verify" / "verify.py"),
        str(folder),
        "--json",
        *AT,
    ]
    trusted = [*command, "--trust", str(world.trust(tmp_path))]
    for _ in range(2):  # A second time, to see that the first left nothing behind.
        alone = {"PATH": os.environ["PATH"]}
        done = subprocess.run(
            trusted, capture_output=True, check=False, cwd=tmp_path, env=alone, timeout=60
        )
        assert (done.returncode, done.stderr) == (0, b"")
        assert json.loads(done.stdout)["ok"] is True


def outside(folder: Path, head: Checkpoint) -> Path:
    path = folder / "outside"
    path.write_bytes(head.text())
    return path


def own_head() -> Checkpoint:
    return Checkpoint.parse(files()[layout.CHECKPOINT])


@pytest.mark.parametrize(
    ("size", "root", "status", "says"),
    [
        (None, None, 0, "contains everything"),
        (6, "own", 0, "contains everything"),
        (6, None, 1, "rewritten"),
        (7, None, 1, "no proof"),
        (99, None, 1, "newer"),
    ],
)
def test_a_checkpoint_from_outside_is_compared(
    pack: Path, tmp_path: Path, capsysbinary: pytest.CaptureFixture[bytes],
    size: int | None, root: str | None, status: int, says: str,
) -> None:  # fmt: skip
    head = own_head()
    if root == "own":
        head = Checkpoint.parse(files()[layout.older_path(6)])
    elif size is not None:
        head = Checkpoint(head.origin, size, b"\1" * 32, head.at)
    given = ["--checkpoint", str(outside(tmp_path, head)), "--lang", "en"]
    assert main([str(pack), "--trust", str(world.trust(tmp_path)), *AT, *given]) == status
    assert says in capsysbinary.readouterr().out.decode()


def receipt(folder: Path, number: int = 1, signer: object = None, **changes: object) -> Path:
    """A receipt for an item of the story, signed as asked."""
    told = world.story()
    place = {1: 0, 2: 1}[number]
    made = receipt_for(
        told.entries[place], told.places[place], world.authority().signer.fingerprint()
    )
    for name, value in changes.items():
        object.__setattr__(made, name, value)
    key = world.authority().stamper if signer == "other" else world.authority().signer
    path = folder / "receipt.json"
    signature = sign_cms(made.signed_bytes(), key, made.at)
    path.write_text(json.dumps(document(made, signature)))
    return path


def test_a_receipt_that_was_honoured_holds(pack: Path, tmp_path: Path) -> None:
    trust = str(world.trust(tmp_path))
    assert main([str(pack), "--trust", trust, *AT, "--receipt", str(receipt(tmp_path, 2))]) == 0


@pytest.mark.parametrize(
    "changes",
    [
        {"sha256": "0" * 64},
        {"size": 1},
        {"index": 9},
        {"item": "item-9"},
        {"case_seq": 2},
        {"case_seq": 99},
        {"case": "case-8"},
        {"log": "other/log"},
        {"signer": "other"},
        {"at": world.START},
    ],
)
def test_a_receipt_that_was_not_honoured_is_found(
    pack: Path, tmp_path: Path, changes: dict[str, object],
    capsysbinary: pytest.CaptureFixture[bytes],
) -> None:  # fmt: skip
    given = ["--receipt", str(receipt(tmp_path, **changes)), "--json"]  # type: ignore[arg-type]  # The changes go by name.
    assert main([str(pack), "--trust", str(world.trust(tmp_path)), *AT, *given]) == 1
    claims = json.loads(capsysbinary.readouterr().out)["claims"]
    assert [claim["claim"] for claim in claims if not claim["ok"]] == ["receipt"]


def unpacked(folder: Path, changed: dict[str, bytes]) -> Path:
    for name, data in changed.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(data)
    return folder


def commands(pack: Path, trust: Path, capsys: pytest.CaptureFixture[str]) -> list[list[str]]:
    assert main([str(pack), "--trust", str(trust), "--by-hand"]) == 0
    return [shlex.split(line) for line in capsys.readouterr().out.splitlines()]


def statuses(folder: Path, lines: list[list[str]]) -> list[bool]:
    return [
        subprocess.run(line, cwd=folder, capture_output=True, check=False, timeout=60).returncode
        == 0
        for line in lines
    ]


def test_the_five_commands_by_hand_accept_a_good_pack(
    pack: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    lines = commands(pack, world.trust(tmp_path), capsys)
    assert statuses(unpacked(tmp_path / "case 7", files()), lines) == [True] * 5


def test_the_commands_by_hand_refuse_what_was_changed(
    pack: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    changed = files()
    for name in (layout.TAG_MANIFEST, layout.CHECKPOINT):
        changed[name] = changed[name][:-2] + b"x\n"
    lines = commands(pack, world.trust(tmp_path), capsys)
    assert statuses(unpacked(tmp_path / "case 7", changed), lines) == [False] * 4 + [True]


def test_the_commands_by_hand_refuse_another_signer(
    pack: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    trust = world.trust(tmp_path, create_authority("Another", world.START))
    lines = commands(pack, trust, capsys)
    assert statuses(unpacked(tmp_path / "case 7", files()), lines) == [False] * 4 + [True]
