"""Short turns at the interpreter, for a thread that writes beside one that computes."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from typing import Final

from mast_graph.process_wide import ProcessWide, PutBack

SHORT_TURN_S: Final = 0.0005
"""A statement wants the interpreter back several times, and each time waits a whole turn of the thread that
computes: 5 ms as Python comes, of 40 that the server takes."""


def _shorten() -> PutBack:
    before = sys.getswitchinterval()
    sys.setswitchinterval(SHORT_TURN_S)
    return partial(sys.setswitchinterval, before)


_SHORT: Final = ProcessWide(_shorten)


@contextmanager
def short_turns() -> Iterator[None]:
    """While it lasts, threads wait half a millisecond for each other, and as long as before afterwards.

    The turn belongs to the whole process: of several that ask for it, the last to end gives it back.

    Example:
        >>> before = sys.getswitchinterval()
        >>> with short_turns(), short_turns():
        ...     round(sys.getswitchinterval(), 4)
        0.0005
        >>> sys.getswitchinterval() == before
        True
    """
    with _SHORT.asked():
        yield
