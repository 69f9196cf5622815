"""Which model is in force: one trained here and put into the data folder, else the one that ships."""

from __future__ import annotations

from pathlib import Path

from mast_resolver.errors import ModelFileError
from mast_resolver.model import Model, parse_model, read_model
from mast_resolver.records import Kind

FOLDER = "models"


def model_file(data: Path, kind: Kind) -> Path:
    """Where a model of one's own lies."""
    return data / FOLDER / f"{kind.value}.json"


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
