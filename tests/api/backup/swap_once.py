"""One swap, to be killed on its way: `python -m tests.api.backup.swap_once DATA [settle]`."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from mast_api.backup import swapping
from mast_api.backup.swapping import OLD, SCRATCH, Swap


def ready(data: Path) -> Swap:
    """A data folder with something old, something restored, and what only one of them has."""
    for folder, word in ((data, "old"), (data / SCRATCH, "new")):
        for name in ("neo4j", "models"):
            (folder / name).mkdir(parents=True)
            (folder / name / "said").write_text(word)
    (data / "areas.sealed").write_text("old")
    (data / SCRATCH / "audit.jsonl").write_text("new")
    (data / "development-key.json").write_text("key")
    return Swap(
        ("neo4j", "models", "audit.jsonl"), ("neo4j", "models", "areas.sealed"), f"{OLD}1", {"id": "b"}
    )


def state(data: Path) -> str:
    """Whether a data folder is as it was, as it should become, or neither."""
    said = {
        str(path.relative_to(data)): path.read_text()
        for path in sorted(data.rglob("*"))
        if path.is_file() and SCRATCH not in str(path) and "restore" not in path.name and OLD not in str(path)
    }
    said.pop("notes", None)
    if said == {
        "neo4j/said": "old",
        "models/said": "old",
        "areas.sealed": "old",
        "development-key.json": "key",
    }:
        return "old"
    new = {"neo4j/said": "new", "models/said": "new", "audit.jsonl": "new", "development-key.json": "key"}
    return "new" if said == new else f"neither: {said}"


def note(data: Path) -> Any:
    """Notes as the audit log would."""

    def noted(entry: Mapping[str, Any]) -> None:
        with (data / "notes").open("a") as file:
            file.write(str(entry["id"]))

    return noted


if __name__ == "__main__":
    folder = Path(sys.argv[1])
    if sys.argv[2:] == ["settle"]:
        swapping.settle(folder, note(folder))
    else:
        with swapping.only_restore(folder):
            swap = ready(folder)
            swapping.begin(folder, swap)
            swapping.finish(folder, swap, note(folder))
