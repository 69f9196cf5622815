"""What the database does for a shielded id is what it does for one that is not there: counted, not timed."""

from __future__ import annotations

import threading
from typing import Any, Final

import pytest
from tests.api.attacks.conftest import decided, weighed
from tests.api.attacks.walk import ABSENT
from tests.api.shields.conftest import HIGH_STREET, PEOPLE, tell_what_may_be_known, tell_what_may_not
from tests.api.shields.test_timing import Asked, _household, _ids, not_there, walks
from tests.api.triggers.alerts import Desk
from tests.everything import asking_everything
from tests.profiles import accesses
from tests.register import ENQUIRY
from tests.town import Service, Town, ago

from mast_graph.async_store import AsyncStore
from mast_graph.queries import query
from mast_graph.rows import sendable
from mast_graph.store import Store, Transaction
from mast_resolver.records import RecordId

pytestmark = pytest.mark.graph

MOST_APART: Final = 60
"""Accesses of the store: an id that is there is found and passed over. What hangs on it takes more."""
MUCH: Final = 40
"""So many of everything hang on who is shielded: an answer that looks at it first does more."""
MUTATIONS: Final = {
    *("recordMatchDecision", "revokeMatchDecision", "splitRecords", "shield", "acknowledgeAlert"),
}
Run = tuple[str, dict[str, Any]]


