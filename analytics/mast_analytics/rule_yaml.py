"""Reads a rule's YAML file: everything is checked, and every fault is told at once with its line."""

from __future__ import annotations

import datetime as dt
import hashlib
import re
from collections.abc import Collection, Iterable
from pathlib import Path
from typing import Final
from zoneinfo import ZoneInfo

from mast_analytics.civil import Span, Unit
from mast_analytics.event import GroupBy, plain
from mast_analytics.rule import (
    COMPARISONS,
    LONGEST_ABSENCE,
    Case,
    Compared,
    Condition,
    Kind,
    Level,
    Rule,
    Selection,
)
from mast_analytics.rule_cases import TYPES, among, read_cases
from mast_resolver.days import LONDON
from mast_resolver.declared import Declared, Faults, checked, compose, nearest
from mast_resolver.errors import RuleFileError
from mast_resolver.vocabulary import ROLES, vocabulary

SHIPPED: Final = Path(__file__).parent / "rules"
_ID: Final = re.compile(r"[a-z][a-z0-9-]{2,59}")
_NEEDED: Final = (
    "id", "version", "title", "description", "severity", "owner", "gateway", "review_by", "select",
    "correlation", "outcome", "tests",
)  # fmt: skip
_ENTRIES: Final = (*_NEEDED, "suppression", "timezone")
_CORRELATION: Final = ("type", "rules", "group_by", "timespan", "condition")
_SELECT: Final = ("type", "agency_kind", "data_class", "category", "role", "severity", "open")
_COUNTED: Final = ("agency", "agency_kind", "type", "category", "team")
_SOME_DAY: Final = dt.datetime(2026, 1, 1, tzinfo=dt.UTC)


def read_rules(folder: Path = SHIPPED) -> tuple[Rule, ...]:
    """The rules of a folder's ``*.yaml`` files, by their ids.

    Raises:
        RuleFileError: files have faults, which are all listed, two have one id, or there is none.

    Example:
        >>> [rule.ref for rule in read_rules()][:2]
        ['child-not-brought-twice/3', 'contact-where-unborn/3']
    """
    rules, refused = [], []
    for path in sorted(folder.glob("*.yaml")):
        try:
            rules.append(read_rule(path))
        except RuleFileError as error:
            refused.append(error)
    if refused:
        raise RuleFileError("\n".join(error.fact for error in refused), fix=refused[0].fix)
    if not rules:
        raise RuleFileError(
            "the folder holds no rules", fix="name one with *.yaml files, or leave --rules out"
        )
    ids = [rule.id for rule in rules]
    if twice := sorted({id_ for id_ in ids if ids.count(id_) > 1}):
        raise RuleFileError(f"two files declare the rule {twice[0]}", fix="keep one of them")
    return tuple(sorted(rules, key=lambda rule: rule.id))


def read_rule(path: Path) -> Rule:
    """The rule that a YAML file declares.

    Raises:
        RuleFileError: unreadable, or with faults; all of them are listed with their lines.
    """
    try:
        data = path.read_bytes()
    except OSError:
        raise RuleFileError(f"{path.name} cannot be opened", fix="check the path of the rule file") from None
    return parse_rule(path.name, data)


def parse_rule(name: str, data: bytes, *, teams: Collection[str] | None = None) -> Rule:
    """The rule that the bytes of a file called ``name`` declare.

    ``teams`` are the ids of those that a rule may belong to, where that is known: an alert of a rule of
    nobody's would reach nobody.

    Raises:
        RuleFileError: as for :func:`read_rule`.
    """
    faults = Faults()
    top = compose(name, data, raising=RuleFileError, faults=faults)
    rule = _rule(top, data) if top is not None else None
    if top is not None and teams is not None:
        among(top, "owner", teams, "a team of the directory")
    fix = "correct these lines; docs/rules.md shows every entry"
    return checked(name, rule, faults, raising=RuleFileError, fix=fix)


