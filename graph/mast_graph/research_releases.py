"""Figures proposed for publication by one person, and decided about by another."""

from __future__ import annotations

import datetime as dt
import hashlib
from dataclasses import dataclass, field

from mast_graph.read import Reader
from mast_graph.rows import Row
from mast_graph.store import Store
from mast_resolver.research_errors import LedgerChangedError, ReleaseError


@dataclass(frozen=True, slots=True)
class Proposed:
    """Figures of groups as JSON, and their SHA-256; ``asked`` says of whom, as the audit log does."""

    id: str
    question: str
    asked: tuple[str, ...]
    policy: str
    content: str
    digest: str
    proposed_by: str
    proposed_at: dt.datetime


@dataclass(frozen=True, slots=True)
class Decided:
    """A proposal, and what became of it; ``finding`` is sealed for its id. In a list it has no content."""

    proposed: Proposed
    decided_by: str = ""
    decided_at: dt.datetime | None = None
    approved: bool | None = None
    finding: bytes = field(default=b"", repr=False)


def digest_of(content: str) -> str:
    """What is approved: SHA-256 of the figures as they are kept.

    Example:
        >>> digest_of("{}")[:8]
        '44136fa3'
    """
    return hashlib.sha256(content.encode()).hexdigest()


def put_release(store: Store, proposed: Proposed) -> None:
    """Have it on record, to wait for somebody else."""
    row = {
        "id": proposed.id,
        "question": proposed.question,
        "asked": list(proposed.asked),
        "policy": proposed.policy,
        "content": proposed.content,
        "digest": proposed.digest,
        "proposed_by": proposed.proposed_by,
        "proposed_at": proposed.proposed_at,
    }
    store.write(lambda tx: tx.run("write.put_research_release", release=row))


def decide_release(
    store: Store, id_: str, *, digest: str, by: str, approved: bool, finding: bytes, at: dt.datetime
) -> None:
    """Have it on record that somebody lets it be published, or does not.

    Raises:
        ReleaseError: none of this id waits with these figures, or it is their own.
    """
    found = store.write(
        lambda tx: tx.run(
            "write.decide_research_release",
            id=id_,
            digest=digest,
            by=by,
            at=at,
            approved=approved,
            finding=finding,
        )
    )
    if not found or not found[0]["found"]:
        raise ReleaseError(
            "no release of this id with these figures waits for you",
            fix="take id and digest from releases; what you proposed yourself somebody else has to approve",
        )


async def release_of(store: Reader, id_: str) -> Decided:
    """One release, with its figures.

    Raises:
        ReleaseError: there is none.
        LedgerChangedError: the figures are not those of the digest, which somebody may have approved.
    """
    rows = await store.read("read.research_release", id=id_)
    if not rows:
        raise ReleaseError("there is no release of this id", fix="take the id from releases")
    found = _decided(rows[0]["release"])
    if digest_of(found.proposed.content) != found.proposed.digest:
        raise LedgerChangedError(
            "the figures of this release are not those that were proposed",
            fix="publish nothing of it: propose it anew, and see who can write to the graph",
        )
    return found


async def releases(
    store: Reader, *, waiting: bool, first: int, before: dt.datetime, before_id: str
) -> list[Decided]:
    """A page of them, newest first, and one more if there is one."""
    rows = await store.read(
        "read.research_releases", waiting=waiting, before=before, before_id=before_id, first=first + 1
    )
    return [_decided(row["release"]) for row in rows]


def _decided(row: Row) -> Decided:
    proposed = Proposed(
        row["id"],
        row["question"],
        tuple(row["asked"]),
        row["policy"],
        row["content"],
        row["digest"],
        row["proposed_by"],
        row["proposed_at"],
    )
    return Decided(
        proposed,
        row.get("decided_by", ""),
        row.get("decided_at"),
        row.get("approved"),
        row.get("finding", b""),
    )
