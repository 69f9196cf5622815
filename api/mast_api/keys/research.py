"""Pseudonyms for research: a key branch for each agreement and release, so that no two can be joined."""

from __future__ import annotations

import re
from typing import Final

import networkx as nx

from mast_api.projecting import Projection
from mast_intake.keys import KeyRing
from mast_resolver.errors import UsageError

_RELEASE: Final = re.compile(r"[a-z0-9][a-z0-9.-]{0,60}/[a-z0-9][a-z0-9.-]{0,60}")
_OURS: Final = re.compile(r"([PAH])-.+")
"""People, addresses and households. An agency is named as it is: it is nobody."""


class ResearchIds:
    """The pseudonyms of one release. The same id gives the same one, in this release and in no other.

    Example:
        >>> keys = KeyRing({1: bytes(32)}, current=1)
        >>> autumn = ResearchIds(keys, "mash-2026/2026-autumn")
        >>> autumn.pseudonym("P-1") == autumn.pseudonym("P-1") != "P-1"
        True
        >>> autumn.pseudonym("P-1") == ResearchIds(keys, "mash-2026/2027-spring").pseudonym("P-1")
        False
        >>> autumn.pseudonym("police")
        'police'
    """

    def __init__(self, keys: KeyRing, release: str) -> None:
        """Raises:
        UsageError: the release is not written as AGREEMENT/NAME.
        """
        if not _RELEASE.fullmatch(release):
            raise UsageError(
                "the release is not written as AGREEMENT/NAME",
                fix="say for instance mash-2026/2026-autumn: small letters, digits, dots and dashes",
            )
        self.agreement = release.partition("/")[0]
        """Which it is released under."""
        self._mac = keys.id_mac(f"research:{release}")

    def __repr__(self) -> str:
        return "ResearchIds(...)"

    def pseudonym(self, id_: str) -> str:
        """What stands for an id: its kind in a small letter and 32 hexadecimal digits."""
        ours = _OURS.fullmatch(id_)
        if ours is None:
            return id_
        return f"{ours[1].lower()}-{self._mac.digest(id_.encode())[:16].hex()}"

    def renamed(self, projection: Projection) -> Projection:
        """The network under pseudonyms; it is written in their order, which says nothing of the ids."""
        renamed = Projection()
        renamed.not_shown = projection.not_shown
        renamed.graph = nx.relabel_nodes(projection.graph, self.pseudonym, copy=True)
        return renamed