def _rule(top: Declared, data: bytes) -> Rule | None:
    top.refuse_unknown(_ENTRIES)
    _need(top, _NEEDED)
    correlation = top.mapping("correlation") if "correlation" in top else None
    select = top.mapping("select") if "select" in top else None
    outcome = top.mapping("outcome") if "outcome" in top else None
    if correlation is None or select is None or outcome is None:
        return None
    correlation.refuse_unknown(_CORRELATION)
    _need(correlation, ("type", "rules", "group_by", "timespan"))
    outcome.refuse_unknown(("type", "within"))
    _need(outcome, ("type", "within"))
    kind = Kind(correlation.choice("type", list(Kind), Kind.EVENT_COUNT))
    known = {each.name: each for each in _selections(select)}
    named = _named(correlation, known, kind)
    group_by = GroupBy(correlation.choice("group_by", list(GroupBy), GroupBy.PERSON))
    condition = _condition(correlation, kind, named)
    zone = top.zone("timezone")
    return Rule(
        id=_matching(top, "id", _ID, "lower-case words with dashes, such as marac-repeat"),
        version=_number(top, "version"),
        title=top.text("title"),
        description=top.text("description"),
        level=Level(top.choice("severity", list(Level), Level.MEDIUM)),
        owner=top.text("owner"),
        gateway=top.text("gateway"),
        review_by=_date(top, "review_by"),
        kind=kind,
        group_by=group_by,
        timespan=_timespan(correlation, kind),
        selections=named,
        condition=condition,
        outcome=frozenset(among(outcome, "type", vocabulary().types, TYPES)),
        outcome_within=_span(outcome, "within"),
        suppression=_span(top, "suppression") if "suppression" in top else None,
        zone=zone,
        digest=hashlib.sha256(data).hexdigest()[:16],
        text=data.decode(),
        cases=_cases(top, select, group_by, zone),
    )


def _need(declared: Declared, entries: Iterable[str]) -> None:
    for entry in entries:
        if entry not in declared:
            declared.faults.add(declared.line, f"`{entry}` is missing")
        elif not declared.holds(entry):
            declared.faults.add(declared.line_of(entry), f"`{entry}` is empty")


def _selections(select: Declared) -> list[Selection]:
    found = []
    for name in select:
        declared = select.mapping(name)
        if declared is not None:
            declared.refuse_unknown(_SELECT)
            if not len(list(declared)):
                declared.faults.add(
                    select.line_of(name), f"`{name}` selects nothing: give one of {', '.join(_SELECT)}"
                )
            found.append(_selection(name, declared))
    return found


def _selection(name: str, declared: Declared) -> Selection:
    types = vocabulary().types
    kinds = sorted({each.agency_kind for each in types.values()})
    return Selection(
        name,
        types=frozenset(among(declared, "type", types, TYPES)),
        agency_kinds=frozenset(among(declared, "agency_kind", kinds)),
        data_classes=frozenset(among(declared, "data_class", vocabulary().data_classes)),
        categories=frozenset(map(plain, declared.texts("category"))),
        roles=frozenset(among(declared, "role", ROLES)),
        severity=tuple(_comparisons(declared, "severity")),
        open=declared.flag("open"),
    )


def _cases(top: Declared, select: Declared, group_by: GroupBy, zone: ZoneInfo) -> tuple[Case, ...]:
    """The tests; each category that is selected must be in one, or a slip of the pen would select nothing."""
    cases = read_cases(top, group_by, zone) if "tests" in top else ()
    said = sorted({plain(event.category) for case in cases for event in case.events if event.category})
    for name in select:
        if select.is_mapping(name) and (declared := select.mapping(name)):
            for text in declared.texts("category"):
                if plain(text) not in said:
                    allowed = f"one of those in `tests` ({', '.join(said) or 'none'})"
                    declared.faults.add(
                        declared.line_of("category"),
                        f"`category` must be {allowed}{nearest(plain(text), said)}",
                    )
    return cases


def _named(correlation: Declared, known: dict[str, Selection], kind: Kind) -> tuple[Selection, ...]:
    names = correlation.texts("rules")
    line = correlation.line_of("rules")
    for name in names:
        if name not in known:
            correlation.faults.add(
                line,
                f"`rules` names a selection that is not in `select`{nearest(name, known)}: "
                f"there are {', '.join(known)}",
            )
    for name in known.keys() - set(names):
        correlation.faults.add(line, f"the selection `{name}` is named by no correlation")
    wanted = {Kind.EVENT_COUNT: (1, 1), Kind.VALUE_COUNT: (1, 1), Kind.ABSENCE: (2, 2)}.get(kind, (2, 9))
    if not wanted[0] <= len(names) <= wanted[1] or len(set(names)) != len(names):
        many = f"{wanted[0]}" if wanted[0] == wanted[1] else f"{wanted[0]} or more"
        correlation.faults.add(line, f"type {kind} names {many} selection(s), each once")
    chosen = tuple(known[name] for name in names if name in known)
    if any(each.open for each in chosen) and kind is not Kind.TEMPORAL:
        correlation.faults.add(line, "only a temporal correlation looks at episodes that are `open`")
    if chosen and all(each.open for each in chosen):
        correlation.faults.add(line, "one selection must not be `open`: something has to happen")
    return chosen


