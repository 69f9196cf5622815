"""Two models of when a level is reached, fitted by libraries: discrete-time hazards, and Cox's.

Nothing outside this package may take a chance of somebody from here: ``judging`` makes figures of groups of
them, and they go no further.
"""

from __future__ import annotations

import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, Final

import numpy as np

from mast_analytics.history import Floats, Ints
from mast_analytics.intervals import z_of
from mast_analytics.predictors.periods import Periods
from mast_resolver.errors import UsageError
from mast_resolver.research_errors import OutsideLimitsError

LEAST_EVENTS_EACH: Final = 10
"""Events for each thing that is estimated: with fewer the estimates are not to be trusted (Peduzzi, Concato,
Feinstein and Holford 1995, J. Clin. Epidemiol. 48:1503-1510)."""
SINCE_FIRST: Final = (90, 365, 730)
"""Days since the first contact at which the hazard may change, in the discrete-time model."""


WORST_CONDITION: Final = 1e12
_TELLS: Final = "the variables tell each other, or the outcome, without fail"
_FEWER: Final = "take fewer variables"


@dataclass(frozen=True, slots=True)
class Association:
    """By what factor the hazard, or its odds, is higher where the variable is one higher."""

    variable: str
    factor: float
    low: float
    high: float


@dataclass(frozen=True, slots=True)
class Chances:
    """Of each row: the chance that it ends with the event, in a model; never to leave this package."""

    model: str
    effect: str
    associations: tuple[Association, ...]
    of_rows: Floats


def enough(events: int, needed: int, what: str, *, fix: str) -> None:
    """Raise OutsideLimitsError if there are fewer events than needed. How many there are is not told."""
    if events < needed:
        raise OutsideLimitsError(f"there are too few events {what}", fix=f"{needed} are needed: {fix}")


def _enough_to_learn(train: Periods, estimated: int) -> None:
    needed = LEAST_EVENTS_EACH * estimated
    fix = "take fewer variables, shorter periods, a later split, or a lower level"
    enough(int(train.event.sum()), needed, "to learn from", fix=fix)


def discrete(train: Periods, test: Periods, level: float) -> Chances:
    """Logistic regression of whether a period ends with the event, on time since first contact and variables.

    A person has one event at most, so that the likelihood is that of independent rows (Allison 1982,
    Sociological Methodology 13:61-98), and its information gives the intervals.
    """
    bands = [band for band in range(1, len(SINCE_FIRST) + 1) if _band(train.start).tolist().count(band)]
    matrix = _with_bands(train, bands)
    _enough_to_learn(train, matrix.shape[1] + 1)
    weights, covariance = logistic(matrix, train.event)
    size, errors = len(bands), np.sqrt(np.diag(covariance))
    associations = _associations(train.variables, weights[1 + size :], errors[1 + size :], level)
    odds = _with_bands(test, bands) @ weights[1:] + weights[0]
    return Chances("discrete-time hazard", "odds ratio", associations, 1 / (1 + np.exp(-odds)))


def logistic(matrix: Floats, outcome: Any) -> tuple[Floats, Floats]:
    """Weights, the intercept first, by maximum likelihood without penalty, and their covariance.

    Raises:
        OutsideLimitsError: the variables tell each other, or the outcome, without fail.

    Example:
        >>> weights, _ = logistic(np.array([[0.0], [0.0], [1.0], [1.0]]), [0, 1, 0, 1])
        >>> bool((abs(weights) < 1e-6).all())
        True
    """
    take = _libraries()["LogisticRegression"]
    regression = take(C=np.inf, solver="newton-cholesky", tol=1e-10, max_iter=200)
    with _without_fail():
        regression.fit(matrix, np.asarray(outcome, np.int64))
    weights = np.concatenate([regression.intercept_, regression.coef_[0]])
    full = np.column_stack([np.ones(len(matrix)), matrix])
    chance = 1 / (1 + np.exp(-full @ weights))
    information = full.T @ (full * (chance * (1 - chance))[:, None])
    if np.linalg.cond(information) > WORST_CONDITION:
        raise OutsideLimitsError(_TELLS, fix=_FEWER)
    return weights, np.linalg.inv(information)


def cox(train: Periods, test: Periods, level: float) -> Chances:
    """Cox's regression with variables that change from period to period, and ties by Efron's method.

    The chance in a period is that of the baseline hazard over those days since first contact: of days that
    nobody was followed on there is none (NaN).
    """
    _enough_to_learn(train, len(train.variables))
    libraries = _libraries()
    names = [f"v{place}" for place in range(len(train.variables))]
    frame = libraries["DataFrame"](train.values, columns=names)
    frame = frame.assign(start=train.start, stop=train.stop, event=train.event)
    fitter = libraries["CoxTimeVaryingFitter"]()
    with _without_fail():
        fitter.fit(frame, event_col="event", start_col="start", stop_col="stop")
    weights = fitter.params_.to_numpy()
    associations = _associations(train.variables, weights, fitter.standard_errors_.to_numpy(), level)
    baseline = fitter.baseline_cumulative_hazard_
    times = np.concatenate([[0.0], baseline.index.to_numpy(float)])
    risen = np.concatenate([[0.0], baseline.iloc[:, 0].to_numpy()])
    whole = test.start + _lengths(test)
    over = _risen(times, risen, whole) - _risen(times, risen, test.start)
    relative = np.exp((test.values - train.values.mean(axis=0)) @ weights)
    chances = np.where(whole <= train.stop.max(), 1 - np.exp(-over * relative), np.nan)
    return Chances("Cox", "hazard ratio", associations, chances)


def _risen(times: Floats, risen: Floats, at: Ints) -> Floats:
    return risen[np.searchsorted(times, at, "right") - 1]


def _lengths(test: Periods) -> Ints:
    days = np.array([day.toordinal() for day in test.landmarks])
    return np.diff(days)[test.landmark]


def _band(start: Ints) -> Ints:
    return np.searchsorted(SINCE_FIRST, start, "right")


def _with_bands(rows: Periods, bands: list[int]) -> Floats:
    band = _band(rows.start)
    return np.column_stack([*(band == each for each in bands), rows.values]).astype(np.float64)


def _associations(
    names: tuple[str, ...], weights: Floats, errors: Floats, level: float
) -> tuple[Association, ...]:
    z = z_of(level)
    return tuple(
        Association(name, float(np.exp(w)), float(np.exp(w - z * e)), float(np.exp(w + z * e)))
        for name, w, e in zip(names, weights, errors, strict=True)
    )


@contextmanager
def _without_fail() -> Iterator[None]:
    """What libraries warn of - no convergence, a matrix that has no inverse - is no result here."""
    from lifelines.exceptions import ConvergenceError

    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error")
            yield
    except (Warning, ConvergenceError, np.linalg.LinAlgError):
        raise OutsideLimitsError(_TELLS, fix=_FEWER) from None


def _libraries() -> dict[str, Any]:
    try:
        from lifelines import CoxTimeVaryingFitter
        from pandas import DataFrame
        from sklearn.linear_model import LogisticRegression
    except ImportError:
        raise UsageError(
            "the libraries for predictors are not installed", fix="install mast-tracker[research]"
        ) from None
    return {
        "CoxTimeVaryingFitter": CoxTimeVaryingFitter,
        "DataFrame": DataFrame,
        "LogisticRegression": LogisticRegression,
    }
