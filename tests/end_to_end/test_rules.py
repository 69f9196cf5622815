"""`mast rules` as somebody types it."""

from __future__ import annotations

import datetime as dt

from tests.end_to_end.command import Mast

from mast_graph.directory import Team, write_directory
from mast_graph.store import Store


def test_days_of_a_backtest_begin_and_end_in_london(store: Store, mast: Mast) -> None:
    owner = Team("nhs-safeguarding", "nhs", "Safeguarding", "01922 555 0101", "9 to 5")
    at = dt.datetime(2026, 11, 1, tzinfo=dt.UTC)
    store.write(lambda tx: write_directory(tx, at=at, teams=[owner]))
    asked = ("rules", "backtest", "--from", "2026-07-01", "--to", "2026-12-01", "child-not-brought-twice")
    done = mast(*asked, "--json").json
    assert (done["start"], done["end"]) == ("2026-06-30T23:00:00+00:00", "2026-12-01T00:00:00+00:00")
    shown = mast(*asked)
    assert "2026-07-01 to 2026-12-01" in shown.out
