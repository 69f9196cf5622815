"""What comes with the driver."""

from __future__ import annotations

import subprocess
import sys

LOOK = """
import sys
import mast_graph.store, mast_graph.async_store
assert "pandas" not in sys.modules
import pandas
assert pandas.DataFrame({"n": [1]}).n[0] == 1
"""


def test_no_command_waits_for_what_only_tables_of_the_driver_need() -> None:
    """And whoever does need pandas still has it afterwards."""
    done = subprocess.run([sys.executable, "-c", LOOK], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
