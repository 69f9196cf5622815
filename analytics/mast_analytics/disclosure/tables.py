"""Tables of counts: what is too small is hidden, and enough beside it that it cannot be worked out.

Totals count as cells of a table that is one longer along each axis. A small cell is covered when there is a
box of hidden cells with it as one corner, around which so many people can be moved, there and back, that
every sum stays as it is and the cell may be anything from the least a mark can mean to over the threshold
(the hypercube method of Repsilber; Giessing and Repsilber 2002, in Inference Control in Statistical
Databases, LNCS 2316). What is shown is the same in all those worlds, so nobody can tell them apart.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from mast_analytics.disclosure.covering import covered, with_totals
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
    full = with_totals(inner)
    behind = full if people is None else np.asarray(people, np.int64)
    if not 1 <= inner.ndim <= MOST_AXES or not inner.size or behind.shape not in (inner.shape, full.shape):
        raise UsageError("counts are not a table of one to three axes", fix="give a count for every cell")
    if inner.min() < 0 or behind.min() < 0:
        raise UsageError("a count is below nought", fix="count people or contacts")
    never = np.zeros(inner.shape, np.bool_) if impossible is None else np.asarray(impossible, np.bool_)
    if never.shape != inner.shape or inner[never].any():
        raise UsageError("somebody is where nobody can be", fix="mark only cells that are always nought")
    fixed = with_totals((~never).astype(np.int64)) == 0
    if behind.shape == inner.shape:
        behind = with_totals(behind, np.max)
    unsafe = policy.unsafe(full) | policy.unsafe(behind)
    hidden = covered(full, unsafe & ~fixed, fixed, policy)
    values = policy.rounded(full)
    if policy.totals is Totals.OF_SHOWN:
        cells = tuple(slice(-1) for _ in inner.shape)
        values = with_totals(np.where(hidden[cells], 0, values[cells]))
        hidden = with_totals((~hidden[cells]).astype(np.int64)) == 0
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
