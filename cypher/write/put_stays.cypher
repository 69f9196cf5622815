// What person records newly say about their homes, or no longer do (lapsed, else null); recorded_to is not FOREVER
// when already corrected.
// Nodes by their id within the transaction, for the index was asked once already.
// access: write
// param $rows: list of map, record (whose they are, for those who follow), person, address, valid_from, seen_at, valid_to, inferred, feed, lapsed, recorded_to; moments as text
// param $tick: integer, number of this transaction
// param $at: date-time, when this is recorded
UNWIND $rows AS row
MATCH (person) WHERE elementId(person) = row.person
MATCH (address) WHERE elementId(address) = row.address
CREATE (person)-[:LIVES_AT {
  valid_from: datetime(row.valid_from), seen_at: datetime(row.seen_at), valid_to: datetime(row.valid_to),
  inferred: row.inferred, feed: row.feed, lapsed: row.lapsed, recorded_from: $at, recorded_to: datetime(row.recorded_to)}]->(address)
SET person.pending = $tick
