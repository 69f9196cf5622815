"""What a gazetteer ties together: each record to the one property that it fits, whatever else lies there.

A property is how an address truly reads, so a record is weighed against it alone. By the average over all
records of an address, a record that says little, or says it badly, would be kept out by others that do: one
with nothing but its property's number, for instance.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from mast_resolver.cluster import Groups, Pair, contract


def ties(
    edges: Mapping[Pair, int],
    properties: Sequence[int],
    *,
    must: Iterable[Pair],
    cannot: Iterable[Pair],
    margin: int,
    join_at: int,
) -> list[Pair]:
    """Pairs of positions of a region that are one: names of one property, and a record and its property.

    ``properties`` has for each position the number of the property, 0 for a record of an agency. What a
    steward ties together goes together, to the property that some part of it fits best; it is tied to none
    if another fits it as well but for ``margin``. What a steward keeps apart is never tied to one.

    Example:
        >>> found = {(0, 2): 9_000, (1, 2): 8_000, (1, 3): 7_500}
        >>> ties(found, [0, 0, 70, 72], must=(), cannot=(), margin=2_000, join_at=5_000)
        [(0, 2)]
    """
    first: dict[int, int] = {}
    made: list[Pair] = []
    for position, number in enumerate(properties):
        if number and first.setdefault(number, position) != position:
            made.append((first[number], position))
    if not first:
        return []
    groups = contract(len(properties), must)
    of = {position: number for number, group in enumerate(groups) for position in group}
    barred = _barred(cannot, of)
    found: list[tuple[int, int, int]] = []
    for number, fits in _fits(edges, properties, groups, of).items():
        ranked = sorted((-weight, first[name]) for name, weight in fits.items())
        ranked = [each for each in ranked if of[each[1]] not in barred.get(number, ())]
        if not ranked or -ranked[0][0] < join_at:
            continue
        near = len(ranked) > 1 and -ranked[1][0] >= join_at - margin and ranked[1][0] - ranked[0][0] < margin
        if not near:
            found.append((*ranked[0], number))
    tied: dict[int, set[int]] = {}
    for _, at, number in sorted(found):
        beside = tied.setdefault(at, set())
        if beside.isdisjoint(barred.get(number, ())):
            beside.add(number)
            made.append((min(groups[number][0], at), max(groups[number][0], at)))
    return made


def settled(groups: Groups, properties: Sequence[int]) -> bool:
    """Every group holds a property: no two of them can be joined any more."""
    return all(any(properties[position] for position in group) for group in groups)


def _fits(
    edges: Mapping[Pair, int], properties: Sequence[int], groups: Groups, of: Mapping[int, int]
) -> dict[int, dict[int, int]]:
    """For each group without a property, what the properties that evidence ties it to weigh at most."""
    fits: dict[int, dict[int, int]] = {}
    holds = [any(properties[position] for position in group) for group in groups]
    for (left, right), weight in edges.items():
        for record, at in ((left, right), (right, left)):
            number, name = of[record], properties[at]
            if name and not holds[number]:
                beside = fits.setdefault(number, {})
                beside[name] = max(weight, beside.get(name, weight))
    return fits


def _barred(cannot: Iterable[Pair], of: Mapping[int, int]) -> dict[int, set[int]]:
    barred: dict[int, set[int]] = {}
    for left, right in cannot:
        barred.setdefault(of[left], set()).add(of[right])
        barred.setdefault(of[right], set()).add(of[left])
    return barred
