// One page of the people and addresses that are shielded, by id, and why; for whoever answers for that.
// access: read
// param $first: integer, entries a page, and one more to know whether there is a next one
// param $after: string, id of the last one of the page before, or ''
// param $forever: date-time, the end of an interval that has not ended
// column id: string
// column agencies: list of string, whose feeds say so
// column around: boolean, it lies in a shielded building, or lives at a shielded address
// column decisions: list of map, {id, on, by, at, reason} that stand, newest first; reason sealed for the id
CALL () {
  MATCH (entity:Person) USING INDEX entity:Person(shielded) WHERE entity.shielded = true RETURN entity
UNION
  MATCH (entity:Address) USING INDEX entity:Address(shielded) WHERE entity.shielded = true RETURN entity
}
WITH entity WHERE entity.recorded_to = $forever AND entity.id > $after
WITH entity ORDER BY entity.id LIMIT $first
CALL (entity) {
  MATCH (entity)<-[resolves:RESOLVES_TO]-(record)
  WHERE resolves.recorded_to = $forever
  RETURN collect(record) AS records
}
CALL (records) {
  UNWIND records AS record
  MATCH (record)<-[standing:SHIELDS]-(shield:Shield)
  WHERE standing.revoked_at IS NULL
  WITH DISTINCT shield ORDER BY shield.at DESC, shield.id
  RETURN collect(shield{.id, .on, .by, .at, .reason}) AS decisions
}
CALL (records) {
  UNWIND records AS record
  WITH record WHERE record.shield_said AND coalesce(record.shield_decided, true)
  WITH DISTINCT record.agency AS agency ORDER BY agency
  RETURN collect(agency) AS agencies
}
RETURN entity.id AS id, agencies, decisions,
  EXISTS { (entity)-[:PART_OF]->(building:Address) WHERE building.shielded }
    OR EXISTS { (entity)<-[r:RESOLVES_TO]-(:PersonRecord)-[s:LIVES_AT]->(home:AddressRecord)
      WHERE r.recorded_to = $forever AND s.recorded_to = $forever AND home.shielded } AS around
ORDER BY id
