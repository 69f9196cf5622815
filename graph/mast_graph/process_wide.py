"""Settings of the whole process that are other for as long as anybody asks for it."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

PutBack = Callable[[], object]


class ProcessWide:
    """One such setting: of several that ask for it, the first changes it and the last to end puts it back.

    ``change`` gives what puts it back as it was.

    Example:
        >>> told: list[str] = []
        >>> def louder() -> PutBack:
        ...     told.append("louder")
        ...     return lambda: told.append("as before")
        >>> setting = ProcessWide(louder)
        >>> with setting.asked(), setting.asked():
        ...     told
        ['louder']
        >>> told
        ['louder', 'as before']
    """

    def __init__(self, change: Callable[[], PutBack]) -> None:
        self._change = change
        self._counting = threading.Lock()
        self._asked = 0
        self._put_back: PutBack = lambda: None

    @contextmanager
    def asked(self) -> Iterator[None]:
        """It is other while this lasts."""
        with self._counting:
            if not self._asked:
                self._put_back = self._change()
            self._asked += 1
        try:
            yield
        finally:
            with self._counting:
                self._asked -= 1
                if not self._asked:
                    self._put_back()
