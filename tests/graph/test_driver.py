"""What comes with the driver."""

from __future__ import annotations

import subprocess
import sys

LOOK = """
import sys
import mast_graph.store, mast_graph.async_store, mast_api.service, mast_api.loading, mast_api.resolving
assert not {"pandas", "pyarrow"} & sys.modules.keys()
import pandas, pyarrow
assert pandas.DataFrame({"n": [1]}).n[0] == pyarrow.array([1])[0].as_py() == 1
"""


def test_no_command_waits_for_what_only_tables_of_the_driver_need() -> None:
    """And whoever does need them still has them afterwards."""
    done = subprocess.run([sys.executable, "-c", LOOK], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
