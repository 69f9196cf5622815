"""The register of agreements: versions that stay on record, and what is refused."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from tests.builders import NOON

from mast_graph.agreement import Agreement, Term, View
from mast_graph.agreements import (
    Filed,
    agreements,
    end_agreement,
    leave_agreements,
    review_agreement,
    versions_of_agreement,
    write_agreement,
)
from mast_graph.schema import apply_schema
from mast_graph.store import Store
from mast_resolver.errors import AgreementError

MASH = Agreement(
    "mash-2026",
    "MASH",
    ("police", "fire"),
    ("safeguarding-response",),
    (
        Term("police", "Crime and Disorder Act 1998 s115"),
        Term("fire", "Fire and Rescue Services Act 2004 s6", view=View.FULL, months=24),
    ),
    version=1,
    owner="the council",
    starts=dt.date(2026, 1, 1),
    review_by=dt.date(2027, 3, 31),
)
LATER = NOON + dt.timedelta(days=1)
pytestmark = pytest.mark.graph


def filed(store: Store, stated: Agreement, at: dt.datetime = NOON) -> Filed:
    return store.write(lambda tx: write_agreement(tx, stated, at=at))


def terms(store: Store) -> list[dict[str, Any]]:
    with store._session("READ") as session:
        found = session.run(
            "MATCH (t:AgreementTerm) RETURN t.id AS id, t.months AS months, t.latest_months AS latest,"
            " t.parties AS parties ORDER BY id"
        )
        return [dict(each) for each in found]


def test_what_was_stated_is_read_back_as_it_was(store: Store) -> None:
    assert filed(store, MASH) is Filed.NEW
    (entry,) = agreements(store)
    assert (entry.agreement, entry.number, entry.cause, entry.recorded_from) == (MASH, 1, "stated", NOON)
    assert [(each["id"], each["months"], each["latest"]) for each in terms(store)] == [
        ("mash-2026/fire", 24, 12),
        ("mash-2026/police", 12, 12),
    ]


def test_the_same_again_changes_nothing_and_an_older_version_neither(store: Store) -> None:
    filed(store, replace(MASH, version=3))
    assert filed(store, replace(MASH, version=3), LATER) is Filed.UNCHANGED
    assert filed(store, replace(MASH, version=0), LATER) is Filed.UNCHANGED
    assert filed(store, replace(MASH, version=2, parties=("police",)), LATER) is Filed.OLDER
    (entry,) = versions_of_agreement(store, "mash-2026")
    assert (entry.agreement.version, entry.recorded_from) == (3, NOON)


def test_a_change_takes_a_higher_version_and_the_one_before_stays_on_record(store: Store) -> None:
    filed(store, MASH)
    fewer = replace(MASH, terms=MASH.terms[:1])
    with pytest.raises(AgreementError, match="state the change as version 2"):
        filed(store, fewer, LATER)
    assert filed(store, replace(fewer, version=0), LATER) is Filed.NEW
    first, second = versions_of_agreement(store, "mash-2026")
    assert (first.agreement, first.recorded_to) == (MASH, LATER)
    assert second.agreement == replace(fewer, version=2)
    assert [each["id"] for each in terms(store)] == ["mash-2026/police"]


def test_a_review_moves_the_day_and_is_kept_when_the_same_is_stated_again(store: Store) -> None:
    filed(store, MASH)
    next_year = dt.date(2028, 3, 31)
    entry = store.write(lambda tx: review_agreement(tx, "mash-2026", by="dpo", review_by=next_year, at=LATER))
    assert entry.agreement.serves_until == dt.datetime(2028, 3, 31, 23, tzinfo=dt.UTC)  # 1 April in London
    assert filed(store, MASH, LATER) is Filed.UNCHANGED
    (standing,) = agreements(store)
    assert (standing.agreement.review_by, standing.cause, standing.changed_by) == (
        next_year,
        "reviewed",
        "dpo",
    )


@pytest.mark.parametrize(
    ("begins", "utc"),
    [
        (dt.date(2026, 7, 1), dt.datetime(2026, 6, 30, 23, tzinfo=dt.UTC)),
        (dt.date(2026, 3, 29), dt.datetime(2026, 3, 29, tzinfo=dt.UTC)),
        (dt.date(2026, 3, 30), dt.datetime(2026, 3, 29, 23, tzinfo=dt.UTC)),
        (dt.date(2026, 10, 26), dt.datetime(2026, 10, 26, tzinfo=dt.UTC)),
    ],
)
def test_days_begin_and_end_in_london(begins: dt.date, utc: dt.datetime) -> None:
    moment = dt.timedelta(microseconds=1)
    day_before = begins - dt.timedelta(days=1)
    standing = replace(MASH, starts=None, ends=None, review_by=dt.date(2030, 1, 1))
    for ending in (replace(standing, ends=begins), replace(standing, review_by=day_before)):
        assert (ending.serves(utc - moment), ending.serves(utc)) == (True, False)
    starting = replace(standing, starts=begins)
    assert (starting.serves(utc - moment), starting.serves(utc)) == (False, True)


def test_what_was_ended_stays_so_until_a_higher_version_is_stated(store: Store) -> None:
    filed(store, MASH)
    store.write(lambda tx: end_agreement(tx, "mash-2026", by="dpo", at=LATER))
    assert filed(store, MASH, LATER) is Filed.UNCHANGED
    assert agreements(store)[0].agreement.serves_until <= LATER
    assert filed(store, replace(MASH, version=2), LATER) is Filed.NEW
    assert agreements(store)[0].agreement.serves_until > LATER


@pytest.mark.parametrize(
    ("stated", "ended"),
    [
        pytest.param(replace(MASH, review_by=None), ["fire", "police"], id="due for no review"),
        pytest.param(
            replace(MASH, terms=(MASH.terms[0], Term("fire", ""))), ["fire"], id="a class without a gateway"
        ),
    ],
)
def test_what_an_earlier_version_let_serve_is_ended_before_anybody_is_answered(
    store: Store, stated: Agreement, ended: list[str]
) -> None:
    def serving() -> list[str]:
        with store._session("READ") as session:
            found = session.run(
                "MATCH (t:AgreementTerm) WHERE t.serves_until > $at "
                "RETURN t.data_class AS name ORDER BY name",
                at=NOON,
            )
            return [each["name"] for each in found]

    filed(store, stated)
    assert serving() == sorted({"fire", "police"} - set(ended))
    with store._session("WRITE") as session:  # as it was put on record before
        session.run("MATCH (t:AgreementTerm) SET t.serves_until = datetime('9999-12-31')").consume()
    apply_schema(store)
    assert serving() == sorted({"fire", "police"} - set(ended))
    filed(store, replace(MASH, version=2), LATER)
    apply_schema(store)
    assert serving() == ["fire", "police"]


def test_an_agency_that_leaves_is_no_party_to_any(store: Store) -> None:
    filed(store, MASH)
    filed(store, replace(MASH, id="other", parties=("fire", "housing")))
    assert store.write(lambda tx: leave_agreements(tx, "police", by="dpo", at=LATER)) == ["mash-2026"]
    assert {each["id"]: each["parties"] for each in terms(store)} == {
        "mash-2026/fire": ["fire"],
        "mash-2026/police": ["fire"],
        "other/fire": ["fire", "housing"],
        "other/police": ["fire", "housing"],
    }


@pytest.mark.parametrize(
    "change",
    [
        pytest.param(
            lambda tx: review_agreement(tx, "none", by="x", review_by=dt.date(2030, 1, 1), at=NOON),
            id="review",
        ),
        pytest.param(lambda tx: end_agreement(tx, "none", by="x", at=NOON), id="end"),
    ],
)
def test_an_agreement_that_is_not_there_cannot_be_changed(store: Store, change: Callable[..., Any]) -> None:
    filed(store, MASH)
    with pytest.raises(AgreementError, match="there is no agreement none"):
        store.write(change)


def test_a_review_due_in_the_past_is_refused(store: Store) -> None:
    filed(store, MASH)
    with pytest.raises(AgreementError, match="not in the future"):
        store.write(
            lambda tx: review_agreement(tx, "mash-2026", by="dpo", review_by=dt.date(2020, 1, 1), at=NOON)
        )


@pytest.mark.parametrize(
    ("agreement", "on", "says"),
    [
        pytest.param(MASH, dt.datetime(2025, 12, 31, tzinfo=dt.UTC), "serves from 2026-01-01 on", id="early"),
        pytest.param(MASH, dt.datetime(2026, 6, 1, tzinfo=dt.UTC), "", id="in force"),
        pytest.param(
            MASH,
            dt.datetime(2027, 2, 1, tzinfo=dt.UTC),
            "stops serving unless reviewed by 2027-03-31",
            id="due",
        ),
        pytest.param(
            MASH,
            dt.datetime(2027, 4, 1, tzinfo=dt.UTC),
            "serves no more: not reviewed by 2027-03-31",
            id="lapsed",
        ),
        pytest.param(
            replace(MASH, ends=dt.date(2026, 7, 1)),
            dt.datetime(2026, 6, 1, tzinfo=dt.UTC),
            "ends on 2026-07-01",
            id="ends soon",
        ),
        pytest.param(
            replace(MASH, ends=dt.date(2026, 7, 1)),
            dt.datetime(2026, 7, 1, tzinfo=dt.UTC),
            "serves no more: ended",
            id="ended",
        ),
        pytest.param(
            replace(MASH, review_by=None),
            dt.datetime(2026, 7, 1, tzinfo=dt.UTC),
            "serves nobody: no day is named by which it is to be reviewed",
            id="never reviewed",
        ),
        pytest.param(
            replace(MASH, terms=(*MASH.terms, Term("health", " "))),
            dt.datetime(2026, 7, 1, tzinfo=dt.UTC),
            "serves nothing of health: no legal gateway is named",
            id="a class without a gateway",
        ),
    ],
)
def test_its_keeper_is_warned(agreement: Agreement, on: dt.datetime, says: str) -> None:
    assert agreement.warning(on) == says
