"""What the registry of evaluations says of a day, within its limits and to whoever may count."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any, Final

import strawberry

from mast_analytics.disclosure.policies import policy as policy_of
from mast_analytics.predictors.registry import NAME, Entry
from mast_api.access import Question
from mast_api.asking import Asking
from mast_api.research.counting import evaluations
from mast_api.research.figures import Wanted
from mast_api.research.registered import speaking
from mast_api.schema import predictor_types as t
from mast_api.schema import research_args
from mast_api.schema.research_types import CohortInput
from mast_api.schema.volume_types import AsOf
from mast_resolver.errors import BadRequestError

Info = strawberry.Info[Asking, None]

Name = Annotated[str | None, strawberry.argument(description="Of the evaluation; the first when left out.")]
SAYS: Final = (
    "Models learnt from an earlier time what goes with reaching a level, and were judged on a later one.",
    "They do not say why anything happened, nor anything of one person: on a list with a precision of a "
    "third two of three would have been looked at for nothing.",
)


@strawberry.type
class PredictorQuery:
    @strawberry.field(
        description="Evaluations of predictors that speak of this day, with calibration, precision and "
        "recall at a stated capacity, gaps between groups, and the base rate. Nobody is scored."
    )
    async def predictor_evaluations(
        self, info: Info, name: Name = None, as_of: AsOf = None
    ) -> t.PredictorEvaluations:
        asking, cohort = info.context, CohortInput(as_of=as_of)
        wanted = research_args.wanted(asking, cohort)
        if name is not None and not NAME.fullmatch(name):
            raise BadRequestError("that is no name of an evaluation", fix="take one of names")
        sought = research_args.sought(cohort, evaluation=name)
        await asking.intend(Question.PREDICTOR_EVALUATIONS, sought)
        return await asking.services.research.aside(predictor_evaluations, asking, wanted, name)


def predictor_evaluations(asking: Asking, wanted: Wanted, name: str | None) -> t.PredictorEvaluations:
    """Blocking. What is in the registry was remembered in the ledger before it came there.

    Raises:
        UsageError: a file of the registry is damaged.
    """
    settings = asking.services.settings
    history = asking.services.research.allowed(wanted).history
    least = policy_of(settings.disclosure_policy)
    found, silent = speaking(evaluations(settings), history, wanted.cut_off, least=least)
    shown = [each for each in found if name in (None, each.name)][:1]
    return t.PredictorEvaluations(
        names=[each.name for each in found],
        evaluation=_evaluation(shown[0]) if shown else None,
        silent=silent,
        says=list(SAYS),
    )


def _evaluation(entry: Entry) -> t.PredictorEvaluation:
    of, figures = entry.limits, entry.figures
    return t.PredictorEvaluation(
        name=entry.name,
        version=entry.version,
        evaluated=entry.evaluated,
        policy=entry.policy,
        code_version=entry.code_version,
        data_digest=entry.data_digest,
        as_happened=entry.as_happened,
        valid_from=of.valid_from,
        valid_until=of.valid_until,
        agencies=list(of.agencies),
        below_level=of.below_level,
        period_days=list(of.period_days),
        most_days_known=of.most_days_known,
        variables=[t.PredictorVariable(name=name, says=says) for name, says in entry.variables.items()],
        people=figures["people"],
        judged_periods=figures["judged_rows"],
        judged_events=figures["judged_events"],
        models=[_model(each) for each in figures["models"]],
    )


def _model(of: Mapping[str, Any]) -> t.PredictorModel:
    capacity = of["capacity"]
    return t.PredictorModel(
        model=of["model"],
        effect=of["effect"],
        associations=[
            t.PredictorAssociation(**{name: each[name] for name in ("variable", "factor", "low", "high")})
            for each in of["associations"]
        ],
        calibration=[
            t.CalibrationBin(
                expected=each["expected"],
                periods=each["rows"],
                observed=each["observed"] and _estimate(each["observed"]),
            )
            for each in of["bins"]
        ],
        ratio=_estimate(of["ratio"]),
        slope=_estimate(of["slope"]),
        capacity=capacity
        and t.PredictorCapacity(
            each_period=capacity["each_period"],
            precision=_estimate(capacity["precision"]),
            recall=_estimate(capacity["recall"]),
            base_rate=_estimate(capacity["base_rate"]),
            by_chance=capacity["by_chance"],
        ),
        groups=[
            t.PredictorGroup(
                name=each["name"],
                missed=each["missed"],
                missed_gap=_estimate(each["missed_gap"]),
                false_alarms=each["false_alarms"],
                false_alarms_gap=_estimate(each["false_alarms_gap"]),
            )
            for each in of["groups"]
        ],
        groups_hidden=of["groups_hidden"],
    )


def _estimate(of: Mapping[str, float | None]) -> t.Estimate:
    return t.Estimate(value=of["value"], low=of["low"], high=of["high"])
