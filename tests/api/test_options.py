"""What commands have in common."""

from __future__ import annotations

import importlib.util

import pytest

from mast_api.commands import options
from mast_resolver.errors import UsageError


@pytest.mark.parametrize("missing", ["splink", "duckdb"])
def test_without_the_train_extra_it_is_said_what_to_install(
    monkeypatch: pytest.MonkeyPatch, missing: str
) -> None:
    found = importlib.util.find_spec
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: None if name == missing else found(name))
    with pytest.raises(UsageError, match=r"--engine splink needs Splink.*\n.*mast-tracker\[train\]"):
        options.needs_train_extra("--engine splink")


def test_with_the_train_extra_nothing_is_said() -> None:
    options.needs_train_extra("--engine splink")
