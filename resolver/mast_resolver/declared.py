"""YAML as people write it for us (feeds, rules): scalars are text, and every entry knows its line."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from difflib import get_close_matches
from typing import Final, TypeVar
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError, available_timezones

import yaml

from mast_resolver.errors import UsageError

LARGEST: Final = 256 * 1024
"""Bytes of a file that a person may have written."""

T = TypeVar("T")

_CODE: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.-]{0,63}")
_NULLS: Final = ("", "null", "~", "Null", "NULL")


class Faults:
    """The faults found so far, each with its line.

    Example:
        >>> faults = Faults()
        >>> faults.add(3, "`mode` must be one of snapshot, delta, append")
        >>> len(faults), bool(faults)
        (1, True)
    """

    def __init__(self) -> None:
        self._found: list[tuple[int, str]] = []

    def add(self, line: int, text: str) -> None:
        """One more fault."""
        self._found.append((line, text))

    def __iter__(self) -> Iterator[tuple[int, str]]:
        return iter(self._found)

    def __len__(self) -> int:
        return len(self._found)


def is_code(text: str) -> bool:
    """Whether it can be what an agency or an agreement is called in files, questions and the audit log.

    Example:
        >>> is_code("mash-2026"), is_code("the MASH of 2026"), is_code("")
        (True, False, False)
    """
    return _CODE.fullmatch(text) is not None


def nearest(name: str, known: Iterable[str]) -> str:
    """An offer of the nearest known name, or nothing.

    Example:
        >>> nearest("familyname", ["given_name", "family_name"])
        ' (did you mean family_name?)'
    """
    found = get_close_matches(name, list(known), n=1)
    return f" (did you mean {found[0]}?)" if found else ""


def compose(name: str, data: bytes, *, raising: type[UsageError], faults: Faults) -> Declared | None:
    """The mapping that a whole file is; ``None``, with a fault, when it is something else.

    ``name`` is what errors call the file; they never repeat what is in it.

    Raises:
        UsageError: of the class ``raising``: too large, no UTF-8, no YAML, or nested too deeply.

    Example:
        >>> compose("a.yaml", b"mode: delta", raising=UsageError, faults=Faults()).text("mode")
        'delta'
    """
    if len(data) > LARGEST:
        raise raising(f"{name} is larger than 256 KiB", fix="give the YAML file, not the data")
    try:
        root = yaml.compose(data.decode("utf-8-sig"), Loader=yaml.SafeLoader)
    except UnicodeDecodeError:
        raise raising(f"{name} is not UTF-8 text", fix="save the file as UTF-8") from None
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        where = f" at line {mark.line + 1}, column {mark.column + 1}" if mark else ""
        problem = getattr(error, "problem", None) or "not well formed"
        raise raising(f"{name} is not YAML{where}: {problem}", fix="correct it there") from None
    except RecursionError:
        raise raising(f"{name} is nested too deeply", fix="write a flat file") from None
    if isinstance(root, yaml.MappingNode):
        return Declared(root, faults)
    faults.add(1, "the file is empty" if root is None else "the file is not a mapping of entries")
    return None


def checked(name: str, found: T | None, faults: Faults, *, raising: type[UsageError], fix: str) -> T:
    """What was found in a file without faults; otherwise all faults are told at once, each with its line.

    Raises:
        UsageError: of the class ``raising``: there are faults, or nothing was found.

    Example:
        >>> checked("a.yaml", 7, Faults(), raising=UsageError, fix="correct these lines")
        7
    """
    if faults or found is None:
        listed = "\n".join(f"  line {line}: {text}" for line, text in sorted(faults))
        count = f"{len(faults)} fault{'s' if len(faults) > 1 else ''}"
        raise raising(f"{name} has {count}\n{listed}", fix=fix)
    return found


class Declared:
    """One mapping of a file. Scalars stay text: `No: female` is not a boolean here."""

    def __init__(self, node: yaml.Node, faults: Faults) -> None:
        self.faults = faults
        self.line: int = node.start_mark.line + 1
        self._nodes: dict[str, yaml.Node] = {}
        self._lines: dict[str, int] = {}
        for key, value in node.value if isinstance(node, yaml.MappingNode) else ():
            line = key.start_mark.line + 1
            if not isinstance(key, yaml.ScalarNode):
                faults.add(line, "an entry's name must be plain text")
            elif key.value in self._nodes:
                faults.add(line, f"`{key.value}` stands twice")
            else:
                self._nodes[key.value] = value
                self._lines[key.value] = line

    def __contains__(self, entry: str) -> bool:
        return entry in self._nodes

    def __iter__(self) -> Iterator[str]:
        return iter(self._nodes)

    def line_of(self, entry: str) -> int:
        """Line of an entry; of the mapping when it is not there."""
        return self._lines.get(entry, self.line)

    def refuse_unknown(self, known: Iterable[str]) -> None:
        """A fault for each entry that is not one of those, with what may stand there."""
        allowed = list(known)
        for entry in self._nodes:
            if entry not in allowed:
                told = f": entries here are {', '.join(allowed)}" if allowed else ": nothing may stand here"
                self.faults.add(
                    self.line_of(entry), f"unknown entry `{entry}`{nearest(entry, allowed)}{told}"
                )

    def holds(self, entry: str) -> bool:
        """Whether there is anything under the entry."""
        node = self._nodes.get(entry)
        return bool(node is not None and node.value)

    def is_mapping(self, entry: str) -> bool:
        """Whether the entry has entries of its own."""
        return isinstance(self._nodes.get(entry), yaml.MappingNode)

    def text(self, entry: str) -> str:
        """The text of a plain entry; a fault when it is a list or mapping."""
        node = self._nodes.get(entry)
        if isinstance(node, yaml.ScalarNode):
            return str(node.value)
        if node is not None:
            self.faults.add(self.line_of(entry), f"`{entry}` must be plain text")
        return ""

    def texts(self, entry: str) -> tuple[str, ...]:
        """A list of texts; one plain text counts as a list of one."""
        node = self._nodes.get(entry)
        if node is None:
            return ()
        if isinstance(node, yaml.ScalarNode):
            return (str(node.value),)
        if isinstance(node, yaml.SequenceNode) and all(isinstance(n, yaml.ScalarNode) for n in node.value):
            return tuple(str(each.value) for each in node.value)
        self.faults.add(self.line_of(entry), f"`{entry}` must be plain text or a list of plain texts")
        return ()

    def lists(self, entry: str) -> list[tuple[str, ...]]:
        """A list of lists of texts; a fault when it is none."""
        node = self._nodes.get(entry)
        lists = node.value if isinstance(node, yaml.SequenceNode) else []
        found = [each.value for each in lists if isinstance(each, yaml.SequenceNode)]
        texts = all(isinstance(one, yaml.ScalarNode) for each in found for one in each)
        if isinstance(node, yaml.SequenceNode) and len(found) == len(lists) and texts:
            return [tuple(str(one.value) for one in each) for each in found]
        self.faults.add(self.line_of(entry), f"`{entry}` must be a list of lists of plain texts")
        return []

    def choice(self, entry: str, choices: Iterable[str], default: str) -> str:
        """One of the choices; the default when it is not there and, with a fault, when it is another."""
        text, known = self.text(entry) if entry in self else default, list(choices)
        if text in known:
            return text
        self.faults.add(
            self.line_of(entry), f"`{entry}` must be one of {', '.join(known)}{nearest(text, known)}"
        )
        return default

    def flag(self, entry: str, *, default: bool = False) -> bool:
        """Whether the entry is `true`; the default when it is not there or, with a fault, something else.

        Example:
            >>> compose("a.yaml", b"open: true", raising=UsageError, faults=Faults()).flag("open")
            True
        """
        return self.choice(entry, ("true", "false"), "true" if default else "false") == "true"

    def zone(self, entry: str) -> ZoneInfo:
        """The time zone of that name: London's when there is none, UTC, with a fault, when it is unknown.

        Example:
            >>> compose("a.yaml", b"zone: Europe/Paris", raising=UsageError, faults=Faults()).zone("zone").key
            'Europe/Paris'
        """
        try:
            return ZoneInfo(self.text(entry) if entry in self else "Europe/London")
        except (ZoneInfoNotFoundError, ValueError, OSError):
            near = nearest(self.text(entry), available_timezones())
            self.faults.add(
                self.line_of(entry),
                f"`{entry}` is not a name of the tz database, such as Europe/London{near}",
            )
            return ZoneInfo("UTC")

    def mapping(self, entry: str) -> Declared | None:
        """The mapping under an entry; a fault when it is none."""
        node = self._nodes.get(entry)
        if isinstance(node, yaml.MappingNode):
            return Declared(node, self.faults)
        self.faults.add(self.line_of(entry), f"`{entry}` must be a mapping")
        return None

    def mappings(self, entry: str) -> list[Declared]:
        """A list of mappings; a fault when it is none."""
        node = self._nodes.get(entry)
        if isinstance(node, yaml.SequenceNode) and all(isinstance(n, yaml.MappingNode) for n in node.value):
            return [Declared(each, self.faults) for each in node.value]
        self.faults.add(self.line_of(entry), f"`{entry}` must be a list of mappings")
        return []

    def nullable(self, entry: str) -> str | None:
        """The text of an entry, None where YAML's null was written without quotes."""
        node = self._nodes.get(entry)
        if isinstance(node, yaml.ScalarNode) and node.style is None and node.value in _NULLS:
            return None
        return self.text(entry)
