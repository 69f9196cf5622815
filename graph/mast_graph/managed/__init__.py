"""A managed local Neo4j: the pinned jars fetched once, the server in a child process, safe settings."""

from mast_graph.managed.archive import keep_archive
from mast_graph.managed.folder import Running, find_running
from mast_graph.managed.jars import VERSIONS
from mast_graph.managed.provision import Progress, default_cache, provision
from mast_graph.managed.server import ManagedServer

__all__ = [
    "VERSIONS",
    "ManagedServer",
    "Progress",
    "Running",
    "default_cache",
    "find_running",
    "keep_archive",
    "provision",
]
