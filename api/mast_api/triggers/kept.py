"""What the file of a rule says that is kept on record."""

from __future__ import annotations

from functools import lru_cache

from mast_analytics.rule import Rule
from mast_analytics.rule_yaml import parse_rule
from mast_resolver.errors import RuleFileError


@lru_cache(maxsize=256)
def kept_rule(ref: str, text: str) -> Rule | None:
    """The rule of a text; nothing where another version of this program wrote it."""
    try:
        return parse_rule(ref, text.encode())
    except RuleFileError:
        return None
