"""`mast serve` with nothing checked and nothing noted: what the safeguards cost is measured beside it.

Never anything but a part of the bench: whoever asks is taken for the analyst of the bench.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any, Self

from bench.service import ANALYST
from mast_api import access, asking, cli, service
from mast_api.asking import Asking
from mast_api.rights.proving import ProofKeeper
from mast_api.tokens import Bearer, TokenVerifier


class _NoLog:
    """Takes entries and writes none."""

    path = Path("/dev/null")

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        return

    async def append(self, _entry: Mapping[str, object], **_how: bool) -> None:
        return


async def _nothing(*_: object) -> None:
    return


def main() -> None:
    """Serve, as the command line says."""
    bearer = Bearer("bench", *ANALYST, "t1")
    exchanged: list[tuple[Any, str, Any]] = [
        (service, "audit_log", lambda _settings: _NoLog()),
        (ProofKeeper, "start", lambda _self: None),
        (TokenVerifier, "prepare", _nothing),
        (TokenVerifier, "verify", lambda _self, _authorization: bearer),
        (asking, "permit", lambda _caller, _question: None),
        (Asking, "intend", _nothing),
        (Asking, "note_answer", _nothing),
        (access, "permit", lambda _caller, _question: None),
    ]
    for of, name, instead in exchanged:
        setattr(of, name, instead)
    cli.main()


if __name__ == "__main__":
    main()
