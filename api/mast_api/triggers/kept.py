"""What the file of a rule says that is kept on record."""

from __future__ import annotations

from functools import lru_cache

from mast_analytics.rule import Rule
from mast_analytics.rule_yaml import parse_rule
from mast_resolver.errors import RuleFileError


@lru_cache(maxsize=256)
def rule_of(ref: str, text: str) -> Rule:
    """The rule of a text; to read one takes longer than to work most notes of changes out.

    Raises:
        RuleFileError: another version of this program wrote it.
    """
    return parse_rule(ref, text.encode())


def kept_rule(ref: str, text: str) -> Rule | None:
    """The same; nothing where another version of this program wrote it."""
    try:
        return rule_of(ref, text)
    except RuleFileError:
        return None
