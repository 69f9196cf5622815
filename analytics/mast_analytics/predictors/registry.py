"""What was evaluated, in files that can be read: one a version, never changed, and silent outside its limits.

A file holds figures of groups under a disclosure policy, and nothing to work out a chance with.
"""

from __future__ import annotations

import datetime as dt
import math
import re
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, is_dataclass
from importlib.metadata import version as installed
from itertools import pairwise
from pathlib import Path
from typing import Any, Final

import yaml

from mast_analytics.predictors.code import code_digest
from mast_analytics.predictors.evaluation import Evaluation
from mast_analytics.predictors.periods import VARIABLES
from mast_analytics.release.predictors import ShownEvaluation
from mast_resolver.errors import UsageError
from mast_resolver.research_errors import OutsideLimitsError

FORMAT: Final = 1
NAME: Final = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")
FILE: Final = re.compile(r"(?P<name>[a-z0-9-]+)\.(?P<version>[0-9]+)\.yaml")
LONGEST: Final = dt.timedelta(days=365)
"""Figures are of a time that is over: a year after it, at the latest, they are of another."""


@dataclass(frozen=True, slots=True)
class Limits:
    """Of whom and when an evaluation speaks; of nobody else and at no other time."""

    agencies: tuple[str, ...]
    """Whose contacts it was made of: with another feed people are known by other contacts."""
    below_level: int
    period_days: tuple[int, int]
    valid_from: dt.date
    valid_until: dt.date
    most_days_known: int
    ages: tuple[int, int] | None = None
    """Ages are not known to the graph: unless somebody says which, nothing is said of any age by itself."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One version of one evaluation, as its file has it."""

    name: str
    version: int
    evaluated: dt.date
    code_version: str
    code_digest: str
    data_digest: str
    as_happened: bool
    """Whether contacts were taken as known when they happened, for want of anything better."""
    variables: Mapping[str, str]
    limits: Limits
    policy: str
    figures: Mapping[str, Any]

    @property
    def file_name(self) -> str:
        """Where it lies in the folder of the registry."""
        return f"{self.name}.{self.version}.yaml"


@dataclass(frozen=True, slots=True)
class Asked:
    """Of whom, and when, somebody wants to read it."""

    on: dt.date
    agencies: frozenset[str]
    days_known: int
    period_days: int
    age: int | None = None


def enter(
    folder: Path,
    name: str,
    found: Evaluation,
    shown: ShownEvaluation,
    *,
    evaluated: dt.date,
    as_happened: bool = False,
) -> Entry:
    """Write a new version; what was written before stays as it is.

    Raises:
        UsageError: the name is none, or the folder cannot be written.
    """
    if not NAME.fullmatch(name):
        raise UsageError("that is no name of an evaluation", fix="small letters, digits and hyphens")
    entry = Entry(
        name=name,
        version=1 + max((each for of, each, _ in _files(folder) if of == name), default=0),
        evaluated=evaluated,
        code_version=installed("mast-tracker"),
        code_digest=code_digest(),
        data_digest=found.data,
        as_happened=as_happened,
        variables={each: VARIABLES[each].says for each in found.plan.variables},
        limits=limits(found),
        policy=shown.policy.name,
        figures=_plain({key: value for key, value in asdict(shown).items() if key != "policy"}),
    )
    folder.mkdir(parents=True, exist_ok=True)
    text = yaml.safe_dump(_document(entry), sort_keys=False, allow_unicode=True, width=110)
    try:
        with (folder / entry.file_name).open("x", encoding="utf-8") as file:
            file.write(text)
    except OSError:
        raise UsageError("the registry cannot be written", fix="see the rights of its folder") from None
    return entry


def limits(found: Evaluation) -> Limits:
    """What follows from the plan, and from who was learnt from."""
    marks = found.plan.landmarks
    lengths = [(after - before).days for before, after in pairwise(marks)]
    judged = min(marks[-1] - found.plan.split, LONGEST)
    return Limits(
        agencies=found.agencies,
        below_level=found.plan.reaches,
        period_days=(min(lengths), max(lengths)),
        valid_from=found.plan.split,
        valid_until=marks[-1] + judged,
        most_days_known=found.longest_days,
    )


def entries(folder: Path) -> list[Entry]:
    """All that the registry holds, by name and version.

    Raises:
        UsageError: a file is damaged or of another format.

    Example:
        >>> entries(Path("/nowhere"))
        []
    """
    return [_read(path) for _, _, path in sorted(_files(folder))]


def consult(folder: Path, name: str, asked: Asked) -> Entry:
    """The latest version of an evaluation, if it speaks of what is asked.

    Raises:
        OutsideLimitsError: it does not: each limit that is passed is named; or the code is another by now.
        UsageError: there is no such evaluation, or its file is damaged.
    """
    versions = [each for each in entries(folder) if each.name == name]
    if not versions:
        raise UsageError("no such evaluation is registered", fix="see which are with mast research registry")
    entry, faults = versions[-1], list[str]()
    of = entry.limits
    if entry.code_digest != code_digest():
        faults.append("the code is another than was evaluated")
    if not of.valid_from <= asked.on <= of.valid_until:
        faults.append(f"it speaks of {of.valid_from} to {of.valid_until}")
    if asked.agencies != frozenset(of.agencies):
        faults.append(f"it speaks of people known to {', '.join(of.agencies)}, all of them and no others")
    if asked.days_known > of.most_days_known:
        faults.append(f"it speaks of people known for {of.most_days_known} days at most")
    if not of.period_days[0] <= asked.period_days <= of.period_days[1]:
        faults.append(f"it speaks of periods of {of.period_days[0]} to {of.period_days[1]} days")
    if asked.age is not None and not (of.ages and of.ages[0] <= asked.age <= of.ages[1]):
        faults.append("it speaks of no age by itself" if of.ages is None else f"it speaks of ages {of.ages}")
    if faults:
        raise OutsideLimitsError(
            f"{entry.name} version {entry.version} does not speak of that: {'; '.join(faults)}",
            fix="ask within its limits, or evaluate anew",
        )
    return entry


def _files(folder: Path) -> Iterable[tuple[str, int, Path]]:
    for path in folder.glob("*.yaml"):
        if found := FILE.fullmatch(path.name):
            yield found["name"], int(found["version"]), path


def _document(entry: Entry) -> dict[str, Any]:
    said: dict[str, Any] = _plain(asdict(entry))
    return {"format": FORMAT} | said


def _read(path: Path) -> Entry:
    try:
        said = yaml.safe_load(path.read_text("utf-8"))
        if said.pop("format") != FORMAT:
            raise ValueError  # noqa: TRY301 - told in one place
        of = said.pop("limits")
        pairs = {name: of[name] and tuple(of[name]) for name in ("agencies", "period_days", "ages")}
        entry = Entry(limits=Limits(**(of | pairs)), **said)
        whole = entry.file_name == path.name and isinstance(entry.limits.valid_until, dt.date)
    except (OSError, ValueError, KeyError, TypeError, AttributeError, yaml.YAMLError):
        whole = False
    if not whole:
        raise UsageError("a file of the registry is damaged", fix="restore it; it is never changed by hand")
    return entry


def _plain(value: Any) -> Any:
    """As YAML has it: no tuples, and nothing that is no number."""
    if is_dataclass(value) and not isinstance(value, type):
        return _plain(asdict(value))
    if isinstance(value, Mapping):
        return {key: _plain(each) for key, each in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(each) for each in value]
    if isinstance(value, float) and not math.isfinite(value):
        return None
    return value
