// Which decisions are on record, and on what they lie: shields and marks on records, who is who between two of them.
// access: read
// param $ids: list of string, of shields, marks and stewards' decisions
// column id: string, of one that is on record
// column records: list of string, that a shield or mark lies on
// column pairs: list of list of string, that were decided, or taken back, in a steward's decision
UNWIND $ids AS id
CALL (id) {
  MATCH (shield:Shield {id: id})
  USING INDEX SEEK shield:Shield(id)
  OPTIONAL MATCH (shield)-[:SHIELDS]->(record)
  RETURN collect(record.id) AS records, [] AS pairs, count(shield) AS found
UNION ALL
  MATCH (mark:Mark {id: id})
  USING INDEX SEEK mark:Mark(id)
  OPTIONAL MATCH (mark)-[:MARKS]->(record)
  RETURN collect(record.id) AS records, [] AS pairs, count(mark) AS found
UNION ALL
  MATCH (left)-[decision:STEWARD]->(right)
  USING INDEX decision:STEWARD(id)
  WHERE decision.id = id
  RETURN [] AS records, collect([left.id, right.id]) AS pairs, count(decision) AS found
UNION ALL
  MATCH (left)-[decision:STEWARD]->(right)
  USING INDEX decision:STEWARD(revoked_in)
  WHERE decision.revoked_in = id
  RETURN [] AS records, collect([left.id, right.id]) AS pairs, count(decision) AS found
}
WITH id, records, pairs WHERE found > 0
RETURN id, reduce(all = [], each IN collect(records) | all + each) AS records,
  reduce(all = [], each IN collect(pairs) | all + each) AS pairs
