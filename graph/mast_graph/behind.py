"""Writing one thing behind, or reading one ahead: while one is stored or read, another is worked out."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from typing import Final, TypeVar, cast

from mast_graph.turns import short_turns

Behind = Callable[[Callable[[], None]], None]
Item = TypeVar("Item")
_END: Final = object()


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


@contextmanager
def one_ahead(name: str, items: Iterable[Item]) -> Iterator[Iterator[Item]]:
    """Gives the items, each found by a thread of that name while the one before is worked on.

    What finding one raises is raised in its place. One may be found that nobody asks for any more.

    Example:
        >>> with one_ahead("example", (number**2 for number in (1, 2, 3))) as squares:
        ...     list(squares)
        [1, 4, 9]
    """
    source = iter(items)
    with short_turns(), ThreadPoolExecutor(max_workers=1, thread_name_prefix=name) as reader:

        def found() -> Iterator[Item]:
            coming = reader.submit(next, source, _END)
            while (item := coming.result()) is not _END:
                coming = reader.submit(next, source, _END)
                yield cast("Item", item)

        yield found()
