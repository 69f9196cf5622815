"""What tests draw anew in each run: by a seed that is printed, so that a failure can be asked for again."""

from __future__ import annotations

import os
import secrets
from typing import Final

SEED: Final = int(os.environ.get("MAST_FUZZ_SEED") or secrets.randbits(64))
"""Fresh for every run: the same again would find nothing that is new. CI has one of its own (`.ci/run`)."""


def say_how_to_repeat() -> None:
    """What pytest shows of a failure."""
    print(f"to ask the same again: MAST_FUZZ_SEED={SEED}")  # noqa: T201 - pytest shows it of a failure
