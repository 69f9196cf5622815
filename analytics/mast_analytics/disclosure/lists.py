"""Groups that people fall into, as a list that is covered: what is rare is one group."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from mast_analytics.disclosure.policies import Policy
from mast_analytics.disclosure.tables import Table, protect

RARER: Final = "(rarer)"
NOBODY: Final = "(nobody)"


@dataclass(frozen=True, slots=True)
class Listed:
    """Names of groups, with one place more for the total."""

    names: tuple[str, ...]
    table: Table


def listed(counts: Mapping[str, int], policy: Policy, *, folded: bool = True) -> Listed:
    """How many people are in each group, everybody in one.

    What the policy would hide is put together, so that a mark does not tell that there is such a group; with
    ``folded`` false groups are of a kind that everybody knows, and each is listed.

    Example:
        >>> from mast_analytics.disclosure.policies import policy
        >>> found = listed({"up": 40, "up, down": 20, "died": 5, "up, died": 4}, policy("nhs"))
        >>> found.names, found.table.marked().tolist()
        (('up', 'up, down', '(rarer)'), [40, 20, 10, 70])
    """
    rare = [name for name, count in counts.items() if folded and 0 < count <= policy.threshold]
    shown = {name: count for name, count in counts.items() if name not in rare and (count or not folded)}
    if rare:
        shown[RARER] = sum(counts[name] for name in rare)
    shown = shown or {NOBODY: 0}
    return Listed(tuple(shown), protect(list(shown.values()), policy))
