"""Worlds in which it is known what makes people escalate: rows for models, and contacts to make rows of."""

from __future__ import annotations

import datetime as dt

import numpy as np
from tests.analytics.histories import contact, known

from mast_analytics.history import Floats, History
from mast_analytics.predictors.periods import Periods
from mast_resolver.known import KnownStay

LENGTH = 90
DAYS = tuple(dt.date(2024, 1, 1) + dt.timedelta(days=LENGTH * place) for place in range(9))


def rows(seed: int, truth: Floats, *, people: int = 250, periods: int = 4, daily: float = 0.0012) -> Periods:
    """Hazards that are the same on every day of a period: ``daily`` times exp(values x truth)."""
    rng = np.random.default_rng(seed)
    found: list[tuple[int, int, int, int, bool]] = []
    values = []
    for who in range(people):
        for period in range(periods):
            value = np.array([rng.integers(0, 2), rng.normal()])[: len(truth)]
            waits = int(rng.geometric(min(0.99, daily * float(np.exp(value @ truth)))))
            begin = LENGTH * period
            found.append((who, period, begin, begin + min(waits, LENGTH), waits <= LENGTH))
            values.append(value)
            if waits <= LENGTH:
                break
    subject, landmark, start, stop, event = (np.array(each) for each in zip(*found, strict=True))
    return Periods(
        level=4,
        variables=tuple(f"variable {place}" for place in range(len(truth))),
        landmarks=DAYS[: periods + 1],
        subject=subject,
        landmark=landmark,
        start=start,
        stop=stop,
        event=event.astype(np.bool_),
        values=np.array(values),
        group=subject % 3,
        groups=("a", "b", "c"),
        learnt_late=0,
    )


def town(seed: int, *, people: int = 700, days: int = 900, homes: tuple[KnownStay, ...] = ()) -> History:
    """Everybody has contacts at random; who has had one lately reaches the level five times as often."""
    rng = np.random.default_rng(seed)
    contacts = []
    for who in range(people):
        day = int(rng.integers(0, 400))
        busy = rng.random() < 0.4
        while day < days:
            contacts.append(contact(f"{who}-{day}", day, "ED_ATTENDANCE", record=f"r{who}"))
            pause = int(rng.geometric(1 / 60 if busy else 1 / 300))
            for today in range(day, min(day + pause, days)):
                if rng.random() < (0.002 if today - day < 90 else 0.0004):
                    plan = contact(f"{who}-{today}-s47", today, "SECTION_47_ENQUIRY", closed=today + 9,
                                   record=f"r{who}")  # fmt: skip
                    contacts.append(plan)
                    day = days
                    break
            day += pause
    return known(*contacts, homes=homes)
