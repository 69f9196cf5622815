"""What became of a household, from rows to GraphQL types and sentences."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from strawberry import ID

from mast_api.asking import Asking
from mast_api.schema import network_types as t
from mast_api.schema.paging import moment
from mast_graph import network
from mast_graph.network import PATH_LINKS, HouseholdLinkRow, HouseholdPathRow
from mast_resolver.household_path import Change, change_of

SAYS: Final = {
    Change.MOVED: "All who lived there moved, and nobody else came.",
    Change.SPLIT: "Some of those who lived there left and formed a household of their own.",
    Change.JOINED: "They came to people who lived there already.",
    Change.REFORMED: "A household formed anew: with others who came at the same time, or after a break.",
}


async def path_of(asking: Asking, household: str) -> t.HouseholdPath:
    """The path of a household that is in the answer already."""
    row = await network.household_path(asking.services.store, [household], now=asking.now, as_of=asking.now)
    for link in row["links"]:
        asking.answer_with("households", [link["earlier"], link["later"]])
        for named in (link["people"], link["stayed"], link["met"], link["beside"]):
            asking.answer_with("people", named)
    return t.HouseholdPath(
        earlier=[_link(link) for link in row["links"] if not link["forward"]],
        later=[_link(link) for link in row["links"] if link["forward"]],
        not_shown=list(_not_shown(row)),
    )


def _link(row: HouseholdLinkRow) -> t.HouseholdLink:
    # Made of those who may be named, as the link itself was of all: nobody else may show through it.
    change = change_of(
        same_address=row["same_address"],
        stayed=bool(row["stayed"]) or row["earlier_communal"],
        met=bool(row["met"]) or row["later_communal"],
        beside=bool(row["beside"]),
    )
    went = len(row["people"])
    return t.HouseholdLink(
        change=t.HouseholdChange(change.value),
        says=f"{went} {'person' if went == 1 else 'people'} went. {SAYS[change]}",
        step=row["step"],
        earlier_id=ID(row["earlier"]),
        later_id=ID(row["later"]),
        left=moment(row["left"]),
        arrived=moment(row["at"]),
        person_ids=[ID(each) for each in row["people"]],
        stayed_ids=[ID(each) for each in row["stayed"]],
        met_ids=[ID(each) for each in row["met"]],
        beside_ids=[ID(each) for each in row["beside"]],
    )


def _not_shown(row: HouseholdPathRow) -> Iterator[str]:
    for what, counts in (("earlier", row["met_earlier"]), ("later", row["met_later"])):
        for step, met in enumerate(counts, start=1):
            if met > PATH_LINKS:
                yield f"Step {step}: {met} {what} links were met, the latest {PATH_LINKS} are shown."
    if any(each["earlier_communal"] or each["later_communal"] for each in row["links"]):
        yield "Communal households are shown, but links through them are not followed."
