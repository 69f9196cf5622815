"""What a custodian gives out - a report, files, an evaluation - is remembered before it leaves."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Final

from mast_analytics.area_editions import areas_of
from mast_analytics.civil import ends_month, evening, last_month_end
from mast_analytics.cohorts import paths as content_of
from mast_analytics.disclosure.policies import Policy
from mast_analytics.disclosure.policies import policy as policy_of
from mast_analytics.episodes import CutOff, Episodes, episodes
from mast_analytics.history import History
from mast_analytics.linkage import Drawing
from mast_analytics.predictors.evaluation import Evaluation
from mast_analytics.predictors.registry import Entry
from mast_analytics.volumes import contacts_of
from mast_api.access import Purpose, in_force
from mast_api.research.drawing import drawings
from mast_api.research.keeping import LedgerKeeper
from mast_api.research.on_record import LEDGER, last_on_record
from mast_api.research.reading import Readings
from mast_api.research.registered import speaking
from mast_api.research.releasing import Releasing
from mast_api.rights.proving import note, take_over_if_free
from mast_api.settings import Settings
from mast_api.terminal import Terminal
from mast_api.workspace import AUDIT, graph, key_ring, new_id, now
from mast_api.writing import open_store
from mast_graph.area_codes import AreasKnown, areas_known
from mast_graph.schema import apply_schema
from mast_graph.store import Store
from mast_intake.keys import KeyRing
from mast_resolver.errors import UsageError

ROLE: Final = "researcher"
EVALUATIONS: Final = "evaluations"


@dataclass(frozen=True, slots=True)
class Counting:
    """What may be counted, as of when, under which policy; and the way to have it remembered."""

    settings: Settings
    store: Store
    ledger: LedgerKeeper
    releasing: Releasing
    history: History
    cut_off: CutOff
    policy: Policy
    uncovered: tuple[str, ...]
    drawn: Callable[[], dict[str, Drawing]] = field(repr=False)
    """The people of now at several thresholds of linkage; none where no model is in force."""

    def episodes(self) -> Episodes:
        """Of everybody, as known at the cut-off."""
        return episodes(self.history, self.cut_off)

    def areas(self) -> AreasKnown:
        """The area of each address record that has a code, by record, as known at the cut-off."""
        return areas_known(self.store, self.cut_off.recorded)

    def registered(self) -> tuple[list[Entry], list[str]]:
        """The latest version of each evaluation that speaks of this cut-off; why each other does not."""
        return speaking(evaluations(self.settings), self.history, self.cut_off)

    def remember(
        self,
        what: str,
        *,
        by: str,
        said: Mapping[str, object],
        areas: AreasKnown | None = None,
        shapes: Mapping[str, str] | None = None,
    ) -> None:
        """Have it in the ledger of releases and on record for the audit log, before anything leaves.

        ``areas`` where contacts are counted by area in it, ``shapes`` of people where a network is.

        Raises:
            CohortTooCloseError, PolicyMixedError, LedgerChangedError, LedgerBehindError: it may not leave.
            LeaseHeldError: another writer is at work, so that nothing can be noted.
        """
        cohorts = {
            "everybody": content_of(self.episodes()),
            "contacts": contacts_of(self.history, self.cut_off),
        }
        parted = None
        if areas is not None and areas.codes:
            cohorts["areas"] = contacts_of(self.history, self.cut_off, areas.codes)
            parted = areas_of(self.history, self.cut_off, areas.codes, areas.versions)
        if shapes:
            cohorts["network"] = {f"network {person}": shape.encode() for person, shape in shapes.items()}
        number = self.ledger.admit(what, cohorts, self.policy, parted)
        on_record = {
            "policy": self.policy.name,
            "as_of": self.cut_off.valid.isoformat(),
            LEDGER: number,
            **said,
        }
        note(self.store, what, by, on_record)
        take_over_if_free(self.store, self.settings)


@contextmanager
def counting(
    settings: Settings,
    terminal: Terminal,
    *,
    policy: str | None,
    as_of: dt.datetime | None,
    as_happened: bool = False,
) -> Iterator[Counting]:
    """The graph as agreements let research count in it, up to the end of the month that ``as_of`` ends.

    Raises:
        UnknownNameError: there is no such policy.
        UsageError: the day is not over or no end of a month, or the policy shows more than the service's.
        GraphUnavailableError: no answer, or none in time.
    """
    named, at = _policy(policy, settings), now()
    serving_at = settings.as_at or at
    day = last_month_end(serving_at) if as_of is None else as_of.date()
    if not ends_month(day):
        raise UsageError("that day is no end of a month", fix=f"say {last_month_end(at)}, or leave it out")
    if evening(day) > at:
        raise UsageError("that day is not over", fix=f"say {last_month_end(at)}, or leave it out")
    keys = key_ring(settings, terminal)
    with graph(settings, terminal) as address, open_store(address) as store:
        apply_schema(store)
        readings = Readings(store, clock=now)
        with terminal.step("Reading contacts"):
            allowed = readings.allowed(
                readings.now(),
                purpose=Purpose.RESEARCH,
                agency="",
                data_classes=in_force().data_classes(ROLE, Purpose.RESEARCH),
                serving_at=serving_at,
            )
        yield Counting(
            settings=settings,
            store=store,
            ledger=keeper(store, keys, settings),
            releasing=Releasing(store, keys, clock=now, new_id=new_id),
            history=allowed.history.as_it_happened() if as_happened else allowed.history,
            cut_off=CutOff(evening(day), at),
            policy=named,
            uncovered=allowed.uncovered,
            drawn=partial(drawings, store, keys, settings.data),
        )


def keeper(store: Store, keys: KeyRing, settings: Settings) -> LedgerKeeper:
    """The ledger of releases of a graph, held against the audit log of the data folder."""
    return LedgerKeeper(store, keys, clock=now, on_record=partial(last_on_record, settings.data / AUDIT))


def evaluations(settings: Settings) -> Path:
    """Where the registry of this data folder lies."""
    return settings.data / EVALUATIONS


def summary(found: Evaluation, entry: Entry) -> str:
    """One sentence for whoever ran an evaluation: from the entry alone, which is what may be shown."""
    figures = entry.figures
    return (
        f"{entry.file_name}: {figures['judged_events']:,} of {figures['judged_rows']:,} later periods ended "
        f"at level {found.plan.reaches} or above (rounded), under the policy {entry.policy}"
    )


def _policy(name: str | None, settings: Settings) -> Policy:
    of_service = policy_of(settings.disclosure_policy)
    named = of_service if name is None else policy_of(name)
    if named.shows_more_than(of_service):
        raise UsageError(
            "that policy shows more than the one that is set here", fix=f"leave it out: {of_service.name}"
        )
    return named
