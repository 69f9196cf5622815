"""Days and moments at the ends of the calendar, in every argument of the schema that takes one: no 5xx."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from tests.api.attacks.walk import EDGES, callers, dates
from tests.api.shields.conftest import HIGH_STREET, PEOPLE, tell_what_may_be_known
from tests.town import Service, Town

from mast_analytics.civil import ends_month
from mast_api.schema.research_args import EARLIEST

pytestmark = pytest.mark.graph


def test_a_date_at_the_end_of_the_calendar_is_answered_or_refused(town: Town, wide: Service) -> None:
    tell_what_may_be_known(town)
    town.resolve(PEOPLE)
    wide.services.live.read()
    town._lease.release()
    homes = wide.answer('{ person(id: "P-ann") { people { homes { householdId } } } }')["people"][0]["homes"]
    there: dict[str, dict[str, Any]] = {
        "concernsAtAddress": {"address": HIGH_STREET},
        "address": {"id": town.address(HIGH_STREET)},
        "addressHistory": {"id": town.address(HIGH_STREET)},
        "person": {"id": "P-ann"},
        "household": {"id": homes[0]["householdId"]},
        "householdNetwork": {"id": homes[0]["householdId"]},
        "coResidents": {"person": "P-ann"},
        "pathsBetween": {"left": "P-ann", "right": "P-ben"},
        "searchPeople": {"givenName": "Ann", "familyName": "Leeson"},
    }
    failed, asked = [], 0
    for place in dates():
        others = place.root.absent | there.get(place.root.name, {})
        caller = callers(place.root.name, may=True)[0]
        for value in EDGES[place.kind]:
            document = place.root.document_for(caller)
            response = wide.ask(document, **caller, **place.filled(value, others))
            asked += 1
            if response.status_code >= 500:
                failed.append((str(place), value, response.text))
    assert failed == []
    assert asked > 200


def test_figures_end_with_no_month_before_there_were_any(wide: Service) -> None:
    assert ends_month(EARLIEST)
    caller = callers("contactVolumes", may=True)[0]
    for day in ("0001-12-31", date(EARLIEST.year - 1, 12, 31).isoformat()):
        response = wide.ask(f'{{ contactVolumes(asOf: "{day}") {{ until }} }}', **caller)
        assert response.status_code == 400
        (error,) = response.json()["errors"]
        assert error["message"].startswith("MAST-312: asOf is too early")
