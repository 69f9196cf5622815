"""The process that is Neo4j: a JVM inside Python, started by ``ManagedServer`` and never by hand.

It reads one order from standard input, answers with one line on standard output, and then serves until it
is told to stop (SIGTERM, SIGINT) or the process that started it is gone.
"""

from __future__ import annotations

import contextlib
import json
import os
import resource
import select
import signal
import sys
import threading
import traceback
from pathlib import Path
from typing import Any, Final, NoReturn

import jpype

from mast_graph.managed.order import Order
from mast_graph.managed.runtime import jvm

OPENED: Final = ("java.nio", "java.io", "sun.nio.ch", "java.lang")
"""Packages of the Java runtime that Neo4j reaches into."""

QUICK: Final = ("-XX:TieredStopAtLevel=1",)
"""Without the second compiler a server is warm sooner and, in the long run, slower: measured 43 against
65 seconds of processor time from start to the case study's answer."""

LASTING: Final = (
    # Called four times as often as by default before the second compiler looks at it ...
    "-XX:Tier4InvocationThreshold=20000",
    "-XX:Tier4MinInvocationThreshold=5000",
    "-XX:Tier4CompileThreshold=60000",
    "-XX:Tier4BackEdgeThreshold=160000",
    # ... which then unfolds less of what it calls.
    "-XX:MaxInlineLevel=6",
    "-XX:FreqInlineSize=100",
    "-XX:InlineSmallCode=800",
)
"""The second compiler took nearly half of a load of 64,000 records: with these 13 s instead of 34, and
statements took 29 s instead of 30 (one run each, busy machine; answers not measured)."""

STOPPING: Final = (signal.SIGTERM, signal.SIGINT)
STOP_WITHIN_S: Final = 120.0
PANIC_AFTER_S: Final = 0.5
"""Long enough for the answer to whoever met the fault first."""


def main() -> int:
    """Serve until told to stop; returns the exit code."""
    os.umask(0o077)
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))  # a core file would hold tokens
    parent = os.getppid()
    told = _take_signals()
    order = Order.read(sys.stdin.buffer.readline())
    # Java prints where it likes: the answer gets a descriptor of its own, the rest goes to the log.
    answer = os.fdopen(os.dup(1), "w")
    os.dup2(2, 1)
    # An answer that nobody takes any more is not a fault: that the parent is gone is seen below.
    with contextlib.suppress(BrokenPipeError), answer:
        try:
            service, port = start(order)
        except jpype.JException as error:
            answer.write(json.dumps({"error": "locked" if "Lock" in _cause(error) else "failed"}) + "\n")
            raise
        answer.write(json.dumps({"port": port}) + "\n")
    _wait_for_the_end(parent, told)
    # Should the shutdown hang, the process must not: its parent may be gone already.
    give_up = threading.Timer(STOP_WITHIN_S, os._exit, args=(3,))
    give_up.daemon = True
    give_up.start()
    service.shutdown()
    if order.class_list:
        jpype.JClass("java.lang.System").exit(0)  # the list is whole only if Java itself ends the process
    return 0


def start(order: Order) -> tuple[Any, int]:
    """Start the JVM and Neo4j in it; returns the database service and the port it listens on."""
    jpype.startJVM(
        str(jvm()),
        "-Xrs",  # leaves the signals to Python
        "-Xms128m",
        f"-Xmx{order.heap}",
        "-XX:+UseG1GC",
        *(QUICK if order.quick else LASTING),
        *_of_classes(order),
        "-XX:+ExitOnOutOfMemoryError",  # half a database is worse than none
        "-XX:+PerfDisableSharedMem",
        f"-XX:ErrorFile={order.home}/logs/java-error.log",
        *(f"--add-opens=java.base/{package}=ALL-UNNAMED" for package in OPENED),
        "--enable-native-access=ALL-UNNAMED",
        classpath=list(order.class_path),
    )
    home = jpype.JClass("java.nio.file.Path").of(order.home)
    _set_first_password(home, order)
    builder = jpype.JClass("org.neo4j.dbms.api.DatabaseManagementServiceBuilder")(home)
    service = builder.loadPropertiesFromFile(home.resolve("conf/neo4j.conf")).build()
    service.registerDatabaseEventListener(_end_at_a_panic())
    register = jpype.JClass("org.neo4j.configuration.connectors.ConnectorPortRegister")
    bolt = jpype.JClass("org.neo4j.configuration.connectors.ConnectorType").BOLT
    # The system database is there even while the other one recovers from a crash.
    resolver = service.database("system").getDependencyResolver()
    return service, int(resolver.resolveDependency(register.class_).getLocalAddress(bolt).getPort())


