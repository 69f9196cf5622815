"""Each figure from episodes to what may be given; one function a question, and of whom it is."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

import numpy as np

from mast_analytics.cohorts import HORIZONS, of_subjects
from mast_analytics.disclosure.curves import curve, standing
from mast_analytics.disclosure.lists import listed, shown_starts
from mast_analytics.disclosure.paths import shown_follows, shown_transitions
from mast_analytics.disclosure.policies import Policy
from mast_analytics.disclosure.tables import HIDDEN, protect
from mast_analytics.episodes import Episodes
from mast_analytics.event import GroupBy
from mast_analytics.follows import directly_follows
from mast_analytics.household_types import counted
from mast_analytics.incidence import Incidence
from mast_analytics.occupancy import occupancy
from mast_analytics.reaching import first_days, reaching
from mast_analytics.rereferral import EVER, REFERRALS, cases, from_closure, from_referral, look_back
from mast_analytics.shapes import shapes
from mast_analytics.spells import Spells, spells
from mast_analytics.spread import agencies_known
from mast_analytics.transitions import transitions
from mast_api.access import Question
from mast_api.asking import Asking
from mast_api.research.figures import Wanted
from mast_api.schema import research_shape as shape
from mast_api.schema import research_types as t
from mast_api.schema.research_args import Waited
from mast_api.schema.volume_types import ContactVolumes, VolumesBy
from mast_api.schema.volumes import contact_volumes
from mast_resolver.research_errors import CohortTooCloseError

TOO_SHORT: Final = "(followed for less)"
NO_CHANGE: Final = "(no change)"


Answer = t.EscalationPaths | t.TransitionMatrix | t.TimeToEvent | ContactVolumes


def answer(asking: Asking, wanted: Wanted, question: Question, waited: Waited, by: VolumesBy) -> Answer:
    """The answer to any of the questions; ``waited`` is for those of time, ``by`` for volumes."""
    if question is Question.CONTACT_VOLUMES:
        return contact_volumes(asking, wanted, by)
    if question is Question.ESCALATION_PATHS:
        return escalation_paths(asking, wanted)
    if question is Question.TRANSITION_MATRIX:
        return transition_matrix(asking, wanted)
    return time_to_event(asking, wanted, waited)


def time_to_event(asking: Asking, wanted: Wanted, waited: Waited) -> t.TimeToEvent:
    """Days to a level, or to the next referral."""
    if waited.event is t.ResearchEvent.REACHED_LEVEL:
        return _time_to_level(asking, wanted, waited)
    return _time_to_referral(asking, wanted, waited.event)


def transition_matrix(asking: Asking, wanted: Wanted) -> t.TransitionMatrix:
    """Steps between levels."""
    found = asking.services.research.find(wanted)
    shown = shown_transitions(transitions(spells(found.cohort)), wanted.policy)
    answer = t.TransitionMatrix(basis=shape.basis(asking, found), steps=shape.steps(shown))
    _release(asking, Question.TRANSITION_MATRIX, found.cohort, wanted.policy)
    return answer


def escalation_paths(asking: Asking, wanted: Wanted) -> t.EscalationPaths:
    """Shapes, agencies, what follows what, and where people stand."""
    found = asking.services.research.find(wanted)
    runs, policy = spells(found.cohort), wanted.policy
    answer = t.EscalationPaths(
        basis=shape.basis(asking, found),
        shapes=shape.in_list(listed(_shapes(runs), policy), wanted.by.value),
        agencies=shape.in_list(listed(_agencies(found.cohort), policy), wanted.by.value),
        arrows=_arrows(found.cohort, policy),
        standing=_standing(runs, policy),
        household_types=(
            shape.in_list(listed(counted(found.cohort), policy, folded=False), wanted.by.value)
            if wanted.by is GroupBy.HOUSEHOLD
            else None
        ),
    )
    _release(asking, Question.ESCALATION_PATHS, found.cohort, policy)
    return answer


def _time_to_level(asking: Asking, wanted: Wanted, waited: Waited) -> t.TimeToEvent:
    """Days from the first contact at the origin or above to the first at the level or above.

    Whoever it came to before following began is not in the curves: they are of another cohort, which is
    remembered beside the whole one, so that two days between which few things happened cannot both be had.
    """
    level, origin, day = waited.level, waited.origin, waited.followed_from
    found = asking.services.research.find(wanted)
    reached = reaching(found.cohort, level, origin=origin, since=day.toordinal() if day else None)
    cohort = of_subjects(found.cohort, first_days(found.cohort, origin)[0])
    cohorts = {"cohort": cohort} | ({"followed": of_subjects(cohort, reached.subjects)} if day else {})
    _apart(cohorts, wanted.policy)
    answer = t.TimeToEvent(
        basis=shape.basis(asking, found, cohort),
        event=t.ResearchEvent.REACHED_LEVEL,
        level=level,
        origin=origin,
        followed_from=day,
        starts=shape.in_list(shown_starts(reached, wanted.policy, since=day is not None), wanted.by.value),
        curves=_curves(reached.incidence, wanted.policy),
        look_back=None,
    )
    asking.remembered(asking.services.research.release(Question.TIME_TO_EVENT, cohorts, wanted.policy))
    return answer


def _apart(cohorts: Mapping[str, Episodes], policy: Policy) -> None:
    """The curves of all, asked for before or after those of whom was followed, would tell of the few between.

    Raises:
        CohortTooCloseError: who is not in one of two cohorts are so few.
    """
    sizes = [len(np.unique(each.subject)) for each in cohorts.values()]
    if 0 < max(sizes) - min(sizes) <= policy.threshold:
        raise CohortTooCloseError(
            "too few people had reached the level, or were gone, before following began",
            fix="follow from a later day, or leave followedFrom out",
        )


def _time_to_referral(asking: Asking, wanted: Wanted, event: t.ResearchEvent) -> t.TimeToEvent:
    """Days to the next referral, from the first one or from the first closure of a case."""
    found = asking.services.research.find(wanted)
    after_referral = event is t.ResearchEvent.REFERRED_AGAIN_AFTER_REFERRAL
    clock = from_referral if after_referral else from_closure
    subjects = _referred(found.cohort) if after_referral else cases(found.cohort)[0]
    cohort = of_subjects(found.cohort, subjects)
    answer = t.TimeToEvent(
        basis=shape.basis(asking, found, cohort),
        event=event,
        level=None,
        origin=None,
        followed_from=None,
        starts=None,
        curves=_curves(clock(found.cohort, EVER, each_once=True), wanted.policy),
        look_back=_look_back(found.cohort, wanted.policy) if after_referral else None,
    )
    _release(asking, Question.TIME_TO_EVENT, cohort, wanted.policy)
    return answer


def _release(asking: Asking, question: Question, cohort: Episodes, policy: Policy) -> None:
    """Have it remembered, before it is given; the audit log says how much is."""
    asking.remembered(asking.services.research.release(question, {"cohort": cohort}, policy))


def _shapes(runs: Spells) -> dict[str, int]:
    found = shapes(runs)
    named = {" > ".join(way) or NO_CHANGE: count for way, count in found.subjects.items()}
    return {**named, TOO_SHORT: found.too_short}


def _agencies(cohort: Episodes) -> dict[str, int]:
    return {f"{many} known to": count for many, count in agencies_known(cohort).items()}


def _arrows(cohort: Episodes, policy: Policy) -> list[t.Arrow]:
    found = shown_follows(directly_follows(cohort), policy)
    figures, shares = found.table.marked(), found.table.per_cent()
    shown = [
        t.Arrow(
            before=before,
            after=after,
            times=int(figures[row, column]),
            per_cent=None if shares[row, column] == HIDDEN else float(shares[row, column]),
        )
        for row, before in enumerate(found.rows)
        for column, after in enumerate(found.columns)
        if figures[row, column] != HIDDEN and figures[row, column]
    ]
    return sorted(shown, key=lambda each: (-each.times, each.before, each.after))


def _standing(runs: Spells, policy: Policy) -> list[t.StandingAt]:
    if not len(runs.subject):
        return []
    found = occupancy(runs)
    first = found.times[0] if len(found.times) else found.followed_to + 1
    days = [day for day in HORIZONS if first <= day <= found.followed_to]
    if not days:
        return []
    shown = standing(found, np.array(days), policy)
    return [
        t.StandingAt(
            day=day,
            followed=shape.counts(shown.states, table, "followed"),
            share=[None if each == HIDDEN else float(each) for each in share],
        )
        for day, table, share in zip(days, shown.followed, shown.share, strict=True)
    ]


def _curves(found: Incidence, policy: Policy) -> list[t.EventCurve]:
    if not len(found.times):
        return [t.EventCurve(cause=cause, withheld=True, points=[]) for cause in found.causes]
    shown = curve(found, policy)
    listed_ = [
        t.EventCurve(
            cause=cause,
            withheld=False,
            points=[
                t.EventPoint(
                    day=int(shown.times[place]),
                    followed=int(shown.at_risk[place]),
                    events=int(shown.events[row, place]),
                    share=float(shown.share[row, place]),
                    grain=float(shown.grain[place]),
                )
                for place in range(len(shown.times))
            ],
        )
        for row, cause in enumerate(shown.causes)
    ]
    return listed_ + [t.EventCurve(cause=cause, withheld=True, points=[]) for cause in shown.withheld]


def _referred(cohort: Episodes) -> np.ndarray[tuple[int], np.dtype[np.int64]]:
    types = cohort.history.types.find(sorted(REFERRALS))
    return np.unique(cohort.subject[np.isin(cohort.type, types)])


def _look_back(cohort: Episodes, policy: Policy) -> t.FigureTable | None:
    if not len(cohort.start):
        return None
    found = look_back(cohort, EVER, recorded_since=int(cohort.start.min()))
    counts = [found.again, found.referrals - found.again]
    table = protect(counts, policy, people=[found.people_again, found.people_not, found.people])
    return shape.counts(("again within 12 months", "not again"), table, "referrals")
