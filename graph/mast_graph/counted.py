"""What a transaction changed of what research counts, noted in it: who keeps all in memory reads that again.

Told from the statements that it ran. One that is not known here may have changed anything, and the note says
so: a new statement costs a whole reading, and never a wrong figure.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, fields
from typing import Any, Final, Self

from mast_graph.store import Store, Transaction

KEPT: Final = 500
"""Notes of so many transactions are kept: who is further behind reads everything again."""

Params = Mapping[str, Any]
Ids = Mapping[str, Iterable[str]]


@dataclass(frozen=True, slots=True)
class Changed:
    """Ids of what has to be read again; of everything if ``everything``.

    ``versions`` are of contacts, ``touching`` records of people and addresses whose contacts are meant,
    ``persons`` and ``addresses`` records of which it changed whose they are, or that they may be seen;
    ``living`` records of people of which it changed where they are said to live, ``people`` those of whom it
    changed that they may be seen.
    """

    everything: bool = False
    versions: frozenset[str] = frozenset()
    touching: frozenset[str] = frozenset()
    persons: frozenset[str] = frozenset()
    addresses: frozenset[str] = frozenset()
    living: frozenset[str] = frozenset()
    people: frozenset[str] = frozenset()

    @classmethod
    def by(cls, ran: Iterable[tuple[str, Params]]) -> Self:
        """What statements changed, by their parameters.

        Example:
            >>> sorted(Changed.by([("write.close_contacts", {"versions": ["v2", "v1"]})]).versions)
            ['v1', 'v2']
            >>> bool(Changed.by([("write.put_teams", {})]))
            False
            >>> Changed.by([("write.purge_contacts", {})]).everything
            True
        """
        found: dict[str, set[str]] = {name: set() for name in IDS}
        for name, params in ran:
            if name in SAY_NOTHING or name.startswith("read."):
                continue
            if name not in SAY:
                return cls(everything=True)
            for kind, ids in SAY[name](params).items():
                found[kind].update(ids)
        return cls(False, *(frozenset(found[name]) for name in IDS))  # noqa: FBT003 - not everything

    def __bool__(self) -> bool:
        return self.everything or any(getattr(self, name) for name in IDS)


IDS: Final = tuple(each.name for each in fields(Changed) if each.name != "everything")


def note(tx: Transaction, tick: int) -> None:
    """Leave word of what the transaction changed, in it; nothing where it changed nothing that is counted."""
    changed = Changed.by(tx.ran)
    if changed:
        ids = {name: sorted(getattr(changed, name)) for name in IDS}
        # Who is behind a note of everything needs none before it: so none names anybody whom a purge deleted.
        kept_from = tick if changed.everything else tick - KEPT
        tx.run("write.note_counted", tick=tick, ids=ids, everything=changed.everything, kept_from=kept_from)


def read_changed(store: Store, after: int) -> tuple[int, Changed]:
    """The number of the last transaction, and what those after another one changed.

    Raises:
        GraphUnavailableError: no answer, or none in time.
    """
    rows = store.read("read.counted_since", after=after, kept=KEPT)
    if not rows:
        return 0, Changed()
    tick, notes = int(rows[0]["tick"]), rows[0]["notes"]
    # A graph that was set back has fewer, and other ones than those that are known.
    if not 0 <= tick - after <= KEPT or any(each["everything"] for each in notes):
        return tick, Changed(everything=True)
    # Notes of an earlier version lack lists that were added since: what of those changed is not known.
    if any(each[name] is None for each in notes for name in IDS):
        return tick, Changed(everything=True)
    ids = (frozenset(id_ for each in notes for id_ in each[name]) for name in IDS)
    return tick, Changed(False, *ids)  # noqa: FBT003 - not everything


def _records(params: Params) -> Ids:
    return {"touching": [*params["persons"], *params["addresses"]]}


def _living(params: Params) -> Ids:
    return {"living": [row["record"] for row in params["rows"]]}


SAY: Final[Mapping[str, Callable[[Params], Ids]]] = {
    "write.put_contacts": lambda said: {"versions": [row["version"] for row in said["rows"]]},
    "write.add_touches": lambda said: {"versions": [row["version"] for row in said["rows"]]},
    "write.close_contacts": lambda said: {"versions": said["versions"]},
    "write.close_orphaned_contacts": _records,
    "write.shield_contacts": lambda said: {**_records(said), "versions": said["versions"]},
    "write.shield_people": lambda said: {"people": said["people"]},
    "write.shield_loose_records": lambda said: {
        "persons": said["persons"], "addresses": said["addresses"]
    },
    "write.renew_marks": lambda said: {"persons": said["records"]},
    "write.resolve_persons": lambda said: {"persons": said["records"]},
    "write.resolve_addresses": lambda said: {"addresses": said["records"]},
    # A kind of place that a record says otherwise than before; the others are of the same address as before.
    "write.put_address_records": lambda said: {"addresses": [row["id"] for row in said["rows"]]},
    "write.put_stays": _living,
    "write.close_stays": _living,
    "write.drop_stays": _living,
    "write.confirm_stays": _living,
    "write.retract_person_records": lambda said: {"living": said["records"]},
    "write.retract_address_records": lambda said: {"addresses": said["records"]},
}  # fmt: skip
"""Statements that change what is counted, and of what."""

SAY_NOTHING: Final = frozenset(
    f"write.{name}"
    for name in (
        "lease_fence", "lease_once", "note_batch", "note_everything", "begin_load", "finish_load",
        "restart_loads", "put_agencies", "put_teams", "put_agreement", "end_terms", "put_rule", "end_rule",
        "put_backtest", "put_alerts", "put_alert_due", "send_alerts_again", "look_back", "looked_back",
        "put_area_codes", "put_class_hold", "put_delivery", "resolve_deliveries", "put_agency_key",
        "put_proof", "note_retention", "put_frequencies", "drop_frequencies", "clear_person_evidence",
        "clear_address_evidence", "put_key_state", "put_parted", "put_relations", "close_relations",
        # Households of now: those that are counted are made of what records say of homes.
        "link_units", "rebuild_households",
        # Records that nobody is yet, what shields and marks say: what follows has statements of its own.
        "add_person_records", "add_address_records", "put_person_records", "close_versions",
        "put_person_decisions", "put_address_decisions", "put_person_shield", "put_address_shield",
        "put_mark", "lift_mark", "restrict", "purge_glasses",
    )
)  # fmt: skip
"""Statements after which the same is counted as before."""
