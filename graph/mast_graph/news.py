"""Whether there is news of what may be subscribed to: asked often, by one for all who wait."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum

from mast_graph.read import Reader


class Topic(StrEnum):
    """What there can be news of: the columns of ``read.news``."""

    GLASSES = "glasses"
    DELIVERIES = "deliveries"
    ALERTS = "alerts"


async def read_news(store: Reader) -> Mapping[Topic, str]:
    """Of each topic a text that is another one whenever there is news of it; it says nothing else."""
    row = (await store.read("read.news"))[0]
    return {topic: str(row[topic]) for topic in Topic}
