"""What is in memory stays there: no core dump, no reading by other processes of the same user."""

from __future__ import annotations

import ctypes
import sys
from contextlib import suppress
from typing import Final

_PR_SET_DUMPABLE: Final = 4


def keep_out_of_dumps() -> None:
    """Let the system write no core of this process, nor let others of its user attach to it.

    A core would hold keys and opened encodings. The limit alone is not enough: where a core is handed to a
    collector of crashes, Linux does not ask it. Where neither can be set the process runs all the same.
    """
    with suppress(ImportError, OSError, ValueError):
        import resource  # not on Windows

        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    if sys.platform == "linux":
        with suppress(OSError, AttributeError):
            ctypes.CDLL(None).prctl(_PR_SET_DUMPABLE, 0, 0, 0, 0)
