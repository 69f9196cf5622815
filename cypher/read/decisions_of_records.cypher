// Steward decisions that stand between some records and any other of their kind, oldest first.
// access: read
// param $records: list of string
// column id: string, of the decision
// column left: string
// column right: string
// column kind: string, must or cannot
// column by: string, id of the steward
// column reason: bytes, sealed for the id
// column at: date-time
UNWIND $records AS record
CALL (record) {
  MATCH (person:PersonRecord {id: record})
  // Passed over before anything that hangs on it is looked at: how long it takes must not tell that it is there.
  WHERE person.shielded IS NULL
  MATCH (person)-[decision:STEWARD]-(other:PersonRecord)
  WHERE decision.revoked_at IS NULL AND other.shielded IS NULL
  RETURN decision
UNION
  MATCH (place:AddressRecord {id: record})
  WHERE place.shielded IS NULL
  MATCH (place)-[decision:STEWARD]-(other:AddressRecord)
  WHERE decision.revoked_at IS NULL AND all(said IN [place, other] WHERE
    // part: address_spoken_of
  )
  RETURN decision
}
WITH DISTINCT decision, startNode(decision) AS left, endNode(decision) AS right
RETURN decision.id AS id, left.id AS left, right.id AS right, decision.kind AS kind, decision.by AS by,
       decision.reason AS reason, decision.at AS at
ORDER BY at, id, left, right
