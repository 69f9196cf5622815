"""Contacts by area under two look-ups of areas: do areas of one differ by few people from those of the other?

Each contact lies in an area of the one and in one of the other. Whoever has both tables can add areas up:
some of the one, less some of the other, is what lies in the one and not in the other. So areas are the
corners of a network, tied by the people whose contacts lie in both: to tell a few people is to cut it where
few tie it. The smallest cut of all is found exactly (Stoer and Wagner 1997, Journal of the ACM 44).
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from typing import Final

import networkx as nx
import numpy as np

from mast_analytics.disclosure.editions import Areas, Codes
from mast_analytics.disclosure.registers import Content
from mast_analytics.episodes import CutOff
from mast_analytics.history import History, Ints
from mast_analytics.volumes import by_area, contacts_of, touched_by, two_years

_KINDS: Final = ("now", "then")
_ROUNDING: Final = 1e-9
"""Parts of people come to whole ones but for this."""


def areas_of(
    history: History, cut_off: CutOff, areas: Mapping[str, str], versions: Mapping[str, str]
) -> Areas:
    """Every version of an address record that is known at the cut-off with its area, for the ledger.

    A version has one postcode: that it is in another area is of the look-up. An address that was put right is
    another version, and a place of its own.

    Example:
        >>> import datetime as dt
        >>> from mast_resolver.known import Known
        >>> now = dt.datetime(2026, 5, 1, tzinfo=dt.UTC)
        >>> areas_of(History(Known()), CutOff(now, now), {"AR-1": "E01000001"}, {"AR-1": "v1"}).codes
        {'AR-1 v1': 'E01000001'}
    """
    return Areas(
        {_place(record, version): areas.get(record, "") for record, version in versions.items()},
        close=partial(_close, history, cut_off, areas),
        content=partial(_content, history, cut_off),
    )


def _place(record: str, version: str) -> str:
    return f"{record} {version}"


def _by_record(then: Codes) -> dict[str, str]:
    """Codes of then by record, of those that had one."""
    return {place.rpartition(" ")[0]: code for place, code in then.items() if code}


def _content(history: History, cut_off: CutOff, then: Codes) -> Content:
    return contacts_of(history, cut_off, _by_record(then))


def _close(history: History, cut_off: CutOff, areas: Codes, then: Codes, threshold: int) -> bool:
    """Whether 1 to ``threshold`` people can be told by areas of now and of then, in either year."""
    (before, now, end), day, counted = two_years(history, cut_off)
    version, who = touched_by(history, cut_off, counted)
    labels = []
    # A place that is new is in no area of then, and in none of now either: it tells nothing of two look-ups.
    there = {place.rpartition(" ")[0] for place in then}
    for codes in ({record: areas[record] for record in there if record in areas}, _by_record(then)):
        _, label = by_area(history, cut_off, codes)
        labels.append(label[version])
    for first, last in ((before, now), (now, end)):
        year = (day[version] >= first) & (day[version] < last)
        if _cut_is_few(labels[0][year], labels[1][year], who[year], threshold):
            return True
    return False


def _cut_is_few(left: Ints, right: Ints, who: Ints, threshold: int) -> bool:
    """Whether a cut of the network of both kinds of area parts it where 1 to so many people tie it.

    Somebody on several ties counts on each for a part of one: a cut is never taken for more people than it
    is of.
    """
    ties = np.unique(np.stack([left, right, who]), axis=1)
    person, many = np.unique(ties[2], return_counts=True)
    share = dict(zip(person.tolist(), (1 / many).tolist(), strict=True))
    network = nx.Graph()
    for one, other, each in ties.T.tolist():
        ends = (_KINDS[0], one), (_KINDS[1], other)
        tied = network.get_edge_data(*ends, default={"weight": 0.0})["weight"]
        network.add_edge(*ends, weight=tied + share[each])
    # An area of exactly the same contacts in both is one group, which each table by itself shows or hides.
    for some in list(nx.connected_components(network)):
        if len(some) == len(_KINDS):
            network.remove_nodes_from(some)
    network = _joined(network, threshold)
    return any(
        len(some) > 1 and nx.stoer_wagner(network.subgraph(some))[0] <= threshold + _ROUNDING
        for some in nx.connected_components(network)
    )


def _joined(network: nx.Graph, threshold: int) -> nx.Graph:
    """With one corner for all that more people tie than would be few: no small cut parts them.

    Nearly every area is one with its like of then, so that little is left to look at.
    """
    while True:
        tied = nx.Graph()
        tied.add_nodes_from(network)
        tied.add_edges_from(
            (one, other) for one, other, of in network.edges(data="weight") if of > threshold + _ROUNDING
        )
        groups = list(nx.connected_components(tied))
        if len(groups) == len(network):
            return network
        number = {corner: place for place, group in enumerate(groups) for corner in group}
        smaller = nx.Graph()
        smaller.add_nodes_from(range(len(groups)))
        for one, other, of in network.edges(data="weight"):
            ends = number[one], number[other]
            if ends[0] != ends[1]:
                before = smaller.get_edge_data(*ends, default={"weight": 0.0})["weight"]
                smaller.add_edge(*ends, weight=before + of)
        network = smaller
