"""How much one caller may ask: so many requests a minute, and so many different people and places an hour.

In the memory of this process: a service that is started anew begins anew.
"""

from __future__ import annotations

import datetime as dt
from collections import OrderedDict
from collections.abc import Hashable, Iterable
from math import ceil
from typing import Final, Generic, TypeVar

from mast_resolver.errors import TooManyRequestsError

MOST_CALLERS: Final = 10_000
"""Callers remembered: those not heard of for longest are forgotten first."""

HOUR: Final = dt.timedelta(hours=1)

Key = TypeVar("Key", bound=Hashable)
Value = TypeVar("Value")


class _Remembered(Generic[Key, Value]):
    """A few values by key, the ones used last."""

    def __init__(self) -> None:
        self._held: OrderedDict[Key, Value] = OrderedDict()

    def get(self, key: Key, default: Value) -> Value:
        value = self._held.setdefault(key, default)
        self._held.move_to_end(key)
        return value

    def put(self, key: Key, value: Value) -> None:
        self._held[key] = value
        self._held.move_to_end(key)
        if len(self._held) > MOST_CALLERS:
            self._held.popitem(last=False)


class Rate:
    """A bucket of tokens for each caller and purpose: it holds a minute's worth, and fills steadily.

    ``per_minute`` 0 is no limit.

    Example:
        >>> rate, noon = Rate(2), dt.datetime(2026, 11, 2, 12, tzinfo=dt.UTC)
        >>> for _ in range(2):
        ...     rate.take("officer-7", "response", noon)
        >>> rate.take("officer-7", "response", noon)
        Traceback (most recent call last):
        mast_resolver.errors.TooManyRequestsError: MAST-330: over 2 requests a minute for one purpose
          fix: ask again in 30 seconds
        >>> rate.take("officer-7", "response", noon + dt.timedelta(seconds=30))
    """

    def __init__(self, per_minute: int) -> None:
        self._per_minute = per_minute
        self._buckets: _Remembered[tuple[str, str], tuple[float, dt.datetime]] = _Remembered()

    def take(self, subject: str, purpose: str, now: dt.datetime) -> None:
        """Let a request through.

        Raises:
            TooManyRequestsError: the bucket is empty; the error says when it is not.
        """
        if not self._per_minute:
            return
        held, since = self._buckets.get((subject, purpose), (float(self._per_minute), now))
        passed = max(0.0, (now - since).total_seconds())
        held = min(float(self._per_minute), held + passed * self._per_minute / 60)
        if held < 1:
            raise too_many(
                f"over {self._per_minute} requests a minute for one purpose",
                ceil((1 - held) * 60 / self._per_minute),
            )
        self._buckets.put((subject, purpose), (held - 1, now))


class Different:
    """How many different people and places each caller has asked for within an hour; the same again is free.

    ``per_hour`` 0 is no limit.

    Example:
        >>> different, noon = Different(1), dt.datetime(2026, 11, 2, 12, tzinfo=dt.UTC)
        >>> different.look("officer-7", ["P-1"], noon), different.look("officer-7", ["P-1"], noon)
        (None, None)
        >>> different.look("officer-7", ["P-2"], noon + dt.timedelta(minutes=59))
        Traceback (most recent call last):
        mast_resolver.errors.TooManyRequestsError: MAST-330: over 1 different people or places in an hour
          fix: ask again in 60 seconds
    """

    def __init__(self, per_hour: int) -> None:
        self._per_hour = per_hour
        self._looked: _Remembered[str, OrderedDict[str, dt.datetime]] = _Remembered()

    def look(self, subject: str, things: Iterable[str], now: dt.datetime) -> None:
        """Let a caller look for these.

        Raises:
            TooManyRequestsError: they would be too many; the error says when the first is forgotten.
        """
        if not self._per_hour:
            return
        looked = self._looked.get(subject, OrderedDict())
        while looked and next(iter(looked.values())) <= now - HOUR:
            looked.popitem(last=False)
        new = [thing for thing in dict.fromkeys(things) if thing not in looked]
        if new and len(looked) + len(new) > self._per_hour:
            first = next(iter(looked.values()), now)
            raise too_many(
                f"over {self._per_hour} different people or places in an hour",
                ceil((first + HOUR - now).total_seconds()),
            )
        looked.update(dict.fromkeys(new, now))
        self._looked.put(subject, looked)


def too_many(fact: str, seconds: int) -> TooManyRequestsError:
    """A refusal that says when to ask again."""
    error = TooManyRequestsError(fact, fix=f"ask again in {seconds} seconds")
    error.retry_after_s = max(1, seconds)
    return error
