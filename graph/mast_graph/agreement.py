"""What a data sharing agreement says: who, for which purposes, what of each class of data, and until when."""

from __future__ import annotations

import datetime as dt
import hashlib
import json
from dataclasses import asdict, dataclass, replace
from enum import StrEnum
from typing import Final

from mast_resolver.days import morning

ALWAYS: Final = dt.datetime(1, 1, 1, tzinfo=dt.UTC)
FOREVER: Final = dt.datetime(9999, 12, 31, tzinfo=dt.UTC)
LATEST_MONTHS: Final = 12
"""Months that the latest contacts are shown for at most, whatever an agreement says of more."""


NOTICE: Final = dt.timedelta(days=60)
"""How long before an agreement stops serving there is a warning."""


class View(StrEnum):
    """What an agreement grants of a class of data."""

    LATEST = "latest"
    FULL = "full"


@dataclass(frozen=True, slots=True)
class Term:
    """What may be shared of one class of data, by which legal gateway, shown and kept for how many months."""

    data_class: str
    gateway: str
    view: View = View.LATEST
    months: int = LATEST_MONTHS
    retention_months: int = 36

    @property
    def latest_months(self) -> int:
        """Months for a caller who may see no more than the latest."""
        return min(self.months, LATEST_MONTHS)


@dataclass(frozen=True, slots=True)
class Agreement:
    """Who shares what with whom, for which purposes, and until when.

    It serves from the day ``starts`` on, up to but not on the day ``ends``, and through the day ``review_by``
    unless it was reviewed before; days in UTC. One that names no such day serves nobody, nor does a class
    without a gateway: files that say so are refused, but earlier versions put them on record. ``version`` 0
    stands for the next one.

    Example:
        >>> mash = Agreement("mash-2026", "MASH", ("police",), ("safeguarding-response",),
        ...     (Term("police", "Crime and Disorder Act 1998 section 115"), Term("fire", "")),
        ...     ends=dt.date(2029, 1, 1), review_by=dt.date(2027, 3, 31))
        >>> mash.serves_until.isoformat()
        '2027-03-31T23:00:00+00:00'
        >>> mash.without_gateway
        ('fire',)
    """

    id: str
    name: str
    parties: tuple[str, ...]
    purposes: tuple[str, ...]
    terms: tuple[Term, ...]
    version: int = 0
    owner: str = ""
    starts: dt.date | None = None
    ends: dt.date | None = None
    review_by: dt.date | None = None

    @property
    def serves_from(self) -> dt.datetime:
        """The first moment at which it is in force."""
        return morning(self.starts) if self.starts else ALWAYS

    @property
    def serves_until(self) -> dt.datetime:
        """The first moment at which it is in force no more; of one that is due for no review, ever."""
        if self.review_by is None:
            return ALWAYS
        ends = morning(self.ends) if self.ends else FOREVER
        return min(ends, morning(self.review_by + dt.timedelta(days=1)))

    @property
    def without_gateway(self) -> tuple[str, ...]:
        """Classes of data that it names no legal gateway for: of these it serves nothing."""
        return tuple(term.data_class for term in self.terms if not term.gateway.strip())

    @property
    def digest(self) -> str:
        """The same for the same content, whichever version it is."""
        said = asdict(replace(self, version=0))
        return hashlib.sha256(json.dumps(said, sort_keys=True, default=str).encode()).hexdigest()

    def serves(self, now: dt.datetime) -> bool:
        """Whether questions are answered under it at a moment."""
        return self.serves_from <= now < self.serves_until

    def warning(self, now: dt.datetime) -> str:
        """What whoever keeps the register should know: that it serves no more, or not for long."""
        ungated = ", ".join(self.without_gateway)
        said = (self._when(now), f"serves nothing of {ungated}: no legal gateway is named" if ungated else "")
        return "; ".join(each for each in said if each)

    def _when(self, now: dt.datetime) -> str:
        if self.review_by is None:
            return "serves nobody: no day is named by which it is to be reviewed"
        if now < self.serves_from:
            return f"serves from {self.starts} on"
        until = self.serves_until
        unreviewed = until > morning(self.review_by)
        if now >= until:
            return (
                f"serves no more: not reviewed by {self.review_by}" if unreviewed else "serves no more: ended"
            )
        if until - now <= NOTICE:
            return (
                f"stops serving unless reviewed by {self.review_by}" if unreviewed else f"ends on {self.ends}"
            )
        return ""
