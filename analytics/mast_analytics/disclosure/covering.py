"""What has to be hidden beside small cells, so that sums of what is shown do not tell them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import compress, product

import numpy as np
from numpy.typing import NDArray

from mast_analytics.disclosure.policies import Bools, Ints, Policy

Cell = tuple[int, ...]
Moved = tuple[Cell, int, int]
"""A cell, and how many more and how many fewer people it has to be able to hold."""


def with_totals(inner: Ints, total: Callable[..., Ints] = np.sum) -> Ints:
    """A table with a place more along each axis, for what the others come to.

    Example:
        >>> with_totals(np.array([[1, 2], [3, 4]])).tolist()
        [[1, 2, 3], [3, 4, 7], [4, 6, 10]]
    """
    full = inner
    for axis in range(inner.ndim):
        full = np.concatenate([full, total(full, axis=axis, keepdims=True)], axis=axis)
    return full


def covered(full: Ints, unsafe: Bools, fixed: Bools, policy: Policy) -> Bools:
    """The unsafe cells, and for each the cheapest box that covers it, or the cheapest lines; else everything.

    ``full`` has its totals, ``fixed`` cells are known to everybody.

    Example:
        >>> from mast_analytics.disclosure.policies import policy
        >>> full = with_totals(np.array([[3, 40], [50, 60]]))
        >>> covered(full, full == 3, full < 0, policy("nhs")).tolist()
        [[True, True, False], [True, True, False], [False, False, False]]
    """
    hidden, over = unsafe.copy(), policy.threshold + 1
    cells = tuple(slice(-1) for _ in full.shape)
    # A total of three hidden counts is at least three times what one mark can mean.
    least = with_totals(np.where(full[cells] > 0, policy.floor, 0))
    # The smallest first: what covers them often covers the others too.
    order = np.flatnonzero(unsafe)
    for flat in order[np.argsort(full.ravel()[order], kind="stable")].tolist():
        cell = tuple(int(each) for each in np.unravel_index(flat, full.shape))
        value = int(full[cell])
        up = over - value if value < over else over
        down = min(value - int(least[cell]), over)
        cover = _box(full, hidden, fixed, cell, up, down, policy)
        cover = cover or _lines(full, hidden, fixed, cell, up, down, policy)
        if cover is None:
            return np.ones_like(hidden)
        for each in cover:
            hidden[each] = True
    return hidden


def _box(
    full: Ints, hidden: Bools, fixed: Bools, cell: Cell, up: int, down: int, policy: Policy
) -> list[Cell] | None:
    """Corners of the cheapest box around which enough people can be moved."""
    return _cheapest(full, hidden, fixed, [(cell, up, down)], range(full.ndim), policy)


def _lines(
    full: Ints, hidden: Bools, fixed: Bools, cell: Cell, up: int, down: int, policy: Policy
) -> list[Cell] | None:
    """For a total, whose parts are too small for one box: they go down with it together, and lines beside it
    go the other way. Cells of the cheapest such lines.

    A row with its total, say, and another row: what leaves one cell of it comes to the cell below.
    """
    along = [axis for axis, place in enumerate(cell) if place == full.shape[axis] - 1]
    if len(along) != 1 or full.ndim == 1:
        return None
    (axis,) = along
    parts = [(*cell[:axis], place, *cell[axis + 1 :]) for place in range(cell[axis])]
    parts = [each for each in parts if full[each] > 0 and hidden[each] and not fixed[each]]
    falls = _taken(down, [int(full[each]) - policy.floor for each in parts])
    if falls is None:
        return None
    # Where most is, one more is told the least from what was there.
    most = max(range(len(parts)), key=lambda place: int(full[parts[place]]), default=0)
    rises = [up if place == most else 0 for place in range(len(parts))]
    line = [each for each in zip(parts, rises, falls, strict=True) if any(each[1:])] + [(cell, up, down)]
    return _cheapest(full, hidden, fixed, line, [each for each in range(full.ndim) if each != axis], policy)


def _cheapest(
    full: Ints, hidden: Bools, fixed: Bools, line: Sequence[Moved], across: Sequence[int], policy: Policy
) -> list[Cell] | None:
    """The cells of a line and of those beside it, along some axes, that it costs least to hide anew.

    What a cell of the line gives or takes, its like in each line beside takes or gives: every sum along those
    axes stays.
    """
    start = line[0][0]
    others = [np.delete(np.arange(full.shape[axis]), start[axis]) for axis in across]
    shape = tuple(len(each) for each in others)
    still = tuple(axis for axis in range(full.ndim) if axis not in across)
    cost, fits = np.zeros(shape), np.ones(shape, np.bool_)
    for cell, up, down in line:
        own = _sign(np.ix_(*([place] for place in cell)), full.shape)
        for to in filter(None, _subsets(across)):
            beside = {axis: other for axis, other in zip(across, others, strict=True) if axis in to}
            where = np.ix_(*(beside.get(axis, [place]) for axis, place in enumerate(cell)))
            amount, gone = np.squeeze(full[where], still), np.squeeze(hidden[where], still)
            falls = np.squeeze(_sign(where, full.shape) * own, still) * (-1) ** len(to) < 0
            # What is below the floor is shown by the policy, and must not be taken for cover.
            fits &= ~np.squeeze(fixed[where], still) & (amount - np.where(falls, up, down) >= policy.floor)
            cost = cost + np.where(gone, 0, 1 + np.log1p(amount))
    if not fits.any():
        return None
    best = np.unravel_index(int(np.argmin(np.where(fits, cost, np.inf))), shape)
    far = {axis: int(other[place]) for axis, other, place in zip(across, others, best, strict=True)}
    return [
        tuple(far[axis] if axis in to else place for axis, place in enumerate(cell))
        for cell, _, _ in line
        for to in _subsets(across)
    ]


def _subsets(axes: Sequence[int]) -> list[set[int]]:
    return [set(compress(axes, flips)) for flips in product((False, True), repeat=len(axes))]


def _taken(down: int, able: Sequence[int]) -> list[int] | None:
    """How much of it each part gives, the first ones first; ``None`` if all together cannot."""
    taken = list[int]()
    for each in able:
        taken.append(min(each, down - sum(taken)))
    return taken if sum(taken) == down else None


def _sign(where: tuple[NDArray[np.int64], ...], shape: tuple[int, ...]) -> Ints:
    """-1 for a total, once for each axis: so signed, every line of the table comes to nought."""
    signs = [np.where(index == size - 1, -1, 1) for index, size in zip(where, shape, strict=True)]
    product_of_all: Ints = np.prod(np.broadcast_arrays(*signs), axis=0).astype(np.int64)
    return product_of_all
