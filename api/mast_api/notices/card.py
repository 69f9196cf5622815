"""What the card of a shipped model says: its figures and its limits, as they were measured and written."""

from __future__ import annotations

import re
from importlib.resources import files

from mast_resolver.model import Model


def told_by_card(model: Model, section: str) -> str:
    """A section of the card of this model, as one text; empty when the card is of another one.

    Example:
        >>> from mast_resolver.model import read_model
        >>> "father and son" in told_by_card(read_model("person"), "Limits")
        True
    """
    path = files("mast_resolver").joinpath("models", f"{model.kind.value}.md")
    card = path.read_text("utf-8") if path.is_file() else ""
    if model.version not in card.partition("\n")[0]:
        return ""
    found = re.search(rf"^## {section}\n(.*?)(?=^## |\Z)", card, re.MULTILINE | re.DOTALL)
    return found[1].strip() if found else ""
