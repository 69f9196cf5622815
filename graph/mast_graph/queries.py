"""Named Cypher: one file a query, with a header that says what goes in and what comes out, and is checked."""

from __future__ import annotations

import difflib
import functools
import re
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import partial
from pathlib import Path
from textwrap import indent
from typing import Final

from mast_resolver.errors import QueryFileError, UnknownNameError

TYPES: Final = frozenset(
    {"string", "integer", "float", "boolean", "bytes", "date", "date-time", "map", "any"}
)
PREFIXES: Final = ("optional ", "list of ")

_PARAM = re.compile(r"param \$(\w+): ([^,]+)(?:, (.+))?")
_COLUMN = re.compile(r"column (\w+): ([^,]+)(?:, (.+))?")
_NOT_CODE = re.compile(r"//[^\n]*|/\*.*?\*/|'(?:\\.|[^'\\])*'|\"(?:\\.|[^\"\\])*\"", re.DOTALL)
_PART = re.compile(r"^( *)// part: (\w+)$", re.MULTILINE)
_USED = re.compile(r"\$([A-Za-z_]\w*)")


class Access(StrEnum):
    """What a query may do; a READ session refuses the rest on the server."""

    READ = "read"
    WRITE = "write"


@dataclass(frozen=True, slots=True)
class Field:
    """A parameter or a column."""

    type: str
    meaning: str

    @property
    def holds_times(self) -> bool:
        """Whether a value may be, or hold, a date or a date-time."""
        return _may_hold_times(self.type)


@functools.cache
def _may_hold_times(kind: str) -> bool:
    return any(name in kind for name in ("date", "map", "any"))


@dataclass(frozen=True, slots=True)
class NamedQuery:
    """One Cypher file."""

    name: str
    description: str
    text: str
    access: Access
    params: Mapping[str, Field]
    columns: Mapping[str, Field]

    def check_params(self, given: Mapping[str, object]) -> None:
        """Refuse a call that names other parameters than the header.

        Raises:
            QueryFileError: a parameter is missing or unknown; values are not shown.
        """
        missing, unknown = self.params.keys() - given.keys(), given.keys() - self.params.keys()
        if missing or unknown:
            raise QueryFileError(
                f"{self.name}: missing parameters {sorted(missing)}, unknown parameters {sorted(unknown)}",
                fix=f"it takes exactly {sorted(self.params)}",
            )


def query(name: str) -> NamedQuery:
    """Load one query by name, ``folder.stem`` of its file.

    Raises:
        UnknownNameError: no such file; the fix offers the nearest name.
        QueryFileError: its header does not fit its text.

    Example:
        >>> query("read.count_nodes").access
        <Access.READ: 'read'>
    """
    return _load(cypher_folder(), name)


def names() -> list[str]:
    """Every query there is, sorted."""
    return _names(cypher_folder())


@functools.cache
def cypher_folder() -> Path:
    """The folder of the Cypher files: inside the installed package, or beside the source roots."""
    here = Path(__file__).resolve().parent
    packaged = here / "_cypher"
    return packaged if packaged.is_dir() else here.parents[1] / "cypher"


@functools.cache
def _load(folder: Path, name: str) -> NamedQuery:
    known = _names(folder)
    if name not in known:
        near = difflib.get_close_matches(name, known, n=1, cutoff=0.0)
        raise UnknownNameError(
            f"no Cypher query is called '{name}'",
            fix=f"did you mean {near[0]}?" if near else "there are none: the cypher folder is empty",
        )
    content = folder.joinpath(*name.split(".")).with_suffix(".cypher").read_text(encoding="utf-8")
    return parse(name, _PART.sub(partial(_part, folder, name), content))


def _part(folder: Path, name: str, asked: re.Match[str]) -> str:
    """The text of a part that several statements share word for word, in the place where one asks for it."""
    path = folder / "part" / f"{asked[2]}.cypher"
    if not path.is_file():
        raise QueryFileError(f"{name}: there is no part {asked[2]}", fix="parts are the files of cypher/part")
    return indent(path.read_text(encoding="utf-8").rstrip("\n"), asked[1])


def _names(folder: Path) -> list[str]:
    return sorted(f"{access}.{path.stem}" for access in Access for path in (folder / access).glob("*.cypher"))


def parse(name: str, content: str) -> NamedQuery:
    """Read a file's header and check it against its text.

    Raises:
        QueryFileError: no access line, a line of unknown form or type, a parameter used but not declared.
    """
    header = _Header(name)
    lines = content.splitlines()
    length = next((at for at, line in enumerate(lines) if not line.startswith("//")), len(lines))
    for line in lines[:length]:
        header.take(line.removeprefix("//").strip())
    text = "\n".join(lines[length:]).strip()
    used = set(_USED.findall(_NOT_CODE.sub(" ", text)))
    if used != header.params.keys():
        raise header.fault(f"parameters used {sorted(used)} are not those declared {sorted(header.params)}")
    if not text or not header.description or header.access is None:
        raise header.fault("it lacks a description, an access line or a statement")
    if name.split(".", maxsplit=1)[0] != header.access:
        raise header.fault(f"its access is {header.access}, its folder says otherwise")
    return NamedQuery(name, " ".join(header.description), text, header.access, header.params, header.columns)


class _Header:
    """The header as far as it was read."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.description: list[str] = []
        self.access: Access | None = None
        self.params: dict[str, Field] = {}
        self.columns: dict[str, Field] = {}

    def take(self, line: str) -> None:
        if line.startswith("access:"):
            access = line.removeprefix("access:").strip()
            if access not in list(Access):
                raise self.fault(f"access is '{access}', not read or write")
            self.access = Access(access)
        elif line.startswith("param "):
            self._add(self.params, _PARAM.fullmatch(line), line)
        elif line.startswith("column "):
            self._add(self.columns, _COLUMN.fullmatch(line), line)
        elif line and self.access is None:
            self.description.append(line)
        elif line:
            raise self.fault(f"header line '{line}' has no known form")

    def fault(self, fact: str) -> QueryFileError:
        return QueryFileError(
            f"{self.name}: {fact}",
            fix="a header is: description, 'access: read', 'param $x: type, meaning', 'column y: type'",
        )

    def _add(self, fields: dict[str, Field], match: re.Match[str] | None, line: str) -> None:
        if match is None:
            raise self.fault(f"header line '{line}' has no known form")
        name, kind, meaning = match[1], match[2].strip(), match[3] or ""
        bare = kind
        while bare.startswith(PREFIXES):
            bare = bare.split(" ", 2)[2] if bare.startswith("list of ") else bare.split(" ", 1)[1]
        if bare not in TYPES or name in fields:
            raise self.fault(f"'{name}: {kind}' is declared twice or has an unknown type")
        fields[name] = Field(kind, meaning)
