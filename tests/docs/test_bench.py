"""What the page of figures says of how they came about."""

from __future__ import annotations

import pytest
from bench import resolver_core
from bench.report import Measured
from bench.run import stamped


@pytest.mark.parametrize(("own", "said"), [(None, "100,000 people. "), (5_000, "5,000 people. ")])
def test_a_section_says_how_many_it_was_measured_with_and_at_which_commit(own: int | None, said: str) -> None:
    section = Measured("up", "From nothing", "`make up`.", [], people=own)
    conditions = stamped(section, 100_000, "8a8aaba").conditions
    assert conditions.startswith(f"`make up`. {said}")
    assert ", commit 8a8aaba; load average" in conditions


def test_the_bench_of_the_resolver_alone_runs(capsys: pytest.CaptureFixture[str]) -> None:
    """Its scorer is one of the resolver's: what that asks of one changes."""
    resolver = resolver_core.load(600, 200)
    resolver_core.change_one_by_one(resolver, 30)
    resolver_core.search_some(resolver, 30)
    assert "600 records" in capsys.readouterr().out