@pytest.fixture
def asked(town: Town, store: Store) -> Asked:
    tell_what_may_be_known(town)
    for number in range(MUCH):
        town.says("nhs", "dee", person="Deirdre Okafor", contact="WAS_NOT_BROUGHT", at=ago(60 - number),
                  contact_id=f"missed-{number}", date_of_birth="1988-02-03")  # fmt: skip
        town.says("fire", f"n{number}", person=f"Neighbour {number}", place=f"{number} Mill Lane, WS1 1AC")
    people = PEOPLE | {"dee": [*PEOPLE["dee"], ("nhs", "dee")]}
    desk = Desk.of(town, "child-not-brought-twice")
    desk.resolve(people)
    (alert, *_) = [each["id"] for each in store.read("read.every_alert")]
    tell_what_may_not(town)
    town.resolve(people)
    weighed(town)
    hers, anns = town.record("police", "dee"), town.record("police", "ann")
    neighbours = [town.record("fire", f"n{number}") for number in range(MUCH // 2)]
    for each in neighbours:
        decided(town, hers, each, "D-hidden")
        decided(town, anns, each, "D-taken-back")
    decided(town, hers, anns, "D-small")
    store.define("MATCH ()-[d:STEWARD {id: 'D-taken-back'}]->() SET d.revoked_at = datetime()")
    town._lease.release()
    home, refuge = _household(store), next(_ids(store, "Address", "shielded"))
    return {
        **walks(home, refuge),
        "address": ("address", {"id": refuge}, {"id": "A-0123456789"}),
        "household": ("household", {"id": home}, {"id": not_there(home)}),
        "networkExtract": ("networkExtract", {"after": home}, {"after": f"{home}0"}),
        "person": ("person", {"id": "P-dee"}, {"id": "P-dex"}),
        "how, a place": ("how", {"id": refuge}, {"id": "A-0123456789"}),
        "why, a place": (
            "why",
            {"left": refuge, "right": town.address(HIGH_STREET)},
            {"left": "A-0123456789", "right": town.address(HIGH_STREET)},
        ),
        "shield, a place": ("shield", _why(id=refuge), _why(id="A-0123456789")),
        **{each: (each, {"id": alert}, {"id": ABSENT["L"]}) for each in ("alert", "acknowledgeAlert")},
        **_of_people(hers, anns),
        "control": ("person", {"id": "P-ann"}, {"id": "P-anx"}),
    }


def _why(**more: Any) -> dict[str, Any]:
    return {"reason": "because", **more}


def _of_people(hers: RecordId, anns: RecordId) -> Asked:
    """What is asked, and decided, of a person or a record that is shielded."""
    nobodys = ABSENT["r"]
    told: Asked = {
        "how": ("how", {"id": "P-dee"}, {"id": "P-dex"}),
        "shield": ("shield", _why(id="P-dee"), _why(id="P-dex")),
        "revokeMatchDecision": ("revokeMatchDecision", _why(decision="D-small"), _why(decision=ABSENT["D"])),
        # Pairs are found by the decision and passed over one by one, as of one that was taken back: an access
        # or two for each are between the two (ADR 0019).
        "revokeMatchDecision, of many pairs": (
            "revokeMatchDecision", _why(decision="D-hidden"), _why(decision="D-taken-back")
        ),
        "splitRecords": (
            "splitRecords", _why(entity="P-dee", records=[hers]), _why(entity="P-dex", records=[nobodys])
        ),
        "splitRecords, off": (
            "splitRecords", _why(entity="P-ann", records=[hers]), _why(entity="P-ann", records=[nobodys])
        ),
    }  # fmt: skip
    for what, hidden, absent in (("person", "P-dee", "P-dex"), ("record", hers, nobodys)):
        told[f"agencyReferences, {what}"] = ("agencyReferences", {"id": hidden}, {"id": absent})
        for other in ("P-ann", anns):
            told[f"why, {what} and {other[0]}"] = (
                "why", {"left": hidden, "right": other}, {"left": absent, "right": other}
            )  # fmt: skip
    for decision in ("SAME", "DIFFERENT", "CLEAR"):
        for side, other in (("left", "right"), ("right", "left")):
            about_her, about_nobody = (
                {"decision": decision, "reason": "because", side: each, other: anns}
                for each in (hers, nobodys)
            )
            told[f"recordMatchDecision, {decision} {side}"] = ("recordMatchDecision", about_her, about_nobody)
    return told


def test_the_work_does_not_tell_who_is_shielded(
    service: Service,
    asked: Asked,
    store: Store,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    service.services.live.read()
    runs: list[Run] = []
    listen(monkeypatch, runs)

    def done(field: str, variables: dict[str, Any]) -> tuple[int, list[Run]]:
        """What a request runs: the same twice, for the service practises as it starts."""
        document = asking_everything(field, kind="mutation" if field in MUTATIONS else "query")
        before: list[str] | None = None
        for _ in range(10):
            runs.clear()
            response = service.ask(document, **ENQUIRY, **variables)
            assert response.status_code in (200, 404), response.text
            if before == (before := [name for name, _ in runs]):
                return response.status_code, list(runs)
        pytest.fail(f"{field} runs something else each time")

    def hits(some: list[Run]) -> int:
        """Accesses of the store of some statements; nothing that they write is kept."""
        total = 0
        for name, params in some:
            with (
                store._driver.session(database="neo4j") as session,
                session.begin_transaction() as transaction,
            ):
                text, values = f"PROFILE {query(name).text}", sendable(query(name), params)
                profile = transaction.run(text, values).consume().profile  # type: ignore[arg-type, unused-ignore]
                total += accesses(profile or {"dbHits": 0})
                transaction.rollback()
        return total

    apart: dict[str, int] = {}
    for name, (field, shielded, absent) in asked.items():
        (status, one), (other_status, other) = done(field, shielded), done(field, absent)
        assert status == other_status, name
        assert one, "something was asked of the database"
        assert [each for each, _ in one] == [each for each, _ in other] or name == "control", name
        apart[name] = abs(hits(one) - hits(other))
    assert apart.pop("control") > MOST_APART, "not even what may be seen takes more: this tells nothing"
    assert not {name: many for name, many in apart.items() if many > MOST_APART}


def listen(monkeypatch: pytest.MonkeyPatch, runs: list[Run]) -> None:
    """Note every statement that a request runs, in whatever way it goes to the database."""
    asked, read, run = AsyncStore.read, Store.read, Transaction.run

    def heard(name: str, params: dict[str, Any]) -> None:
        # The service looks for itself every few seconds, in threads of its own.
        if name != "read.key_state" and not threading.current_thread().name.startswith("mast-"):
            runs.append((name, params))

    async def asked_(store: AsyncStore, name: str, /, **params: Any) -> list[Any]:
        heard(name, params)
        return await asked(store, name, **params)

    def read_(store: Store, name: str, /, **params: Any) -> list[Any]:
        heard(name, params)
        return read(store, name, **params)

    def run_(transaction: Transaction, name: str, /, **params: Any) -> list[Any]:
        heard(name, params)
        return run(transaction, name, **params)

    monkeypatch.setattr(AsyncStore, "read", asked_)
    monkeypatch.setattr(Store, "read", read_)
    monkeypatch.setattr(Transaction, "run", run_)
