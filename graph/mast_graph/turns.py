"""Short turns at the interpreter, for a thread that writes beside one that computes."""

from __future__ import annotations

import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

SHORT_TURN_S: Final = 0.0005
"""A statement wants the interpreter back several times, and each time waits a whole turn of the thread that
computes: 5 ms as Python comes, of 40 that the server takes."""

_counting: Final = threading.Lock()
_asked = 0
_before = 0.0


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
    global _asked, _before
    with _counting:
        if not _asked:
            _before = sys.getswitchinterval()
            sys.setswitchinterval(SHORT_TURN_S)
        _asked += 1
    try:
        yield
    finally:
        with _counting:
            _asked -= 1
            if not _asked:
                sys.setswitchinterval(_before)
