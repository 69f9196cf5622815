"""What became of a household, from rows to GraphQL types and sentences."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from strawberry import ID

from mast_api.asking import Asking
from mast_api.schema import network_types as t
from mast_graph.household_links import PATH_LINKS, HouseholdPath, PathLink, household_path
from mast_resolver.household_path import Change

SAYS: Final = {
    Change.MOVED: "All who lived there moved, and nobody else came.",
    Change.SPLIT: "Some of those who lived there left and formed a household of their own.",
    Change.JOINED: "They came to people who lived there already.",
    Change.REFORMED: "A household formed anew: with others who came at the same time, or after a break.",
}


async def path_of(asking: Asking, household: str) -> t.HouseholdPath:
    """The path of a household that is in the answer already."""
    path = await household_path(asking.services.store, [household], now=asking.now, as_of=asking.now)
    for found in path.links:
        link = found.link
        asking.answer_with("households", [link.earlier, link.later])
        for named in (link.people, link.stayed, link.met, link.beside):
            asking.answer_with("people", named)
    return t.HouseholdPath(
        earlier=[_link(each) for each in path.links if not each.forward],
        later=[_link(each) for each in path.links if each.forward],
        not_shown=list(_not_shown(path)),
    )


def _link(found: PathLink) -> t.HouseholdLink:
    link = found.link
    went = len(link.people)
    return t.HouseholdLink(
        change=t.HouseholdChange(link.change.value),
        says=f"{went} {'person' if went == 1 else 'people'} went. {SAYS[link.change]}",
        step=found.step,
        earlier_id=ID(link.earlier),
        later_id=ID(link.later),
        left=link.left,
        arrived=link.at,
        person_ids=[ID(each) for each in link.people],
        stayed_ids=[ID(each) for each in link.stayed],
        met_ids=[ID(each) for each in link.met],
        beside_ids=[ID(each) for each in link.beside],
    )


def _not_shown(path: HouseholdPath) -> Iterator[str]:
    for what, counts in (("earlier", path.met_earlier), ("later", path.met_later)):
        for step, met in enumerate(counts, start=1):
            if met > PATH_LINKS:
                yield f"Step {step}: {met} {what} households were met, the latest {PATH_LINKS} are shown."
    if any(each.communal for each in path.links):
        yield "Communal households are shown, but links through them are not followed."