def _condition(correlation: Declared, kind: Kind, named: tuple[Selection, ...]) -> Condition:
    allowed: dict[Kind, tuple[str, ...]] = {
        Kind.EVENT_COUNT: ("gte", "gt", "eq"),
        Kind.VALUE_COUNT: ("field", "gte", "gt", "eq"),
        Kind.TEMPORAL: ("different",),
        Kind.TEMPORAL_ORDERED: ("rise_of", "gte", "gt", "eq"),
        Kind.ABSENCE: (),
    }
    counts = kind in (Kind.EVENT_COUNT, Kind.VALUE_COUNT)
    declared = correlation.mapping("condition") if "condition" in correlation else None
    if declared is None:
        if counts:
            correlation.faults.add(correlation.line, f"type {kind} needs a `condition`")
        return Condition()
    declared.refuse_unknown(allowed[kind])
    compared = [Compared(how, _number(declared, how)) for how in declared if how in COMPARISONS]
    rise_of = declared.choice("rise_of", ("severity",), "severity") if "rise_of" in declared else None
    if len(compared) != (1 if counts or rise_of else 0):
        declared.faults.add(declared.line, "`condition` needs one of gte, gt, eq with a whole number")
    if rise_of and len(named) != 2:
        declared.faults.add(declared.line_of("rise_of"), "`rise_of` is between two selections")
    if kind is Kind.VALUE_COUNT and "field" not in declared:
        declared.faults.add(declared.line, f"type value_count needs a `field`: one of {', '.join(_COUNTED)}")
    return Condition(
        compared[0] if len(compared) == 1 else None,
        field=declared.choice("field", _COUNTED, _COUNTED[0]) if "field" in declared else None,
        rise_of=rise_of,
        different=declared.choice("different", _COUNTED, _COUNTED[0]) if "different" in declared else None,
    )


def _timespan(correlation: Declared, kind: Kind) -> Span:
    span = _span(correlation, "timespan")
    if kind is Kind.ABSENCE and span.over(_SOME_DAY, LONDON) - _SOME_DAY > LONGEST_ABSENCE:
        correlation.faults.add(correlation.line_of("timespan"), "an absence lasts a year at most")
    return span


def _comparisons(declared: Declared, entry: str) -> list[Compared]:
    if entry not in declared:
        return []
    said = declared.mapping(entry)
    if said is None:
        return []
    said.refuse_unknown(COMPARISONS)
    return [Compared(how, _number(said, how)) for how in said if how in COMPARISONS]


def _number(declared: Declared, entry: str) -> int:
    text = declared.text(entry)
    if text.isascii() and text.isdecimal() and len(text) <= 6:
        return int(text)
    if entry in declared:
        declared.faults.add(declared.line_of(entry), f"`{entry}` must be a whole number")
    return 1


def _span(declared: Declared, entry: str) -> Span:
    span = Span.read(declared.text(entry))
    if span is None and entry in declared:
        declared.faults.add(
            declared.line_of(entry),
            f"`{entry}` must be a number and minutes, hours, days, weeks, months or years, such as 90 days",
        )
    return span or Span(1, Unit.DAY)


def _date(declared: Declared, entry: str) -> dt.date:
    try:
        return dt.date.fromisoformat(declared.text(entry))
    except ValueError:
        if entry in declared:
            declared.faults.add(declared.line_of(entry), f"`{entry}` must be a date, such as 2027-03-31")
        return dt.date.max


def _matching(declared: Declared, entry: str, shape: re.Pattern[str], words: str) -> str:
    text = declared.text(entry)
    if entry in declared and not shape.fullmatch(text):
        declared.faults.add(declared.line_of(entry), f"`{entry}` must be {words}")
    return text
