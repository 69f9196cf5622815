// Address records that now belong to another entity, or to one for the first time.
// access: write
// param $rows: list of map, record, entity
// param $at: date-time, when this is recorded
// param $forever: date-time, the end of an interval that has not ended
UNWIND $rows AS row
MATCH (record:AddressRecord {id: row.record})
USING INDEX SEEK record:AddressRecord(id)
MATCH (entity:Address {id: row.entity})
USING INDEX SEEK entity:Address(id)
OPTIONAL MATCH (record)-[old:RESOLVES_TO]->(former:Address)
WHERE old.recorded_to = $forever
WITH record, entity, old, coalesce(former = entity, false) AS same
FOREACH (closed IN CASE WHEN same THEN [] ELSE [old] END | SET closed.recorded_to = $at)
FOREACH (moved IN CASE WHEN same THEN [] ELSE [record] END |
  CREATE (moved)-[:RESOLVES_TO {recorded_from: $at, recorded_to: $forever}]->(entity))
