"""The managed server's folder: what it makes for itself."""

from __future__ import annotations

from pathlib import Path

from mast_graph.managed.folder import ServerFolder


def test_no_password_can_be_taken_for_an_option(tmp_path: Path) -> None:
    """A URL-safe one begins with a dash one time in 64: over 300 folders it would show with 99 %."""
    for number in range(300):
        folder = ServerFolder(tmp_path / str(number))
        folder.prepare()
        assert folder.password().isalnum()
