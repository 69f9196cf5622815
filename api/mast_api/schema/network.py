"""The root fields about what ties households and people."""

from __future__ import annotations

import datetime as dt
from typing import Annotated, Final

import strawberry
from strawberry import ID

from mast_api.access import Question
from mast_api.asking import Asking
from mast_api.limits import FIRST_MOST
from mast_api.schema import chains, extracts, ids, networks, paging, shape
from mast_api.schema import network_types as t
from mast_api.schema.paging import in_utc
from mast_graph import network
from mast_resolver.errors import BadRequestError

Info = strawberry.Info[Asking, None]

DEEPEST: Final = 4
LONGEST: Final = 4

HouseholdId = Annotated[ID, strawberry.argument(name="id", description="The id of a household.")]
PersonId = Annotated[ID, strawberry.argument(description="The id of a person.")]
ForResearch = Annotated[
    str | None,
    strawberry.argument(
        description="An agreement that serves research: only people of whom something is shared under it, "
        "and nobody who objects to research, as a release has to."
    ),
]
AsOf = Annotated[
    dt.datetime | None,
    strawberry.argument(description="The moment of which the answer is; now when left out."),
]


@strawberry.type
class NetworkQuery:
    @strawberry.field(description="Households linked by people who belonged to both, 1 to 4 steps away.")
    async def household_network(
        self, info: Info, id_: HouseholdId, depth: int = 2, as_of: AsOf = None
    ) -> t.HouseholdNetwork:
        asking, scope, wanted = info.context, paging.scope(info.context), ids.entity_ids(id_)
        moment = _moment(asking, as_of)
        if not 1 <= depth <= DEEPEST:
            raise BadRequestError(f"depth is not from 1 to {DEEPEST}", fix="go on from a household found")
        await asking.intend(Question.HOUSEHOLD_NETWORK, {"ids": wanted})
        row = await network.household_network(asking.services.store, scope, wanted, depth=depth, as_of=moment)
        networks.note(asking, row)
        return networks.network(row, scope, shape.duty_team(asking.services.settings), moment)

    @strawberry.field(
        description="The shortest chains between two people: through households and addresses they shared, "
        "or one contact that touched both, up to `most` steps (1 to 4)."
    )
    async def paths_between(
        self, info: Info, left: PersonId, right: PersonId, most: int = LONGEST, as_of: AsOf = None
    ) -> t.PathsBetween:
        asking, scope = info.context, paging.scope(info.context)
        wanted = [str(ids.person_id(each)) for each in (left, right)]
        moment = _moment(asking, as_of)
        if wanted[0] == wanted[1]:
            raise BadRequestError("left and right are one person", fix="name two people")
        if not 1 <= most <= LONGEST:
            raise BadRequestError(f"most is not from 1 to {LONGEST}", fix="go on from a person found")
        await asking.intend(Question.PATHS_BETWEEN, {"ids": wanted})
        row = await network.paths_between(
            asking.services.store, scope, wanted[:1], wanted[1:], most=most, as_of=moment
        )
        duty = shape.duty_team(asking.services.settings)
        answer, named = chains.paths(row, scope, duty, most=most, as_of=moment)
        asking.answer_with("people", named)
        ties = [tie for chain in answer.chains for step in chain.steps for tie in step.ties]
        for tie in ties:
            asking.answer_with(_NOTED[tie.kind], [tie.via_id])
        shown = {str(tie.via_id) for tie in ties}
        whose = [tie["agency"] for tie in row["ties"] if tie["via"] in shown]
        asking.answer_with("agencies", [agency for agency in whose if agency])
        return answer

    @strawberry.field(
        description="All households in the order of their ids, for a projection of the whole network: for "
        "enquiries only. At most 100 a page; no contact is listed, only which agencies know somebody."
    )
    async def network_extract(
        self,
        info: Info,
        first: int = FIRST_MOST,
        after: ID | None = None,
        as_of: AsOf = None,
        for_research_under: ForResearch = None,
    ) -> t.NetworkExtract:
        asking, scope = info.context, paging.scope(info.context)
        moment = _moment(asking, as_of)
        paging.check_page_size(first)
        begin = ids.entity_ids(after)[0] if after is not None else ""
        under = ids.agreement_id(for_research_under) if for_research_under is not None else ""
        await asking.intend(
            Question.NETWORK_EXTRACT, {"after": [begin] if begin else [], "under": [under] if under else []}
        )
        row = await network.network_extract(
            asking.services.store, scope, after=begin, first=first, as_of=moment, under=under
        )
        duty = shape.duty_team(asking.services.settings)
        answer = extracts.extract(row, scope, duty, first=first, as_of=moment, under=under)
        extracts.note(asking, answer)
        return answer


_NOTED: Final = {
    t.TieKind.HOUSEHOLD: "households",
    t.TieKind.ADDRESS: "addresses",
    t.TieKind.CONTACT: "contacts",
}


def _moment(asking: Asking, as_of: dt.datetime | None) -> dt.datetime:
    """The moment asked about.

    Raises:
        BadRequestError: it lies ahead: what is on record about later is not known yet.
    """
    if as_of is None:
        return asking.now
    moment = in_utc(as_of)
    if moment > asking.now:
        raise BadRequestError("asOf lies ahead", fix="give a moment that has been, or leave it out")
    return moment