def _of_classes(order: Order) -> tuple[str, ...]:
    """Take classes from an archive, whose checksums are looked at, or list those that are loaded."""
    if order.class_list:
        return (f"-XX:DumpLoadedClassList={order.class_list}",)
    if order.archive:
        return (f"-XX:SharedArchiveFile={order.archive}", "-XX:+VerifySharedSpaces")
    return ()


def _end_at_a_panic() -> Any:
    """A listener that ends the process when the database stops itself, on a full disk for one.

    It can do nothing any more, and an orderly stop would harm it: if space was freed meanwhile, what is left
    in its buffer goes behind the half-written end of the transaction log, and no recovery reads past that
    (tried: the next start failed). A log that just ends is recovered.
    """

    def panic(_context: object) -> None:
        # Nothing is printed: the log may lie on the disk that is full. Neo4j has noted it where it could.
        threading.Timer(PANIC_AFTER_S, os._exit, args=(5,)).start()

    def pass_over(_context: object) -> None:
        """Nothing follows from it."""

    others = ("databaseStart", "databaseShutdown", "databaseCreate", "databaseDrop")
    methods = {"databasePanic": panic, **dict.fromkeys(others, pass_over)}
    return jpype.JProxy("org.neo4j.graphdb.event.DatabaseEventListener", dict=methods)


def _set_first_password(home: Any, order: Order) -> None:
    """Give the only user our password before the first start, so that the default never works."""
    if (Path(order.home) / "data" / "databases" / "system").exists():
        return
    context = jpype.JClass("org.neo4j.cli.ExecutionContext")(home, home.resolve("conf"))
    command = jpype.JClass("org.neo4j.commandline.admin.security.SetInitialPasswordCommand")(context)
    if jpype.JClass("picocli.CommandLine")(command).execute(order.password) != 0:
        raise SystemExit(4)


def _take_signals() -> int:
    """From now on a signal to stop is a byte to read from the returned descriptor.

    Any of Java's threads may receive it, and the byte is written then and there: a Python handler would
    wait until the main thread is woken, a blocked mask does not survive the start of the JVM, and
    ``sigtimedwait`` reports a signal that never came after SIGSTOP and SIGCONT (all three tried).
    """
    told, tell = os.pipe()
    os.set_blocking(tell, False)
    signal.set_wakeup_fd(tell, warn_on_full_buffer=False)
    for number in STOPPING:
        signal.signal(number, lambda *_: None)
    return told


def _wait_for_the_end(parent: int, told: int) -> None:
    """Return when told to stop, or when the parent is gone.

    The pipe alone would miss its end while a process forked from the parent holds the other side; the
    parent's number alone says nothing once it is reused. PR_SET_PDEATHSIG is not used: it fires when the
    *thread* that started the process ends, and exists on Linux only.
    """
    while os.getppid() == parent:
        readable, _, _ = select.select([0, told], [], [], 1.0)
        if told in readable or (readable and not os.read(0, 1)):
            return


def _cause(error: Any) -> str:
    names: list[str] = []
    while error is not None and len(names) < 20:
        names.append(str(error.getClass().getSimpleName()))
        error = error.getCause()
    return " ".join(names)


def run() -> NoReturn:
    """Do ``main`` and end the process, come what may.

    An ordinary exit waits for all of Java's threads, and those of a server that was not shut down, or
    started by half, never end: the process would stay for ever, and the data folder locked with it.
    """
    code = 1
    try:
        code = main()
    except Exception:
        traceback.print_exc()
    finally:
        sys.stderr.flush()
        os._exit(code)


if __name__ == "__main__":
    run()
