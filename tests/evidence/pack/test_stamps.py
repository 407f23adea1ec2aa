"""A pack carries every stamp of its checkpoints; one stripped, swapped or renewed late is named."""

import dataclasses
import io
from collections.abc import Callable
from datetime import datetime, timedelta
from functools import cache
from pathlib import Path

import pytest

from evidence.custody import layout
from evidence.custody.checkpoint import SealedCheckpoint
from evidence.pack.authority import Authority, create_authority, create_member, trust_pem
from evidence.pack.build import build
from tests.evidence import world
from tests.evidence.tampering import Files, failed, judged, reseal, rezip, unpacked

HEAD = layout.CHECKPOINT
YEAR = timedelta(days=365)
LATER = world.START + timedelta(days=300)
READ = world.START + 4 * YEAR


@cache
def outside() -> Authority:
    """Another authority, of which the reader holds the root."""
    return create_authority("Outside", world.START - YEAR)


@cache
def short() -> Authority:
    """The local authority with a stamper whose certificate ends after a year."""
    mine = world.authority()
    member = create_member(
        mine.root, "Short", "x", "stamp", world.START - timedelta(days=1), years=1
    )
    return Authority(mine.root, mine.signer, member)


@cache
def lasting() -> Authority:
    """The same authority with a later certificate."""
    mine = world.authority()
    member = create_member(mine.root, "Lasting", "x", "stamp", world.START, years=15)
    return Authority(mine.root, mine.signer, member)


def head(renewed_at: datetime = LATER) -> SealedCheckpoint:
    """The story's checkpoint with a short first stamp, two renewals and a stamp from outside."""
    plain = world.source().checkpoint
    at = world.START + timedelta(hours=1)
    first = world.stamp(plain.text, at, short())
    second = world.stamp(plain.text + first, renewed_at, lasting())
    third = world.stamp(plain.text + second, renewed_at + YEAR, lasting())
    other = world.stamp(plain.text, at, outside())
    return dataclasses.replace(plain, timestamp=first, renewals=(second, third), others=((other,),))


def stamped(checkpoint: SealedCheckpoint) -> Files:
    out = io.BytesIO()
    build(
        world.source(checkpoint=checkpoint), out,
        sealer=world.sealer(lasting(), READ - timedelta(days=1)),
    )  # fmt: skip
    return unpacked(out.getvalue())


@cache
def good() -> Files:
    return stamped(head())


def trust(folder: Path, *more: Authority) -> Path:
    mine, path = world.authority(), folder / "roots.pem"
    roots = (mine.root.certificate, *(one.root.certificate for one in more))
    path.write_bytes(trust_pem(mine.signer.certificate, roots))
    return path


def verdict(folder: Path, changed: Files, *more: Authority) -> tuple[set[str], str]:
    report = judged(folder, rezip(changed), trust=trust(folder, *more), now=READ)
    return failed(report), report.claim("time").detail()


def resealed(changed: Files) -> Files:
    return reseal(changed, lasting(), READ - timedelta(days=1), lasting())


def test_every_stamp_has_its_documented_place() -> None:
    named = sorted(name for name in good() if name.startswith(HEAD))
    assert named == [f"{HEAD}{end}" for end in
                     ("", ".1.r1.tsr", ".1.r2.tsr", ".2.tsr", ".p7s", ".tsr")]  # fmt: skip


def test_a_pack_with_renewals_and_a_second_authority_holds(tmp_path: Path) -> None:
    assert verdict(tmp_path, good(), outside())[0] == set()
    told = verdict(tmp_path, good(), outside())[1]
    assert "1 further stamps and 2 renewals hold" in told


def test_an_authority_that_the_reader_does_not_know_is_mentioned(tmp_path: Path) -> None:
    faults, told = verdict(tmp_path, good())
    assert faults == set()
    assert f"{HEAD}.2.tsr is by an authority that --trust does not name" in told


def test_the_first_stamp_must_be_by_an_authority_that_the_reader_knows(tmp_path: Path) -> None:
    plain = world.source().checkpoint
    alone = dataclasses.replace(
        plain, timestamp=world.stamp(plain.text, world.START + timedelta(hours=1), outside())
    )
    changed = stamped(alone)
    assert "time" in verdict(tmp_path, changed)[0]
    assert verdict(tmp_path, changed, outside())[0] == set()


def test_a_renewal_made_after_its_authority_ended_is_named(tmp_path: Path) -> None:
    faults, told = verdict(tmp_path, stamped(head(world.START + 2 * YEAR)), outside())
    assert faults == {"time"}
    assert f"{HEAD}.1.r1.tsr: made" in told
    assert "held no longer" in told


def test_a_renewal_made_before_what_it_renews_is_named(tmp_path: Path) -> None:
    faults, told = verdict(tmp_path, stamped(head(world.START + timedelta(minutes=1))), outside())
    assert faults == {"time"}
    assert "before the stamp that it renews" in told


def _without(end: str) -> Callable[[Files], Files]:
    return lambda one: {name: data for name, data in one.items() if name != HEAD + end}


def _swapped(one: Files) -> Files:
    first, second = f"{HEAD}.1.r1.tsr", f"{HEAD}.1.r2.tsr"
    return {**one, first: one[second], second: one[first]}


def _over_other_bytes(one: Files) -> Files:
    return {**one, f"{HEAD}.1.r2.tsr": world.stamp(b"other", LATER + YEAR, lasting())}


def _over_the_text_alone(one: Files) -> Files:
    return {**one, f"{HEAD}.1.r1.tsr": world.stamp(one[HEAD], LATER, lasting())}


def _further_over_other_bytes(one: Files) -> Files:
    return {**one, f"{HEAD}.2.tsr": world.stamp(b"other", LATER, outside())}


def _renewing_nothing(one: Files) -> Files:
    return {**one, f"{HEAD}.3.r1.tsr": one[f"{HEAD}.1.r1.tsr"]}


def _of_no_checkpoint(one: Files) -> Files:
    return {**one, "custody/older/000000000007.2.tsr": one[f"{HEAD}.tsr"]}


@pytest.mark.parametrize(
    ("attack", "claim"),
    [
        (_without(".tsr"), "time"),
        (_without(".1.r1.tsr"), "time"),
        (_swapped, "time"),
        (_over_other_bytes, "time"),
        (_over_the_text_alone, "time"),
        (_further_over_other_bytes, "time"),
        (_renewing_nothing, "time"),
        (_of_no_checkpoint, "consistency"),
    ],
)
def test_a_stamp_stripped_or_swapped_is_named_even_when_sealed_again(
    tmp_path: Path, attack: Callable[[Files], Files], claim: str
) -> None:
    assert claim in verdict(tmp_path, resealed(attack(good())), outside())[0]
    assert claim in verdict(tmp_path, resealed(attack(good())))[0]


@pytest.mark.parametrize("end", [".1.r1.tsr", ".1.r2.tsr", ".2.tsr"])
def test_a_stamp_stripped_from_outside_is_named(tmp_path: Path, end: str) -> None:
    faults, _ = verdict(tmp_path, _without(end)(good()), outside())
    assert "payload" in faults


@pytest.mark.parametrize(
    "name",
    [f"{HEAD}.1.tsr", f"{HEAD}.0.tsr", f"{HEAD}.02.tsr", f"{HEAD}.2.r0.tsr", f"{HEAD}.100.tsr",
     f"{HEAD}.2.r1", "custody/older/7.2.tsr"],
)  # fmt: skip
def test_a_stamp_of_another_name_has_no_place(name: str) -> None:
    assert not layout.has_place(name)
    assert layout.stamp_place(name) is None
