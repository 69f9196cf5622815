"""Which files of the data folder a backup holds. Everything else stays out, keys above all."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import BinaryIO, Final

from mast_api import migrating, models
from mast_api.audit.segments import opened, read_tail
from mast_api.feeds.register import REGISTER
from mast_api.workspace import AREAS, AUDIT, REJECTS

AUDIT_KEYS: Final = "audit-keys.json"
"""The public keys of the audit log; it is made for the backup, and not a file of the data folder."""

UNLESS_THERE: Final = (REGISTER,)
"""What a restore brings only where there is none: what is expected of agencies today is not set back."""

FOLDERS: Final = (models.FOLDER, migrating.FOLDER, REJECTS)
SWAPPED: Final = ("neo4j", *FOLDERS, AREAS)
"""What a restore puts in place of what is there."""

PIECE: Final = 1 << 20

_STEM = re.escape(Path(AUDIT).stem)
_AUDIT_FILE = re.compile(_STEM + r"(-\d{12})?\.jsonl")
_NAME = re.compile(r"(?:" + "|".join(map(re.escape, FOLDERS)) + r")/[A-Za-z0-9][A-Za-z0-9._-]{0,200}")


def is_audit(name: str) -> bool:
    """Whether a file of a backup belongs to the audit log.

    Example:
        >>> is_audit("audit.jsonl"), is_audit("audit-000000000017.jsonl"), is_audit("audit-key.json")
        (True, True, False)
    """
    return _AUDIT_FILE.fullmatch(name) is not None


def is_kept(name: str) -> bool:
    """Whether a backup holds a file of that name; nothing of another name is ever restored.

    Example:
        >>> is_kept("models/person.json"), is_kept("models/../audit-key.json"), is_kept("audit-key.json")
        (True, False, False)
    """
    return name in (AREAS, AUDIT_KEYS, REGISTER) or is_audit(name) or _NAME.fullmatch(name) is not None


def kept_files(data: Path) -> Iterator[tuple[str, BinaryIO, int]]:
    """Name, open file and how many bytes of it, one after the other; of the log what a seal vouches for.

    Files with names that are not ours are left out.
    """
    with ExitStack() as stack:
        for file in opened(data / AUDIT, stack):
            name = Path(file.name).name
            active = name == Path(AUDIT).name
            size = read_tail(file.fileno()).vouched if active else Path(file.name).stat().st_size
            if size:
                yield name, file, size
    for path in [
        data / AREAS,
        data / REGISTER,
        *(each for folder in FOLDERS for each in sorted((data / folder).glob("*"))),
    ]:
        name = path.relative_to(data).as_posix()
        if path.is_file() and is_kept(name):
            with path.open("rb") as file:
                yield name, file, path.stat().st_size
