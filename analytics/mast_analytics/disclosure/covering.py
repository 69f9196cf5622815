"""What has to be hidden beside small cells, so that sums of what is shown do not tell them."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from itertools import product

import numpy as np
from numpy.typing import NDArray

from mast_analytics.disclosure.policies import Bools, Ints, Policy

Cell = tuple[int, ...]


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
    """Corners of the box with the least to hide anew around which enough people can be moved."""
    others = [np.delete(np.arange(size), place) for size, place in zip(full.shape, cell, strict=True)]
    shape = tuple(len(each) for each in others)
    cost, fits = np.zeros(shape), np.ones(shape, np.bool_)
    for flips in product((False, True), repeat=full.ndim):
        if not any(flips):
            continue
        where = np.ix_(
            *(o if flip else np.array([p]) for o, p, flip in zip(others, cell, flips, strict=True))
        )
        amount, gone = full[where], hidden[where]
        falls = (_sign(where, full.shape) * _sign(np.ix_(*([p] for p in cell)), full.shape)
                 * (-1) ** sum(flips)) < 0  # fmt: skip
        # What is below the floor is shown by the policy, and must not be taken for cover.
        fits &= ~fixed[where] & (amount - np.where(falls, up, down) >= policy.floor)
        cost = cost + np.where(gone, 0, 1 + np.log1p(amount))
    if not fits.any():
        return None
    best = np.unravel_index(int(np.argmin(np.where(fits, cost, np.inf))), shape)
    far = tuple(int(each[place]) for each, place in zip(others, best, strict=True))
    return [
        tuple(f if flip else p for p, f, flip in zip(cell, far, flips, strict=True))
        for flips in product((False, True), repeat=full.ndim)
    ]


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
    parts = [_moved(cell, {axis: place}) for place in range(cell[axis])]
    parts = [each for each in parts if full[each] > 0 and hidden[each] and not fixed[each]]
    falls = _taken(down, [int(full[each]) - policy.floor for each in parts])
    if falls is None:
        return None
    # Where most is, one more is told the least from what was there.
    most = max(range(len(parts)), key=lambda place: int(full[parts[place]]), default=0)
    rises = [up if place == most else 0 for place in range(len(parts))]
    line = [each for each in zip(parts, rises, falls, strict=True) if any(each[1:])] + [(cell, up, down)]
    across = [each for each in range(full.ndim) if each != axis]
    best: tuple[float, list[Cell]] | None = None
    for far in product(*(np.delete(np.arange(full.shape[each]), cell[each]).tolist() for each in across)):
        cost, cells = 0.0, [each for each, _, _ in line]
        for flips in product((False, True), repeat=len(across)):
            to = {each: place for each, place, flip in zip(across, far, flips, strict=True) if flip}
            if to:
                cost += _beside(full, hidden, fixed, line, to, sum(flips), policy, cells)
        if np.isfinite(cost) and (best is None or cost < best[0]):
            best = cost, cells
    return None if best is None else best[1]


def _beside(
    full: Ints,
    hidden: Bools,
    fixed: Bools,
    line: Sequence[tuple[Cell, int, int]],
    to: Mapping[int, int],
    flips: int,
    policy: Policy,
    cells: list[Cell],
) -> float:
    """What it costs to hide one line beside; its cells are added. Infinite if it cannot take what moves."""
    cost = 0.0
    for own, up, down in line:
        other = _moved(own, to)
        falls = _sign_of(other, full.shape) * _sign_of(own, full.shape) * (-1) ** flips < 0
        if fixed[other] or full[other] - (up if falls else down) < policy.floor:
            return np.inf
        cost += 0.0 if hidden[other] else 1 + float(np.log1p(full[other]))
        cells.append(other)
    return cost


def _taken(down: int, able: Sequence[int]) -> list[int] | None:
    """How much of it each part gives, the first ones first; ``None`` if all together cannot."""
    taken = list[int]()
    for each in able:
        taken.append(min(each, down - sum(taken)))
    return taken if sum(taken) == down else None


def _moved(cell: Cell, to: Mapping[int, int]) -> Cell:
    return tuple(to.get(axis, place) for axis, place in enumerate(cell))


def _sign_of(cell: Cell, shape: tuple[int, ...]) -> int:
    return int(np.prod([-1 if place == size - 1 else 1 for place, size in zip(cell, shape, strict=True)]))


def _sign(where: tuple[NDArray[np.int64], ...], shape: tuple[int, ...]) -> Ints:
    """-1 for a total, once for each axis: so signed, every line of the table comes to nought."""
    signs = [np.where(index == size - 1, -1, 1) for index, size in zip(where, shape, strict=True)]
    product_of_all: Ints = np.prod(np.broadcast_arrays(*signs), axis=0).astype(np.int64)
    return product_of_all
