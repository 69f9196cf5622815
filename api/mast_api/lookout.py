"""A thread of the service that looks every so often for what there is to do."""

from __future__ import annotations

import threading
from abc import ABC, abstractmethod
from collections.abc import Callable
from typing import ClassVar

from mast_api.errors import unexpected
from mast_resolver.errors import GraphUnavailableError, MastError


class Lookout(ABC):
    """Looks from ``start`` to ``stop``, at once or after a while; of any fault it tells, and looks again.

    Example:
        >>> class Counting(Lookout):
        ...     looks = 0
        ...     def look(self) -> None:
        ...         self.looks += 1
        >>> counting = Counting("counting", about="what counts", every_s=60, warn=print, once_more=True)
        >>> counting.start()
        >>> counting.stop()
        >>> counting.looks > 0
        True
    """

    PASSED_OVER: ClassVar[tuple[type[MastError], ...]] = (GraphUnavailableError,)
    """Faults of which nothing is told: /ready says so, or the next look mends it."""

    def __init__(
        self,
        name: str,
        *,
        about: str,
        every_s: float,
        warn: Callable[[str], None],
        at_once: bool = True,
        once_more: bool = False,
    ) -> None:
        """``about`` begins what is told of a fault; ``once_more`` looks a last time when it is stopped."""
        self._about, self._every_s, self._warn = about, every_s, warn
        self._at_once, self._once_more = at_once, once_more
        self._told = set[str]()
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._keep_looking, name=f"mast-{name}", daemon=True)

    @abstractmethod
    def look(self) -> object:
        """Do what there is to do now."""

    def start(self) -> None:
        """Begin to look, in the background."""
        self._thread.start()

    def stop(self) -> None:
        """Look no more; a look that has begun is finished."""
        self._stop.set()
        if self._thread.is_alive():
            self._thread.join()

    def _keep_looking(self) -> None:
        if not self._at_once and self._stop.wait(self._every_s):
            return
        while True:
            self._look_once()
            if self._stop.is_set() or (self._stop.wait(self._every_s) and not self._once_more):
                return

    def _look_once(self) -> None:
        try:
            self.look()
        except self.PASSED_OVER:
            return
        except MastError as error:
            self._tell(error.code, f"{error}")
        except Exception as error:  # nobody would miss a thread that has ended
            fault = unexpected(error)
            self._tell(fault, f"something unexpected happened, and is tried again: {fault}")
        else:
            self._told.clear()

    def _tell(self, kind: str, fault: str) -> None:
        """Each kind once until a look went well: some look every second."""
        if kind not in self._told:
            self._warn(f"{self._about}: {fault}")
        self._told.add(kind)
