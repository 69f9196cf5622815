"""Contact volumes for researchers: counted, covered, remembered, and only then given."""

from __future__ import annotations

from typing import Final

import strawberry

from mast_analytics.area_editions import areas_of
from mast_analytics.disclosure.registers import Content
from mast_analytics.episodes import Episodes
from mast_analytics.release.volumes import Shown, not_whole, shown_volumes
from mast_analytics.volumes import By, contacts_of, volumes
from mast_api.access import Question
from mast_api.asking import Asking
from mast_api.research.figures import Wanted
from mast_api.schema import research_args
from mast_api.schema import research_shape as shape
from mast_api.schema import volume_types as t
from mast_api.schema.research_types import CohortInput
from mast_graph.area_codes import AreasKnown
from mast_resolver.errors import BadRequestError

Info = strawberry.Info[Asking, None]

SAYS: Final = (
    "A contact counts once, whomever it touches. The ratio is of contacts a day; if its interval holds 1, no "
    "change is shown.",
    "There is no interval where one household or two make most of what is counted.",
    "Whether more happened, or more was recorded, these figures cannot say.",
)


@strawberry.type
class VolumesQuery:
    @strawberry.field(
        description="Contacts of the last twelve months beside those of the twelve before, by type, agency "
        "or area, with intervals that allow for clusters."
    )
    async def contact_volumes(
        self,
        info: Info,
        by: t.By = t.VolumesBy.TYPE,
        as_of: t.AsOf = None,
        known_at: t.KnownAt = None,
        policy: t.PolicyName = None,
    ) -> t.ContactVolumes:
        asking = info.context
        cohort = CohortInput(as_of=as_of, known_at=known_at, policy=policy)
        wanted = research_args.wanted(asking, cohort)
        sought = research_args.sought(cohort, volumes_by=by)
        await asking.intend(Question.CONTACT_VOLUMES, sought)
        return await asking.services.research.aside(contact_volumes, asking, wanted, by)


def contact_volumes(asking: Asking, wanted: Wanted, by: t.VolumesBy) -> t.ContactVolumes:
    """Volumes as they may be shown, once whoever is behind them is remembered. Blocking.

    Raises:
        BadRequestError: by area, and no area of any address is known.
        CohortTooCloseError, PolicyMixedError: it may not be given.
    """
    research, policy = asking.services.research, wanted.policy
    found = research.find(wanted)
    history = found.allowed.history
    known = research.areas(wanted.cut_off.recorded) if by is t.VolumesBy.AREA else AreasKnown()
    areas = known.codes
    if by is t.VolumesBy.AREA and not areas:
        raise BadRequestError("no area of any address is known", fix="count by TYPE or AGENCY")
    finest = By.AREA if by is t.VolumesBy.AREA else By.SOURCE
    counted = volumes(history, wanted.cut_off, finest, areas=areas)
    shown = shown_volumes(counted, policy, wider=None if By(by.value) is finest else By(by.value))
    answer = t.ContactVolumes(
        by=by,
        as_of=wanted.cut_off.valid,
        known_at=wanted.cut_off.recorded,
        policy=shape.policy_of(policy),
        before_from=counted.before[0],
        now_from=counted.now[0],
        until=counted.now[1],
        changes=[_change(each) for each in shown.rows],
        total=_change(shown.total),
        withheld=shape.withheld(asking, found.allowed),
        says=[*shape.says(policy), *SAYS, *not_whole(counted, asking.now)],
    )
    cohorts: dict[str, Episodes | Content] = {
        "cohort": found.everybody,
        "contacts": contacts_of(history, wanted.cut_off),
    }
    if areas:
        cohorts["areas"] = contacts_of(history, wanted.cut_off, areas)
    parted = areas_of(history, wanted.cut_off, areas, known.versions) if areas else None
    asking.remembered(research.release(Question.CONTACT_VOLUMES, cohorts, policy, parted))
    return answer


def _change(row: Shown) -> t.VolumeChange:
    return t.VolumeChange(
        name=row.name,
        before=shape.figure(row.before),
        now=shape.figure(row.now),
        ratio=_number(row.ratio),
        low=_number(row.low),
        high=_number(row.high),
        in_part=row.in_part,
    )


def _number(value: float | str | None) -> float | None:
    return None if value is None or isinstance(value, str) else float(value)
