"""How the managed Neo4j is set up: every default that is not safe for us, changed."""

from __future__ import annotations

from typing import Final

ALWAYS: Final = {
    # Reached from this machine only, by Bolt only, never without a password. Port 0: any free one.
    "server.bolt.enabled": "true",
    "server.bolt.listen_address": "127.0.0.1:0",
    "server.bolt.advertised_address": "127.0.0.1:0",
    "server.http.enabled": "false",
    "server.https.enabled": "false",
    "dbms.security.auth_enabled": "true",
    # By default LOAD CSV hands out any file the process can read, and fetches any address it can reach.
    "dbms.security.allow_csv_import_from_file_urls": "false",
    "internal.dbms.cypher_ip_blocklist": "0.0.0.0/0,::/0",
    # Nothing is reported to the vendor.
    "dbms.usage_report.enabled": "false",
    "server.bolt.telemetry.enabled": "false",
    # Parameters and literals are tokens and sealed values: no query is written down, nor quoted in an error.
    "db.logs.query.enabled": "OFF",
    "db.logs.query.obfuscate_literals": "true",
    "db.logs.query.obfuscate_errors": "true",
    # One plan a statement, whatever the length of its lists and texts: by default there is one for each order
    # of magnitude, and in samples of a small load planning was as frequent as running. Gain not shown yet.
    "internal.cypher.use_parameter_size": "false",
    # No statement may run for ever or take all memory. Ours set shorter limits of their own.
    "db.transaction.timeout": "120s",
    "db.transaction.monitor.check.interval": "200ms",
    "db.lock.acquisition.timeout": "30s",
    # The server tells clients to expect a sign of life, so that a hung server is noticed at all.
    "server.bolt.connection_keep_alive": "5s",
    "server.bolt.connection_keep_alive_for_requests": "ALL",
    # A log kept for two days would keep what was purged: only what a recovery needs stays.
    "db.tx_log.rotation.retention_policy": "keep_none",
    "db.tx_log.rotation.size": "64m",
    "db.tx_log.preallocate": "false",
    "server.config.strict_validation.enabled": "true",
}

PLAN_ONCE: Final = {
    # By default a statement is planned anew whenever the counts behind its plan changed much, at most every
    # ten seconds: of 130 seconds of processor time for 55 tests of answers, each of its own few records, 85.
    "dbms.cypher.min_replan_interval": "1h",
}

# Ten of the eleven seconds of a stop were spent waiting for clients that no longer come.
QUICK_STOP: Final = {
    "5": {"internal.dbms.bolt.netty_server_shutdown_quiet_period": "0"},
    "2026": {"internal.dbms.bolt.netty_server_shutdown_quiet_period_duration": "0s"},
}


def configuration(release: str, *, page_cache: str, transaction_memory: str, plan_once: bool = False) -> str:
    """The text of ``neo4j.conf`` for one release; ``plan_once`` is for data that stays small.

    Example:
        >>> text = configuration("5.26.30", page_cache="64m", transaction_memory="64m")
        >>> "server.http.enabled=false" in text
        True
    """
    settings = ALWAYS | QUICK_STOP[release.split(".")[0]]
    if plan_once:
        settings |= PLAN_ONCE
    settings |= {
        "server.memory.pagecache.size": page_cache,
        "db.memory.transaction.max": transaction_memory,
        "dbms.memory.transaction.total.max": transaction_memory,
    }
    return "".join(f"{name}={value}\n" for name, value in settings.items())
