"""What the database does for a shielded id is what it does for one that is not there: counted, not timed."""

from __future__ import annotations

from typing import Any, Final

import pytest
from tests.api.shields.conftest import PEOPLE, tell_what_may_be_known, tell_what_may_not
from tests.api.shields.test_timing import Asked, _household, _ids, not_there, walks
from tests.everything import asking_everything
from tests.profiles import accesses
from tests.register import ENQUIRY
from tests.town import Service, Town, ago

from mast_graph.async_store import AsyncStore
from mast_graph.queries import query
from mast_graph.rows import sendable
from mast_graph.store import Store

pytestmark = pytest.mark.graph

MOST_APART: Final = 60
"""Accesses of the store: an id that is there is found and passed over. What hangs on it takes more."""
Run = tuple[str, dict[str, Any]]


@pytest.fixture
def asked(town: Town, store: Store) -> Asked:
    tell_what_may_be_known(town)
    tell_what_may_not(town)
    # Much hangs on whom and what is shielded: an answer that looks at it first does more.
    for number in range(20):
        town.says("police", "dee", contact="WELFARE_CHECK", at=ago(30 + number), contact_id=f"check{number}",
                  person="Deirdre Okafor", date_of_birth="1988-02-03")  # fmt: skip
    town.resolve(PEOPLE)
    home, refuge = _household(store), next(_ids(store, "Address", "shielded"))
    return {
        **walks(home, refuge),
        "address": ("address", {"id": refuge}, {"id": "A-0123456789"}),
        "household": ("household", {"id": home}, {"id": not_there(home)}),
        "person": ("person", {"id": "P-dee"}, {"id": "P-dex"}),
        "control": ("person", {"id": "P-ann"}, {"id": "P-anx"}),
    }


def test_the_work_does_not_tell_who_is_shielded(
    service: Service,
    asked: Asked,
    store: Store,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    service.services.live.read()
    runs: list[Run] = []
    read = AsyncStore.read

    async def listened(store: AsyncStore, name: str, /, **params: Any) -> list[Any]:
        if name != "read.key_state":  # the service looks for itself every few seconds
            runs.append((name, params))
        return await read(store, name, **params)

    monkeypatch.setattr(AsyncStore, "read", listened)

    def done(field: str, variables: dict[str, Any]) -> list[Run]:
        """What a request runs: the same twice, for the service practises as it starts."""
        runs.clear()
        before: list[str] = []
        while not runs or [name for name, _ in runs] != before:
            before = [name for name, _ in runs]
            runs.clear()
            response = service.ask(asking_everything(field), **ENQUIRY, **variables)
            assert response.status_code == 200, response.text
        return list(runs)

    def hits(some: list[Run]) -> int:
        with store._driver.session(database="neo4j") as session:
            profiles = [
                session.run(
                    "PROFILE " + query(name).text,  # type: ignore[arg-type, unused-ignore]
                    sendable(query(name), params),
                )
                .consume()
                .profile
                for name, params in some
            ]
        return sum(accesses(each) for each in profiles if each)

    apart: dict[str, int] = {}
    for name, (field, shielded, absent) in asked.items():
        one, other = done(field, shielded), done(field, absent)
        assert one, "something was asked of the database"
        assert [each for each, _ in one] == [each for each, _ in other] or name == "control", name
        apart[name] = abs(hits(one) - hits(other))
    assert apart.pop("control") > MOST_APART, "not even what may be seen takes more: this tells nothing"
    assert not {name: many for name, many in apart.items() if many > MOST_APART}
