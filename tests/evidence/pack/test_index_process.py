"""The processes that make the index get no key and no setting, and their end is heard of."""

import io
import os
from pathlib import Path

import pytest

from evidence.pack import index
from evidence.pack.catalogue import Catalogue, catalogue_of
from evidence.pack.frames import LARGEST, BrokenOffError, expect, put, take
from evidence.pack.index import IndexFailedError, drawn_index, seal_index
from tests.evidence import world


def test_a_catalogue_arrives_as_it_was_sent() -> None:
    catalogue = catalogue_of(world.source())
    assert Catalogue.from_bytes(catalogue.to_bytes()).to_bytes() == catalogue.to_bytes()


def test_nothing_that_opens_an_original_is_sent() -> None:
    sent = catalogue_of(world.source()).to_bytes()
    assert b"photograph" not in sent
    assert b"as_received" not in sent


def test_what_is_no_pdf_is_told_with_its_reason() -> None:
    with pytest.raises(IndexFailedError, match="Error: "):
        seal_index(b"no pdf", world.sealer())


def test_a_process_that_ends_early_is_heard_of(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(index.sys, "executable", "/bin/false")
    with pytest.raises(IndexFailedError, match="could not be made"):
        drawn_index(catalogue_of(world.source()))


def test_settings_are_not_handed_on(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FIELDOPS_SECRET_KEY", "secret")
    given = index._environment()
    assert "FIELDOPS_SECRET_KEY" not in given
    assert Path(given["PYTHONPATH"].split(os.pathsep)[0], "evidence").is_dir()


def test_a_message_arrives_whole() -> None:
    stream = io.BytesIO()
    put(stream, b"p", b"some bytes")
    put(stream, b"c")
    stream.seek(0)
    assert take(stream) == (b"p", b"some bytes")
    assert take(stream) == (b"c", b"")


@pytest.mark.parametrize(
    "sent",
    [
        b"",
        b"p",
        b"p" + (5).to_bytes(8, "big") + b"four",  # cut off
        b"p" + (LARGEST + 1).to_bytes(8, "big"),
        b"c" + bytes(8),  # another kind
    ],
)
def test_a_message_cut_off_or_of_another_kind_is_refused(sent: bytes) -> None:
    with pytest.raises(BrokenOffError):
        expect(io.BytesIO(sent), b"p")
