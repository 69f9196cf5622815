"""Which model is in force: one trained here and put into the data folder, else the one that ships.

Which decides is learnt on from it in the area.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from mast_resolver.errors import ModelFileError
from mast_resolver.model import Model, parse_model, read_model
from mast_resolver.records import Kind

FOLDER = "models"


def model_file(data: Path, kind: Kind) -> Path:
    """Where a model of one's own lies."""
    return data / FOLDER / f"{kind.value}.json"


def deciding_models(data: Path, rows: Iterable[Mapping[str, Any]]) -> list[Model]:
    """The models that decide who is who, of people and addresses; ``rows`` are of ``read.deciding_models``.

    Of the area once one was learnt: its version and its thresholds are its own. Until then the one that it
    will be learnt on from.

    Raises:
        ModelFileError: a file is damaged, or of another version or kind.
    """
    of_area = {row["kind"]: parse_model(row["text"]) for row in rows}
    return [of_area.get(kind.value) or model_in_force(data, kind) for kind in (Kind.PERSON, Kind.ADDRESS)]


def model_in_force(data: Path, kind: Kind) -> Model:
    """The model for one kind of record.

    Raises:
        ModelFileError: the file in the data folder is damaged, or of another version or kind.
    """
    path = model_file(data, kind)
    if not path.exists():
        return read_model(kind.value)
    try:
        model = parse_model(path.read_text("utf-8"))
    except (OSError, UnicodeDecodeError):
        raise ModelFileError("the model file in the data folder cannot be read", fix="train again") from None
    if model.kind is not kind:
        raise ModelFileError("the model file in the data folder is of another kind", fix="train again")
    return model
