"""The whole report of an area, from what is known at a cut-off: everything in it goes by one policy."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from mast_analytics.civil import day_in_words
from mast_analytics.costs import Avoided
from mast_analytics.disclosure.curves import curve
from mast_analytics.disclosure.paths import shown_transitions
from mast_analytics.disclosure.policies import Policy
from mast_analytics.episodes import CutOff, Episodes, episodes
from mast_analytics.history import History
from mast_analytics.kinds import kinds
from mast_analytics.linkage import Drawing
from mast_analytics.predictors.registry import Entry
from mast_analytics.reaching import reaching as reached
from mast_analytics.release.exports import shown_kinds
from mast_analytics.release.linkage import shown_bands
from mast_analytics.release.volumes import not_whole, shown_volumes
from mast_analytics.report import sections
from mast_analytics.report.document import Report, Section
from mast_analytics.report.judged import predictors
from mast_analytics.report.linked import linkage
from mast_analytics.spells import spells
from mast_analytics.transitions import transitions
from mast_analytics.volumes import By, volumes


@dataclass(frozen=True, slots=True)
class Given:
    """What goes in beside the history. ``silent`` are evaluations that do not speak of it, and why.

    ``drawn`` are the people at several thresholds of linkage, by name; of none nothing is said.
    """

    title: str
    cut_off: CutOff
    policy: Policy
    level: int = 4
    areas: Mapping[str, str] = field(default_factory=dict)
    entries: Sequence[Entry] = ()
    silent: Sequence[str] = ()
    weighed: Sequence[tuple[str, Avoided]] = ()
    uncovered: Sequence[str] = ()
    drawn: Mapping[str, Drawing] = field(default_factory=dict)


def report_of(history: History, given: Given) -> Report:
    """Every section.

    Example:
        >>> from mast_analytics.disclosure.policies import policy
        >>> from mast_resolver.known import Known
        >>> import datetime as dt
        >>> now = dt.datetime(2026, 10, 31, 12, tzinfo=dt.UTC)
        >>> found = report_of(History(Known()), Given("Nobody", CutOff(now, now), policy("nhs")))
        >>> len(found.sections), found.facts[0]
        (2, ('Up to', '31 October 2026'))
    """
    known = episodes(history, given.cut_off)
    listed = [_demand(history, given)]
    if len(known.subject):
        listed += _of_people(known, given)
    if given.drawn:
        listed.append(_linkage(history, given))
    listed += [predictors(each) for each in given.entries]
    listed.append(sections.savings(given.weighed))
    return Report(given.title, _facts(given), _says(given), tuple(listed))


def _demand(history: History, given: Given) -> Section:
    both = volumes(history, given.cut_off, By.SOURCE)
    found = [shown_volumes(both, given.policy, wider=each) for each in (By.AGENCY, By.TYPE)]
    if given.areas:
        found.append(shown_volumes(volumes(history, given.cut_off, By.AREA, areas=given.areas), given.policy))
    return sections.demand(found, not_whole(both, given.cut_off.recorded))


def _of_people(known: Episodes, given: Given) -> list[Section]:
    paths = spells(known)
    return [
        sections.ladder(shown_transitions(transitions(paths), given.policy)),
        sections.reaching(curve(reached(known, given.level).incidence, given.policy), given.level),
        sections.paths(shown_kinds(kinds(paths), given.policy)),
    ]


def _linkage(history: History, given: Given) -> Section:
    drawn = {name: episodes(history.drawn(each.people), given.cut_off) for name, each in given.drawn.items()}
    return linkage(
        shown_bands(drawn, given.level, given.policy),
        {name: each.joins_at for name, each in given.drawn.items()},
    )


def _facts(given: Given) -> tuple[tuple[str, str], ...]:
    policy = given.policy
    withheld = ", ".join(given.uncovered) or "none"
    return (
        ("Up to", day_in_words(given.cut_off.valid)),
        ("As it was on record on", day_in_words(given.cut_off.recorded)),
        ("Disclosure policy", f"{policy.name}: {_hides(policy)} ({policy.source})"),
        ("Classes of data that no agreement lets research count", withheld),
    )


def _hides(policy: Policy) -> str:
    rounding = f"others rounded to {policy.base}" if policy.base > 1 else "others are exact"
    return (
        f"counts of {policy.floor} to {policy.threshold} are not shown, {rounding}; "
        f"totals are {policy.totals}"
    )


def _says(given: Given) -> tuple[str, ...]:
    return (
        "What agencies recorded, put together by person and place without anybody's name. It is of what "
        "services did, not of what happened behind doors.",
        "Every figure is of a group. Nobody who is shielded or objects to research is in it.",
        *given.silent,
    )
