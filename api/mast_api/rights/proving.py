"""From the graph, where a deed left its proof, into the audit log: by the service, else by the command."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final

from mast_api.audit.chain import writable
from mast_api.audit.log import AuditLog, LogHeldError
from mast_api.lookout import Lookout
from mast_api.rights.subject_access import Judged, report, traces, who_looked
from mast_api.settings import Settings
from mast_api.workspace import AUDIT, audit_log, new_id, now
from mast_graph.lease import Lease
from mast_graph.proofs import Proof, drop_proofs, put_proof, read_proofs
from mast_graph.store import Store, Transaction
from mast_graph.subject_access import alerts_of_person, former_ids_of, held_of_person
from mast_resolver.errors import AuditUnavailableError, UnknownRecordError
from mast_resolver.records import EntityId

LOOK_EVERY_S: Final = 5.0


def take_over(store: Store, audit: AuditLog) -> int:
    """Write every proof into the log, then drop it; how many there were.

    Killed in between, one stands in the log twice, under one id.

    Raises:
        AuditUnavailableError: the log cannot be written; what is not in it stays in the graph.
    """
    taken = 0
    while proofs := read_proofs(store):
        asyncio.run(_append(audit, proofs))
        drop_proofs(store, [proof.id for proof in proofs])
        taken += len(proofs)
    return taken


def take_over_if_free(store: Store, settings: Settings) -> bool:
    """The same for a command; false while the service holds the log, which then does it within seconds.

    Raises:
        AuditUnavailableError: nobody holds the log, and it cannot be written: the proof waits in the graph.
    """
    try:
        with audit_log(settings) as log:
            take_over(store, log)
    except LogHeldError:
        return False
    except AuditUnavailableError as fault:
        raise AuditUnavailableError(
            f"what was done is done, and its proof waits in the graph: {fault.fact}",
            fix=f"{fault.fix}; then start the service, or any command that leaves a proof: it takes it over",
        ) from None
    return True


def proof_of(event: str, by: str, said: Mapping[str, Any]) -> Proof:
    """The proof of a deed that is no purge: who did it, when, and to what."""
    return Proof(f"Y-{new_id()}", {"event": event, "subject": by, "done_at": now().isoformat(), **said})


def note(store: Store, event: str, by: str, said: Mapping[str, Any]) -> None:
    """Have a deed on record that changes nothing in the graph.

    Raises:
        LeaseHeldError: another writer is at work, so that nothing can be noted.
    """
    Lease.once(store, lambda tx, tick: put_proof(tx, proof_of(event, by, said), tick=tick))


def note_within(lease: Lease, event: str, by: str, said: Mapping[str, Any]) -> None:
    """The same for a command that has the right to write: durable in the graph, whatever becomes of it."""
    lease.write(lambda tx, tick: put_proof(tx, proof_of(event, by, said), tick=tick))


def note_first(store: Store, settings: Settings, event: str, by: str, said: Mapping[str, Any]) -> None:
    """The same, durable before it is done, also while a load holds the right to write: if the log is free.

    Raises:
        LeaseHeldError: the service holds the log, and another writer is at work.
        AuditUnavailableError: nobody holds the log, and it cannot be written; nothing was done.
    """
    try:
        log = audit_log(settings)
    except LogHeldError:
        note(store, event, by, said)
        return
    with log:
        asyncio.run(_append(log, [proof_of(event, by, said)]))


def proved_access(
    store: Store, settings: Settings, person: EntityId, judged: Judged, *, by: str
) -> dict[str, Any]:
    """What is held of a person, for the person; that it is asked for is durable before anything is read.

    Raises:
        UnknownRecordError: the id is not in use.
        LeaseHeldError: another writer is at work, so that nothing can be noted.
    """
    id_, at = f"Y-{new_id()}", now()
    said = {"subject": by, "access": id_, "done_at": at.isoformat()}
    _note(store, id_, "subject-access-asked", {**said, "sought": {"ids": [person]}})
    held = held_of_person(store, person)
    if not held:
        raise UnknownRecordError("the id is not in use", fix="take it from the candidates of today")
    records = [each["record"] for each in held]
    known = former_ids_of(store, [person])
    looks = who_looked(settings.data / AUDIT, {*known, *traces(held, judged)})
    made = report(person, held, alerts_of_person(store, person), looks, judged, at)
    ids = {"people": [person], "records": records}
    told = {
        "withheld": sorted(judged.withhold),
        "because": {each: why.value for each, why in sorted(judged.withhold.items())},
        "released": sorted(judged.release),
    }
    _note(store, id_, "subject-access-answered", {**said, **told, "ids": ids})
    take_over_if_free(store, settings)
    return made


def _note(store: Store, id_: str, event: str, said: Mapping[str, Any]) -> None:
    def work(tx: Transaction, tick: int) -> None:
        put_proof(tx, Proof(f"{id_}.{tick}", {"event": event, **said}), tick=tick)

    Lease.once(store, work)


async def _append(audit: AuditLog, proofs: Sequence[Proof]) -> None:
    for proof in proofs:
        # One that could not be written would keep all after it out of the log, for ever.
        await audit.append(writable(proof.entry))


class ProofKeeper(Lookout):
    """A thread of the service that looks every few seconds for what commands did.

    Once more at the end: what was done in the last seconds is not to wait for the next service.
    """

    def __init__(self, store: Store, audit: AuditLog, *, warn: Callable[[str], None]) -> None:
        about = "proofs of commands"
        super().__init__("proofs", about=about, every_s=LOOK_EVERY_S, warn=warn, once_more=True)
        self._store, self._audit = store, audit

    def look(self) -> None:
        """Take over what there is."""
        take_over(self._store, self._audit)
