"""By what code an evaluation is worked out: all that its modules import, and no list to be kept by hand."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from functools import cache
from hashlib import blake2b
from pathlib import Path
from typing import Final

import mast_resolver

ROOTS: Final = {
    "mast_analytics": Path(__file__).parents[1],
    "mast_resolver": Path(mast_resolver.__file__).parent,
}
BEGIN: Final = ("mast_analytics.predictors.evaluation", "mast_analytics.release.predictors")
"""What works an evaluation out, and what makes figures of it that may be shown."""


@cache
def code_digest() -> str:
    """Of the text of everything that figures are worked out by: another code is another model."""
    digest = blake2b(digest_size=16)
    for name in sources():
        digest.update(name.encode() + b"\0" + _path(name).read_bytes())
    return digest.hexdigest()


@cache
def sources() -> tuple[str, ...]:
    """Modules that an evaluation rests on, by what they import, in order. Errors work nothing out.

    Example:
        >>> [name for name in sources() if ".release." in name]
        ['mast_analytics.release.predictors']
    """
    found, left = set[str](), list(BEGIN)
    while left:
        name = left.pop()
        if name not in found:
            found.add(name)
            left += _imported(_path(name).read_text("utf-8"))
    return tuple(sorted(found))


def _imported(text: str) -> Iterator[str]:
    """Wherever it is imported, in a function too."""
    for node in ast.walk(ast.parse(text)):
        names = list[str]()
        if isinstance(node, ast.ImportFrom) and node.module:
            names = [node.module, *(f"{node.module}.{each.name}" for each in node.names)]
        elif isinstance(node, ast.Import):
            names = [each.name for each in node.names]
        for name in names:
            if name.split(".")[0] in ROOTS and not name.endswith("errors") and _path(name).is_file():
                yield name


def _path(name: str) -> Path:
    package, _, rest = name.partition(".")
    return ROOTS[package] / (rest.replace(".", "/") + ".py")
