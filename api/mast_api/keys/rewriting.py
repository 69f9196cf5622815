"""What is stored, under a newer key version: sealed values sealed again, tokens wrapped (ADR 0026)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from mast_api.opening import frequencies_context
from mast_api.research.releasing import decision_about
from mast_intake.keys import KeyRing
from mast_intake.sealing import content_of, opened, opened_frequencies
from mast_intake.wrapping import wrapped_hex
from mast_resolver.records import Kind

Row = dict[str, Any]


class Rewriter:
    """Rewrites the rows of each phase for the current version of a ring. What is under it already stays."""

    def __init__(self, keys: KeyRing) -> None:
        self._keys = keys
        self._phases: dict[str, Callable[[Row], list[Row]]] = {
            "person_records": self._record,
            "address_records": self._record,
            "contacts": self._contact,
            "decisions": self._decision,
            "shields": self._shield,
            "glasses": self._glass,
            "marks": self._mark,
            "models": self._model,
            "releases": self._release,
        }

    def rewritten(self, phase: str, rows: list[Row]) -> list[Row]:
        """The rows to be stored, none for those that need no change.

        Raises:
            SealBrokenError, KeyVersionError: something was sealed under a key that the ring does not hold.
        """
        return [changed for row in rows for changed in self._phases[phase](row)]

    def _is_current(self, sealed: bytes) -> bool:
        return self._keys.version_of(sealed) == self._keys.current

    def _reference(self, row: Row) -> bytes:
        return self._keys.sealed_again("reference", row["reference"], context=row["context"].encode())

    def _record(self, row: Row) -> list[Row]:
        """All versions of a record at once. Of one that was supplied again the latest is current already."""
        latest_is_current = self._is_current(row["reference"])
        versions, content = [], row["content"]
        for version in row["versions"]:
            if self._is_current(version["sealed"]):
                continue
            encoding = opened(self._keys, row["id"], version["sealed"])
            made = content_of(self._keys, encoding)
            sealed = self._keys.seal(encoding.pack(), context=row["id"].encode())
            versions.append({"node": version["node"], "sealed": sealed, "content": made})
            if version["id"] == row["current"]:
                content = made
        if latest_is_current and not versions:
            return []
        changed = {"id": row["id"], "content": content, "versions": versions}
        return [changed | {"reference": self._reference(row), "lookup": self._lookup(row)}]

    def _lookup(self, row: Row) -> Row:
        """The tokens that a record is found by are of the version of its reference."""
        wraps = self._keys.wraps(self._keys.version_of(row["reference"]))
        return {name: wrapped_hex(token, wraps) for name, token in row["lookup"].items() if token}

    def _contact(self, row: Row) -> list[Row]:
        if self._is_current(row["reference"]):
            return []
        return [{"id": row["id"], "reference": self._reference(row)}]

    def _decision(self, row: Row) -> list[Row]:
        return [changed for each in row["edges"] for changed in self._decided(row["id"], each)]

    def _decided(self, decision: str, pair: Row) -> list[Row]:
        revoked = pair["revoked_reason"]
        if self._is_current(pair["reason"]) and (revoked is None or self._is_current(revoked)):
            return []
        if revoked is not None:
            revoked = self._reason(pair["revoked_in"], revoked)
        reason = self._reason(decision, pair["reason"])
        return [{"edge": pair["edge"], "reason": reason, "revoked_reason": revoked}]

    def _shield(self, row: Row) -> list[Row]:
        if self._is_current(row["reason"]):
            return []
        return [{"id": row["id"], "reason": self._reason(row["id"], row["reason"])}]

    def _glass(self, row: Row) -> list[Row]:
        id_, reason, finding = row["id"], row["reason"], row["finding"]
        if all(not sealed or self._is_current(sealed) for sealed in (reason, finding)):
            return []
        return [
            {
                "id": id_,
                "reason": reason and self._reason(id_, reason),
                "finding": finding and self._reason(f"{id_}/finding", finding),
            }
        ]

    def _mark(self, row: Row) -> list[Row]:
        both = (row["reason"], row["lifted_reason"])
        if all(sealed is None or self._is_current(sealed) for sealed in both):
            return []
        reason, lifted = (sealed and self._reason(row["id"], sealed) for sealed in both)
        return [{"id": row["id"], "reason": reason, "lifted_reason": lifted}]

    def _release(self, row: Row) -> list[Row]:
        if self._is_current(row["finding"]):
            return []
        decided = decision_about(row["id"], row["digest"], approved=row["approved"])
        return [{"id": row["id"], "finding": self._reason(decided, row["finding"])}]

    def _reason(self, decision: str, sealed: bytes) -> bytes:
        return self._keys.sealed_again("reason", sealed, context=decision.encode())

    def _model(self, row: Row) -> list[Row]:
        if self._is_current(row["sealed"]):
            return []
        context = frequencies_context(Kind(row["id"]))
        frequencies = opened_frequencies(self._keys, row["sealed"], context=context, version=row["version"])
        return [{"id": row["id"], "sealed": self._keys.seal(frequencies.pack(), context=context)}]
