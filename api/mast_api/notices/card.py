"""What the card of a shipped model says: its figures and its limits, as they were measured and written."""

from __future__ import annotations

import re
from importlib.resources import files

from mast_resolver.model import Model


def base_of(model: Model) -> str:
    """Version of the model that this one was learnt on from, or its own.

    Example:
        >>> from dataclasses import replace
        >>> from mast_resolver.model import read_model
        >>> base_of(replace(read_model("person"), version="person-2026-11-28+0a1b2c3d"))
        'person-2026-11-28'
    """
    return model.version.partition("+")[0]


def told_by_card(model: Model, section: str) -> str:
    """A section of the card of this model, or of the one that it was learnt on from in its area, as one text.

    Empty when the card is of another one.

    Example:
        >>> from mast_resolver.model import read_model
        >>> "father and son" in told_by_card(read_model("person"), "Limits")
        True
    """
    path = files("mast_resolver").joinpath("models", f"{model.kind.value}.md")
    card = path.read_text("utf-8") if path.is_file() else ""
    if base_of(model) not in card.partition("\n")[0]:
        return ""
    found = re.search(rf"^## {section}\n(.*?)(?=^## |\Z)", card, re.MULTILINE | re.DOTALL)
    return found[1].strip() if found else ""
