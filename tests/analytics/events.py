"""Contacts for rules, drawn at random or made by hand."""

from __future__ import annotations

import datetime as dt

from hypothesis import strategies as st

from mast_analytics.event import Event, GroupBy
from mast_resolver.vocabulary import vocabulary

START = dt.datetime(2026, 3, 20, tzinfo=dt.UTC)
TYPES = (
    "MARAC_REFERRAL", "DOMESTIC_ABUSE_INCIDENT", "WELFARE_CHECK", "WAS_NOT_BROUGHT", "CHILDREN_CONTACT",
    "SECTION_47_ENQUIRY", "LOOKED_AFTER", "MISSING_PERSON", "SAFEGUARDING_CONCERN", "FIRE_INCIDENT",
    "MATERNITY_BOOKING", "SCHOOL_CONCERN", "CHILD_IN_NEED", "CAMHS_REFERRAL",
)  # fmt: skip


def made(id_: str, type_: str, at: dt.datetime, **more: object) -> Event:
    """A contact that touches, unless said otherwise, one of each kind."""
    kind = vocabulary().contact_type(type_)
    said: dict[str, object] = {
        "agency": kind.agency_kind,
        "agency_kind": kind.agency_kind,
        "data_class": kind.data_class,
        "severity": kind.severity,
        "episode": kind.episode,
        "open": kind.episode,
        "groups": {each: {"one": frozenset({"subject"})} for each in GroupBy},
    }
    return Event(id=id_, type=type_, at=at, **(said | more))  # type: ignore[arg-type]


_GROUPS = st.dictionaries(
    st.sampled_from(["p", "q"]), st.sampled_from([frozenset({"subject"}), frozenset({"caller"})]), max_size=2
)


@st.composite
def events(draw: st.DrawFn, ids: str = "abcdefgh") -> Event:
    """Few ids, so that they are corrected; few moments, so that they tie; around a change of the clock."""
    hours = draw(st.integers(0, 12)) * 8 + draw(st.sampled_from([0, 24 * 30, 24 * 90, 24 * 365]))
    at = START + dt.timedelta(hours=hours)
    closed = draw(st.none() | st.integers(-1, 40).map(lambda days: at + dt.timedelta(days=days)))
    return made(
        draw(st.sampled_from(ids)),
        draw(st.sampled_from(TYPES)),
        at,
        severity=draw(st.integers(0, 6)),
        category=draw(st.none() | st.just("self-neglect")),
        closed_at=closed,
        open=closed is None,
        groups={each: draw(_GROUPS) for each in GroupBy},
    )
