"""Reports and exports on their way to publication: kept as they are until somebody else has approved them."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

from mast_api.research.counting import Counting
from mast_graph.area_codes import AreasKnown
from mast_graph.files import write_private
from mast_graph.research_releases import Proposed
from mast_resolver.errors import UsageError

FILES: Final = "files"


def propose_files(
    of: Counting,
    question: str,
    files: Mapping[str, bytes],
    *,
    by: str,
    said: Mapping[str, object],
    areas: AreasKnown | None = None,
    shapes: Mapping[str, str] | None = None,
) -> Proposed:
    """Put files forward, once they are remembered; they wait for somebody else than ``by``.

    ``areas`` where contacts are counted by area in them, ``shapes`` of people where a network is.

    Raises:
        CohortTooCloseError, PolicyMixedError, LedgerChangedError, LedgerBehindError: they may not leave.
        LeaseHeldError: another writer is at work, so that nothing can be noted.
    """
    of.remember(question, by=by, said={**said, "proposed": True}, areas=areas, shapes=shapes)
    asked = [f"as_of {of.cut_off.valid.date()}", *(f"{name} {value}" for name, value in said.items())]
    content = {FILES: {name: base64.b64encode(each).decode() for name, each in files.items()}}
    return of.releasing.propose(question, asked, of.policy.name, content, by=by)


def files_of(figures: Mapping[str, Any]) -> dict[str, bytes]:
    """The files of a release; none where it is the answer to a question.

    Example:
        >>> files_of({"files": {"report.html": "PHA+"}}), files_of({"steps": {}})
        ({'report.html': b'<p>'}, {})
    """
    try:
        return {name: base64.b64decode(each, validate=True) for name, each in figures.get(FILES, {}).items()}
    except binascii.Error:
        raise UsageError("a file of this release is damaged", fix="propose it anew") from None


def write_files(folder: Path, files: Mapping[str, bytes]) -> None:
    """Each file by its name, for its owner alone.

    Raises:
        UsageError: a name leads elsewhere, or something lies in the folder.
    """
    if any(Path(name).name != name for name in files) or (folder.exists() and any(folder.iterdir())):
        raise UsageError("the folder of --out is not empty, or a name leads out of it", fix="name a new one")
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    for name, content in files.items():
        write_private(folder.absolute() / name, content)
