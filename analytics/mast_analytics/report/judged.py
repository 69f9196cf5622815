"""The section on predictors, from an entry of the registry: the same figures that its file holds."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from mast_analytics.predictors.registry import Entry
from mast_analytics.report.document import Cell, Chart, Kind, Part, Section, Table, summary
from mast_analytics.report.sections import shown

HAPPENED: Final = (
    "Contacts were taken as known when they happened, for all were loaded at once: no service knew as much "
    "then, and the figures are better than they would have been."
)


def predictors(entry: Entry) -> Section:
    """How good a predictor would have been, with the base rate beside it."""
    models, limits = entry.figures["models"], entry.limits
    return Section(
        title=f"Would it have been foreseen? ({entry.name}, version {entry.version})",
        says=(
            "Models learnt what goes with reaching a level from an earlier time, and were judged on a later "
            "one. They score nobody: no chance of anybody is kept, shown or used.",
            f"Evaluated on {entry.evaluated}, for {limits.valid_from} to {limits.valid_until}, of people "
            f"below level {limits.below_level} who were known to {', '.join(limits.agencies)}, in periods of "
            f"{limits.period_days[0]} to {limits.period_days[1]} days. Of anybody else they say nothing.",
            f"{entry.figures['judged_events']:,} of {entry.figures['judged_rows']:,} periods in the later "
            "time ended with the level reached (rounded).",
            *([HAPPENED] if entry.as_happened else []),
            *(f"{name.capitalize()}: {says}." for name, says in entry.variables.items()),
        ),
        parts=tuple(part for model in models for part in _model(model)),
        cannot_say=(
            "Why. Contacts are recorded because somebody worries: that they go before is what a service is "
            "for, not a cause.",
            "Anything about one person. A precision of a third means that two of three on such a list would "
            "have been looked at for nothing.",
        ),
    )


def _model(model: Mapping[str, Any]) -> list[Part]:
    name, effect = model["model"], model["effect"]
    associations = Table(
        f"{name}: what goes with it ({effect}, 95 % interval)",
        ("Variable", "Factor", "Lowest", "Highest"),
        tuple(
            shown((each["variable"], each["factor"], each["low"], each["high"]))
            for each in model["associations"]
        ),
    )
    drawn = Chart(
        Kind.INTERVALS, f"{name}: what goes with it", summary(associations, 1, "as a factor"),
        f"{effect}; 1 is no association", (1, 2, 3), even=1.0,
    )  # fmt: skip
    parts = [Part(associations, (drawn,)), _calibration(model), _capacity(model)]
    return [*parts, _groups(model)] if model["groups"] else parts


def _calibration(model: Mapping[str, Any]) -> Part:
    name, ratio, slope = model["model"], model["ratio"], model["slope"]
    rows: list[tuple[Cell, ...]] = [
        shown((f"chances of about {each['expected']}", each["expected"], *_figure(each["observed"]),
               each["rows"]))
        for each in model["bins"]
    ]  # fmt: skip
    table = Table(
        f"{name}: calibration. Events over what was expected: {_said(ratio)}; slope: {_said(slope)}",
        ("Periods with", "Expected share", "Share that had it", "Lowest", "Highest", "Periods"),
        tuple(rows),
    )
    chart = Chart(
        Kind.INTERVALS, f"{name}: share that had the event, by chance given",
        summary(table, 2, "as a share"), "share that had the event", (2, 3, 4),
    )  # fmt: skip
    return Part(table, (chart,))


def _capacity(model: Mapping[str, Any]) -> Part:
    found, name = model["capacity"], model["model"]
    columns = ("Figure", "On the list", "Lowest", "Highest", "By chance")
    if found is None:
        return Part(Table(f"{name}: what a list would have found: too few to be shown", columns, ()))
    rows = (
        shown(("Precision: of those listed, share with the event", *_figure(found["precision"]),
               found["base_rate"]["value"])),
        shown(("Recall: of events, share listed", *_figure(found["recall"]), found["by_chance"])),
    )  # fmt: skip
    title = f"{name}: if {found['each_period']:,} could be looked at in each period"
    return Part(Table(title, columns, rows))


def _groups(model: Mapping[str, Any]) -> Part:
    rows = tuple(
        shown((each["name"], each["missed"], *_figure(each["missed_gap"]), each["false_alarms"],
               *_figure(each["false_alarms_gap"])))
        for each in model["groups"]
    )  # fmt: skip
    columns = (
        "Met first by", "Missed", "Gap to others", "Lowest", "Highest", "False alarms", "Gap to others",
        "Lowest", "Highest",
    )  # fmt: skip
    hidden = model["groups_hidden"]
    return Part(Table(f"{model['model']}: mistakes by group; {hidden} more are not shown", columns, rows))


def _figure(figure: Mapping[str, float] | None) -> tuple[float | None, ...]:
    return (None, None, None) if figure is None else (figure["value"], figure["low"], figure["high"])


def _said(figure: Mapping[str, float | None]) -> str:
    if figure["value"] is None:
        return "cannot be said"
    return f"{figure['value']} ({figure['low']} to {figure['high']})"
