"""The official driver, without what it would import beside it: nobody else imports it by itself.

Where pandas is installed the driver imports it, only so that a result can be had as one of its tables, which
nobody asks for here: a second of processor time at the start of every command.
"""

from __future__ import annotations

import sys
from typing import Any, cast

_loaded = cast("dict[str, Any]", sys.modules)
_hidden = "pandas" not in _loaded
if _hidden:
    _loaded["pandas"] = None  # which is how Python is told that there is no such module
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
    if _hidden:
        del _loaded["pandas"]

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
