"""Loading without the collector, which goes on collecting afterwards."""

import gc

import pytest

from fieldops.loading import undisturbed


def test_nothing_is_collected_while_something_is_loaded() -> None:
    with undisturbed():
        assert not gc.isenabled()
    assert gc.isenabled()


def test_what_cannot_be_loaded_leaves_the_collector_on() -> None:
    with pytest.raises(ImportError), undisturbed():
        raise ImportError("no such part")
    assert gc.isenabled()


def test_whoever_had_it_off_keeps_it_off() -> None:
    gc.disable()
    try:
        with undisturbed():
            pass
        assert not gc.isenabled()
    finally:
        gc.enable()
