"""Figures for research as towns grow: what is counted once the graph was read, without HTTP and ledger."""

from __future__ import annotations

import datetime as dt
import gc
import time
from collections.abc import Callable
from functools import partial
from typing import Final

from bench.report import Figures, number
from bench.sections.rules import CONTACTS_EACH, DAYS, START, town
from mast_analytics.cohorts import Selection, paths, selected
from mast_analytics.disclosure.curves import curve
from mast_analytics.disclosure.paths import shown_follows, shown_transitions
from mast_analytics.disclosure.policies import policy
from mast_analytics.episodes import CutOff, Episodes, episodes
from mast_analytics.event import GroupBy
from mast_analytics.follows import directly_follows
from mast_analytics.history import History
from mast_analytics.occupancy import occupancy
from mast_analytics.reaching import reaching
from mast_analytics.rereferral import EVER, from_referral, look_back
from mast_analytics.shapes import shapes
from mast_analytics.spells import spells
from mast_analytics.transitions import transitions
from mast_analytics.volumes import By, volumes

PEOPLE: Final = (50_000, 100_000, 200_000, 400_000)
ROUNDS: Final = 3
END: Final = START + dt.timedelta(days=DAYS + 2)
SEEN: Final = CutOff(END, END)
NHS: Final = policy("nhs")


def as_towns_grow() -> Figures:
    """Seconds of processor of each question, in towns each twice as large as the one before."""
    towns = [_of_town(many) for many in PEOPLE]
    rows = [
        (name, *(number(each[name], 2) for each in towns), f"{towns[-1][name] / towns[-2][name]:.1f}")
        for name in towns[0]
    ]
    columns = ("question", *(f"{many:,} people" for many in PEOPLE), "the last, times the one before")
    notes = [
        f"Drawn towns of the section on rules: {CONTACTS_EACH} contacts a person over three years. Seconds "
        f"of processor, the least of {ROUNDS}; each of everybody, under the policy nhs.",
    ]
    return Figures("As towns grow, in memory", columns, rows, notes)


def _of_town(people: int) -> dict[str, float]:
    history = History(town(people))
    gc.collect()
    everybody = _all(history)
    return {"everybody's episodes, as of a cut-off": _least(partial(_all, history))} | {
        name: _least(partial(ask, everybody)) for name, ask in QUESTIONS.items()
    }


def _least(work: Callable[[], object]) -> float:
    spent = []
    for _ in range(ROUNDS):
        begun = time.process_time()
        work()
        spent.append(time.process_time() - begun)
    return min(spent)


def _all(history: History) -> Episodes:
    return episodes(history, SEEN, by=GroupBy.PERSON)


def _transitions(everybody: Episodes) -> object:
    return shown_transitions(transitions(spells(selected(everybody, Selection()))), NHS)


def _ways(everybody: Episodes) -> object:
    cohort = selected(everybody, Selection())
    runs = spells(cohort)
    return shapes(runs), occupancy(runs), shown_follows(directly_follows(cohort), NHS)


def _level(everybody: Episodes) -> object:
    return curve(reaching(everybody, 4).incidence, NHS)


def _again(everybody: Episodes) -> object:
    first = int(everybody.start.min())
    return curve(from_referral(everybody, EVER, each_once=True), NHS), look_back(
        everybody, EVER, recorded_since=first
    )


def _volumes(everybody: Episodes) -> object:
    return volumes(everybody.history, everybody.cut_off, By.TYPE)


QUESTIONS: Final[dict[str, Callable[[Episodes], object]]] = {
    "transitionMatrix": _transitions,
    "escalationPaths": _ways,
    "timeToEvent, a level": _level,
    "timeToEvent, from referral": _again,
    "contactVolumes": _volumes,
    "whom it is of, for the ledger": paths,
}
