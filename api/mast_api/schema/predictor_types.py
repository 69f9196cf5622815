"""Evaluations of predictors, as GraphQL types: figures of groups, and nothing to work out a chance with."""

from __future__ import annotations

import datetime as dt

import strawberry


@strawberry.type(description="A figure with its 95 % interval; nothing where it cannot be said.")
class Estimate:
    value: float | None
    low: float | None
    high: float | None


@strawberry.type(description="What goes with reaching the level, as a factor; it is no cause.")
class PredictorAssociation:
    variable: str
    factor: float | None
    low: float | None
    high: float | None


@strawberry.type(description="Periods of about one chance: the mean of it, and the share that had the event.")
class CalibrationBin:
    expected: float
    periods: int | None = strawberry.field(description="Nothing where it is suppressed.")
    observed: Estimate | None


@strawberry.type(description="What a list of so many people would have found, beside what chance finds.")
class PredictorCapacity:
    each_period: int
    precision: Estimate
    recall: Estimate
    base_rate: Estimate
    by_chance: float


@strawberry.type(description="Mistakes in one group, and the gap to all others.")
class PredictorGroup:
    name: str
    missed: float | None
    missed_gap: Estimate
    false_alarms: float | None
    false_alarms_gap: Estimate


@strawberry.type(description="One model, learnt before the split and judged after it.")
class PredictorModel:
    model: str
    effect: str
    associations: list[PredictorAssociation]
    calibration: list[CalibrationBin]
    ratio: Estimate = strawberry.field(description="Events over what was expected.")
    slope: Estimate
    capacity: PredictorCapacity | None
    groups: list[PredictorGroup]
    groups_hidden: int


@strawberry.type
class PredictorVariable:
    name: str
    says: str


@strawberry.type(description="A version of an evaluation, with whom and when it speaks of: of nobody else.")
class PredictorEvaluation:
    name: str
    version: int
    evaluated: dt.date
    policy: str
    code_version: str
    data_digest: str
    as_happened: bool = strawberry.field(
        description="Contacts were taken as known when they happened: figures are better than they would be."
    )
    valid_from: dt.date
    valid_until: dt.date
    agencies: list[str]
    below_level: int
    period_days: list[int] = strawberry.field(description="The shortest period and the longest.")
    most_days_known: int
    variables: list[PredictorVariable]
    people: int
    judged_periods: int
    judged_events: int
    models: list[PredictorModel]


@strawberry.type(description="How good predictors would have been. Nobody is scored.")
class PredictorEvaluations:
    names: list[str] = strawberry.field(description="Of evaluations that speak of this day.")
    evaluation: PredictorEvaluation | None = strawberry.field(
        description="The one that was named, or else the first; nothing where it does not speak of this day."
    )
    silent: list[str] = strawberry.field(description="Why others do not speak of this day.")
    says: list[str]
