"""The official driver, without what it would import beside it: nobody else imports it by itself.

Where pandas and pyarrow are installed the driver imports them, only so that a result can be had as a table of
theirs, and one of their values be sent, which nobody does here: two seconds of processor time at the start of
every command, and a hundred megabytes of its memory.
"""

from __future__ import annotations

import sys
from typing import Any, cast

_loaded = cast("dict[str, Any]", sys.modules)
_hidden = [name for name in ("pandas", "pyarrow") if name not in _loaded]
for _name in _hidden:
    _loaded[_name] = None  # which is how Python is told that there is no such module
try:
    import neo4j
    from neo4j.exceptions import (
        AuthError,
        ClientError,
        ConfigurationError,
        DriverError,
        IncompleteCommit,
        Neo4jError,
        TransientError,
    )
    from neo4j.time import Date, DateTime
finally:
    for _name in _hidden:
        del _loaded[_name]

__all__ = [
    "AuthError",
    "ClientError",
    "ConfigurationError",
    "Date",
    "DateTime",
    "DriverError",
    "IncompleteCommit",
    "Neo4jError",
    "TransientError",
    "neo4j",
]
