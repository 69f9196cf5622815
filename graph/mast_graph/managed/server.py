"""A real Neo4j Community in a process of its own, as a context manager."""

from __future__ import annotations

import contextlib
import json
import os
import select
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path
from types import TracebackType
from typing import Final, Self

from mast_graph.disk import MIB, free_bytes
from mast_graph.driver import DriverError, Neo4jError, neo4j
from mast_graph.files import write_private
from mast_graph.managed.folder import GONE_WITHIN_S, USER, Running, ServerFolder, folder_locked
from mast_graph.managed.jars import release
from mast_graph.managed.order import Order
from mast_graph.managed.provision import provision
from mast_graph.managed.runtime import archive_of
from mast_graph.managed.settings import configuration
from mast_graph.wire_errors import full
from mast_resolver.errors import MastError, ServerStartError

LOG_LIMIT: Final = 1_000_000
NO_ROOM: Final = MIB
"""Bytes free with which Neo4j neither starts nor stops: it tries for ever to write what it has to close."""
LOOK_EVERY_S: Final = 0.5


class ManagedServer:
    """Neo4j on one data folder, from ``start`` (or ``with``) to ``stop``.

    The server dies with the process that started it. Ctrl-C reaches that process only, which then stops
    the server in order, so that no recovery is needed at the next start. A ``quick`` one is for short runs on
    little data; one that is to ``plan_once`` keeps the first plan of a statement, whatever its data become.
    With a ``class_list`` Java lists the classes that it loads, for `keep_archive`. An ``expendable`` one is
    killed when its disk is full: Neo4j would try for ever to write, and whoever asked would wait with it.

    Raises:
        UnknownNameError: no such version.
        RuntimeDownloadError: the jars cannot be fetched.
        DataFolderLockedError: another server runs on the folder; it is not disturbed.
        GraphFullError: the disk of the folder is full.
        ServerStartError: it did not start; the log says why.

    Example:
        >>> server = ManagedServer(Path("data"), cache=Path("cache"))
        >>> server
        ManagedServer(data=data, version=5.26.30, stopped)
    """

    def __init__(
        self,
        data: Path,
        *,
        cache: Path,
        version: str = "5.26",
        heap: str = "1g",
        quick: bool = False,
        plan_once: bool = False,
        page_cache: str = "256m",
        transaction_memory: str = "512m",
        class_list: Path | None = None,
        expendable: bool = False,
        start_timeout_s: float = 240.0,
        stop_timeout_s: float = GONE_WITHIN_S,
    ) -> None:
        self.release = release(version)
        self.user = USER
        self.uri = ""
        self.password = ""
        self._folder = ServerFolder(data.absolute())
        self._data, self._cache, self._heap = data, cache, heap
        self._quick, self._class_list, self._expendable = quick, class_list, expendable
        self._configuration = configuration(
            self.release,
            page_cache=page_cache,
            transaction_memory=transaction_memory,
            plan_once=plan_once,
        )
        self._start_timeout_s, self._stop_timeout_s = start_timeout_s, stop_timeout_s
        self._child: subprocess.Popen[bytes] | None = None

    def __repr__(self) -> str:
        state = f"pid={self.pid}" if self.is_running else "stopped"
        return f"ManagedServer(data={self._data}, version={self.release}, {state})"

    @property
    def pid(self) -> int | None:
        """The server's process, if it was started."""
        return self._child.pid if self._child else None

    @property
    def is_running(self) -> bool:
        """Whether the process lives."""
        return self._child is not None and self._child.poll() is None

    @property
    def store_folder(self) -> Path:
        """Where the data lies; the disk that must not fill up."""
        return self._folder.home

    def start(self) -> Self:
        """Start and wait until a query is answered."""
        class_path = provision(self._cache, self.release)
        self._folder.prepare()
        lock = self._folder.lock(patience_s=self._stop_timeout_s)
        try:
            self._folder.claim_version(self.release)
            self.password = self._folder.password()
            write_private(self._folder.home / "conf" / "neo4j.conf", self._configuration.encode())
            child = self._child = self._spawn(lock)
        finally:
            os.close(lock)  # the child has a copy, and the lock lives as long as that
        if self._expendable:
            threading.Thread(target=self._kill_when_full, args=(child,), daemon=True).start()
        try:
            deadline = time.monotonic() + self._start_timeout_s
            self.uri = f"bolt://127.0.0.1:{self._order(child, class_path, deadline)}"
            self._wait_for_an_answer(deadline)
        except BaseException:
            self.stop()
            raise
        self._folder.announce(Running(self.uri, self.user, self.password, pid=child.pid, owner=os.getpid()))
        return self

    def stop(self) -> None:
        """Shut down in order; kill only what does not stop in time. Stopping twice does no harm."""
        child, self._child = self._child, None
        if child is None:
            return
        announced = self._folder.announced()
        if announced and announced.pid == child.pid:
            self._folder.runtime.unlink(missing_ok=True)
        child.send_signal(signal.SIGTERM)
        child.send_signal(signal.SIGCONT)  # a suspended process cannot stop
        for pipe in (child.stdin, child.stdout):
            if pipe is not None:
                with contextlib.suppress(OSError):
                    pipe.close()
        try:
            child.wait(self._stop_timeout_s if self._has_room else min(10.0, self._stop_timeout_s))
        except subprocess.TimeoutExpired:
            child.kill()
            child.wait()

    def __enter__(self) -> Self:
        return self.start()

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    def _spawn(self, lock: int) -> subprocess.Popen[bytes]:
        log = self._folder.log
        too_long = log.exists() and log.stat().st_size > LOG_LIMIT
        flags = os.O_WRONLY | os.O_CREAT | os.O_APPEND | (os.O_TRUNC if too_long else 0)
        output = os.open(log, flags, 0o600)
        try:
            # A session of its own: Ctrl-C in the terminal is for the parent alone.
            return subprocess.Popen(
                [sys.executable, "-P", "-m", "mast_graph.managed.child"],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=output,
                cwd=self._folder.home,
                pass_fds=(lock,),
                start_new_session=True,
            )
        finally:
            os.close(output)

    def _order(self, child: subprocess.Popen[bytes], class_path: tuple[Path, ...], deadline: float) -> int:
        """Tell the child what to start and wait for its port."""
        if child.stdin is None or child.stdout is None:
            raise self._not_started("it has no pipes")
        archive = archive_of(class_path)
        order = Order(
            home=str(self._folder.home),
            class_path=tuple(str(path.absolute()) for path in class_path),
            heap=self._heap,
            quick=self._quick,
            password=self.password,
            archive=str(archive) if archive.exists() else "",
            class_list=str(self._class_list or ""),
        )
        try:
            child.stdin.write(order.line())
            child.stdin.flush()  # and left open: the child sees our end by its closing
        except BrokenPipeError:
            raise self._not_started("its process ended at once") from None
        readable = False
        while not readable and self._has_room and time.monotonic() < deadline:
            readable = bool(select.select([child.stdout], [], [], LOOK_EVERY_S)[0])
        answer = json.loads(child.stdout.readline() or "{}") if readable else {"error": "late"}
        if "port" in answer:
            return int(answer["port"])
        if answer.get("error") == "locked":
            raise folder_locked(self._data)
        if answer.get("error") == "late":
            raise self._not_started(f"it was not ready after {self._start_timeout_s:g} seconds")
        raise self._not_started("its process ended")

    def _wait_for_an_answer(self, deadline: float) -> None:
        with neo4j.GraphDatabase.driver(self.uri, auth=(self.user, self.password)) as driver:
            while True:
                try:
                    driver.execute_query("MATCH (n) RETURN n LIMIT 1", database_="neo4j")
                except (Neo4jError, DriverError) as error:
                    if time.monotonic() > deadline or not (self.is_running and self._has_room):
                        raise self._not_started(f"it did not answer ({type(error).__name__})") from None
                    time.sleep(0.2)
                else:
                    return

    def _kill_when_full(self, child: subprocess.Popen[bytes]) -> None:
        while child.poll() is None:
            if not self._has_room:
                child.kill()
            time.sleep(LOOK_EVERY_S)

    @property
    def _has_room(self) -> bool:
        try:
            return free_bytes(self._folder.home) >= NO_ROOM
        except OSError:  # the folder was removed
            return True

    def _not_started(self, reason: str) -> MastError:
        if not self._has_room:
            return full(f"there is no room on its disk, and the managed Neo4j {self.release} did not start")
        return ServerStartError(
            f"the managed Neo4j {self.release} did not start: {reason}",
            fix=f"see {self._folder.log} and {self._folder.home / 'logs' / 'debug.log'}",
        )
