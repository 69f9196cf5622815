"""Tables of counts: what is too small is hidden, and enough beside it that it cannot be worked out.

Totals count as cells of a table that is one longer along each axis. A small cell is covered when there is a
box of hidden cells with it as one corner, around which so many people can be moved, there and back, that
every sum stays as it is and the cell may be anything from the least a mark can mean to over the threshold
(the hypercube method of Repsilber; Giessing and Repsilber 2002, in Inference Control in Statistical
Databases, LNCS 2316). What is shown is the same in all those worlds, so nobody can tell them apart.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import product

import numpy as np
from numpy.typing import ArrayLike, NDArray

from mast_analytics.disclosure.policies import Bools, Ints, Policy, Totals
from mast_resolver.errors import UsageError

HIDDEN = "*"
"""What stands for a figure that is not shown: never 0, never nothing."""
MOST_AXES = 3


@dataclass(frozen=True, slots=True)
class Table:
    """A released table under a policy; the last place along each axis is the total.

    ``values`` are rounded and hold -1 where ``hidden``: take ``marked`` to write them anywhere.
    """

    policy: Policy
    values: Ints
    hidden: Bools

    @property
    def cells(self) -> Ints:
        """Without the totals."""
        return self.values[tuple(slice(-1) for _ in self.values.shape)]

    def marked(self) -> NDArray[np.object_]:
        """Figures, and the mark where there is none to be had.

        Example:
            >>> from mast_analytics.disclosure.policies import policy
            >>> protect([3, 9, 40, 100], policy("nhs")).marked().tolist()
            ['*', '*', 40, 100, 150]
        """
        shown = self.values.astype(object)
        shown[self.hidden] = HIDDEN
        return shown

    def per_cent(self, axis: int = -1) -> NDArray[np.object_]:
        """Each figure of its total along an axis, from what is shown only; hidden where either is.

        Of a total that is a sum of shown cells it is a share of what is shown. Above 100 is given as 100:
        parts that were rounded by themselves can come to more than their total.

        Example:
            >>> from mast_analytics.disclosure.policies import policy
            >>> protect([30, 70], policy("nhs")).per_cent().tolist()
            [30.0, 70.0, 100.0]
        """
        whole = np.take(self.values, [-1], axis)
        no_whole = np.broadcast_to(np.take(self.hidden, [-1], axis) | (whole == 0), self.values.shape)
        with np.errstate(divide="ignore", invalid="ignore"):
            shares = np.minimum(100.0, np.round(100 * self.values / whole, 1)).astype(object)
        shares[self.hidden | no_whole] = HIDDEN
        return shares


def protect(
    counts: ArrayLike,
    policy: Policy,
    *,
    people: ArrayLike | None = None,
    impossible: ArrayLike | None = None,
) -> Table:
    """Hide what is small, and what would give it away; round the rest.

    ``people`` says how many different people stand behind each count, if that is fewer than the count: of
    cells, or of cells and totals. Of totals of which it does not say it is taken to be as many as behind the
    cell with most, for they may be the same.

    ``impossible`` cells are known to be nought by whoever knows what is counted: they are shown, and cover
    nothing. Where nothing covers a small cell the whole table is hidden.

    Raises:
        UsageError: negative counts, no cells, over three axes, people for other cells than the counts,
            or somebody in an impossible cell.
    """
    inner = np.asarray(counts, np.int64)
    full = _with_totals(inner)
    behind = full if people is None else np.asarray(people, np.int64)
    if not 1 <= inner.ndim <= MOST_AXES or not inner.size or behind.shape not in (inner.shape, full.shape):
        raise UsageError("counts are not a table of one to three axes", fix="give a count for every cell")
    if inner.min() < 0 or behind.min() < 0:
        raise UsageError("a count is below nought", fix="count people or contacts")
    never = np.zeros(inner.shape, np.bool_) if impossible is None else np.asarray(impossible, np.bool_)
    if never.shape != inner.shape or inner[never].any():
        raise UsageError("somebody is where nobody can be", fix="mark only cells that are always nought")
    fixed = _with_totals((~never).astype(np.int64)) == 0
    if behind.shape == inner.shape:
        behind = _with_totals(behind, np.max)
    unsafe = policy.unsafe(full) | policy.unsafe(behind)
    hidden = _covered(full, unsafe & ~fixed, fixed, policy)
    values = policy.rounded(full)
    if policy.totals is Totals.OF_SHOWN:
        cells = tuple(slice(-1) for _ in inner.shape)
        values = _with_totals(np.where(hidden[cells], 0, values[cells]))
        hidden = _with_totals((~hidden[cells]).astype(np.int64)) == 0
    return Table(policy, np.where(hidden, -1, values), hidden)


def nested(table: Table, parents: Sequence[int]) -> Ints:
    """Rows of wider areas: for each, the sum of what is shown in its parts; -1 where nothing is.

    ``parents`` numbers, from 0, the wider area of each row. Made of published figures only, so that a place
    cannot be worked out from the place it lies in.

    Raises:
        UsageError: not one parent for each row.

    Example:
        >>> from mast_analytics.disclosure.policies import policy
        >>> nested(protect([3, 9, 40, 100], policy("nhs")), [0, 0, 0, 1]).tolist()
        [40, 100]
    """
    inner = table.values[:-1]
    if len(parents) != len(inner):
        raise UsageError("not every row has one wider area", fix="give the number of one for each")
    above = np.asarray(parents)
    shown = np.where(inner < 0, 0, inner)
    rows = []
    for parent in range(int(above.max()) + 1):
        part = above == parent
        rows.append(np.where((inner[part] >= 0).any(axis=0), shown[part].sum(axis=0), -1))
    return np.array(rows, np.int64)


def _with_totals(inner: Ints, total: Callable[..., Ints] = np.sum) -> Ints:
    full = inner
    for axis in range(inner.ndim):
        full = np.concatenate([full, total(full, axis=axis, keepdims=True)], axis=axis)
    return full


def _covered(full: Ints, unsafe: Bools, fixed: Bools, policy: Policy) -> Bools:
    """The unsafe cells, and for each the cheapest box that covers it."""
    hidden, over = unsafe.copy(), policy.threshold + 1
    cells = tuple(slice(-1) for _ in full.shape)
    # A total of three hidden counts is at least three times what one mark can mean.
    least = _with_totals(np.where(full[cells] > 0, policy.floor, 0))
    # The smallest first: what covers them often covers the others too.
    order = np.flatnonzero(unsafe)
    for flat in order[np.argsort(full.ravel()[order], kind="stable")].tolist():
        cell = tuple(int(each) for each in np.unravel_index(flat, full.shape))
        value = int(full[cell])
        up = over - value if value < over else over
        box = _box(full, hidden, fixed, cell, up, min(value - int(least[cell]), over), policy)
        if box is None:
            return np.ones_like(hidden)
        for corner in box:
            hidden[corner] = True
    return hidden


def _box(
    full: Ints, hidden: Bools, fixed: Bools, cell: tuple[int, ...], up: int, down: int, policy: Policy
) -> list[tuple[int, ...]] | None:
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


def _sign(where: tuple[NDArray[np.int64], ...], shape: tuple[int, ...]) -> Ints:
    """-1 for a total, once for each axis: so signed, every line of the table comes to nought."""
    signs = [np.where(index == size - 1, -1, 1) for index, size in zip(where, shape, strict=True)]
    product_of_all: Ints = np.prod(np.broadcast_arrays(*signs), axis=0).astype(np.int64)
    return product_of_all
