"""Writing one thing behind: while it is stored, the next is worked out."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager

from mast_graph.turns import short_turns

Behind = Callable[[Callable[[], None]], None]


@contextmanager
def one_behind(name: str) -> Iterator[Behind]:
    """Gives what takes work, to be done in order by a thread of that name: each waits for the one before.

    What a work raises is raised when the next is given, or at the end; after it none is begun.

    Example:
        >>> done: list[int] = []
        >>> with one_behind("example") as behind:
        ...     for number in (1, 2, 3):
        ...         behind(lambda number=number: done.append(number))
        >>> done
        [1, 2, 3]
    """
    with short_turns(), ThreadPoolExecutor(max_workers=1, thread_name_prefix=name) as writer:
        under_way: Future[None] | None = None

        def behind(work: Callable[[], None]) -> None:
            nonlocal under_way
            if under_way is not None:
                under_way.result()
            under_way = writer.submit(work)

        yield behind
        if under_way is not None:
            under_way.result()
