"""Python's garbage collector, kept away from what stays: people in memory are millions of objects."""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

from mast_graph.process_wide import ProcessWide, PutBack


def pass_over() -> None:
    """Let the collector leave alone all that is there now; what nobody holds any more goes first.

    Walking a hundred thousand people takes a tenth of a second, in the middle of whatever is under way.
    Objects that are not held any more are freed as ever, but for those that hold each other.
    """
    gc.collect()
    gc.freeze()


@contextmanager
def passing_over() -> Iterator[None]:
    """What :func:`pass_over` is called for meanwhile is looked at again afterwards.

    Unless there was something to be left alone before: that stays, and all else with it.

    Example:
        >>> with passing_over():
        ...     pass_over()
        ...     gc.get_freeze_count() > 0
        True
    """
    before = gc.get_freeze_count()
    try:
        yield
    finally:
        if not before:
            gc.unfreeze()


def _hold_off() -> PutBack:
    before = gc.isenabled()
    gc.disable()
    return gc.enable if before else gc.disable


_HELD_OFF: Final = ProcessWide(_hold_off)


@contextmanager
def without_walks() -> Iterator[None]:
    """While it lasts nothing is walked: for work that makes very many objects, few of which hold each other.

    A third of the time of a backtest went into walking what it was making. What holds each other waits until
    the end. The collector is the process's: of several that ask for it, the last to end gives it back.

    Example:
        >>> with without_walks(), without_walks():
        ...     gc.isenabled()
        False
        >>> gc.isenabled()
        True
    """
    with _HELD_OFF.asked():
        yield
