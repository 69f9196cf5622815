"""What agencies state about who is related to whom: said on one record, of the id of another.

The other record need not be there: an edge leads to its id, and whoever reads looks the record up. So the
order of loading does not matter, and nothing has to be moved when the other record comes.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence

from mast_graph.rows import side_by_side
from mast_graph.store import Transaction
from mast_resolver.errors import GraphRefusedError
from mast_resolver.records import FOREVER, Batch, Relation


def relation_changes(
    stored: Iterable[Relation], batch: Batch
) -> tuple[Sequence[Relation], Sequence[Relation]]:
    """What is to be put and what is to be closed, given what is believed of the batch's records.

    A relation stays until its record is restated without it, or it is said under another agreement.
    """
    believed, said = dict.fromkeys(stored), dict.fromkeys(batch.relations)
    restated, again = set(batch.restated), {relation[:4] for relation in said}
    put = [relation for relation in said if relation not in believed]
    close = [
        relation
        for relation in believed
        if relation not in said and ((relation.person, relation.feed) in restated or relation[:4] in again)
    ]
    return put, close


def write_relations(tx: Transaction, batch: Batch, *, at: dt.datetime) -> tuple[int, int]:
    """Store what the batch states about relations and close what it corrects: how many of each.

    Raises:
        GraphRefusedError: it is stated on a record that is not in the graph.
    """
    if not batch.relations and not batch.restated:
        return 0, 0
    persons = {relation.person: None for relation in batch.relations} | dict.fromkeys(
        record for record, _ in batch.restated
    )
    rows = tx.run("read.state_stored_relations", persons=list(persons), forever=FOREVER)
    put, close = relation_changes((Relation(**row) for row in side_by_side(rows)), batch)
    close_relations(tx, close, at=at)
    if put:
        given = [relation._asdict() for relation in put]
        stored = tx.run("write.put_relations", rows=given, at=at, forever=FOREVER)[0]["stored"]
        if stored != len(put):
            raise GraphRefusedError(
                "a relation is stated on a record that was never loaded",
                fix="load the file that holds the record first; nothing of this batch was written",
            )
    return len(put), len(close)


def close_relations(tx: Transaction, gone: Sequence[Relation], *, at: dt.datetime) -> None:
    """End what is believed of these relations."""
    if gone:
        given = [relation._asdict() for relation in gone]
        tx.run("write.close_relations", rows=given, at=at, forever=FOREVER)
