// A decision that the present records of one address are shielded, or are not; not, then also withdrawn ones that were
// its last. Former decisions are revoked, never deleted.
// access: write
// param $entity: string, id of the address
// param $id: string, of the decision
// param $on: boolean, shielded
// param $by: string, id of who decided
// param $reason: bytes, sealed for $id
// param $at: date-time, when this is recorded
// param $only: list of string, records that the decision is about; none for all of them
// param $hidden_too: boolean, also one that is shielded already; else it is as if it were not there
// param $forever: date-time, the end of an interval that has not ended
// column records: list of string, none when there is no such address
MATCH (entity:Address {id: $entity})
WHERE entity.recorded_to = $forever AND ($hidden_too OR entity.shielded IS NULL)
CALL (entity) {
  MATCH (entity)<-[resolves:RESOLVES_TO]-(record:AddressRecord)
  WHERE resolves.recorded_to = $forever
  RETURN record
UNION
  // Should a withdrawn one come back, it must not bring along what was lifted.
  MATCH (entity)<-[:SUPERSEDED_BY*0..]-(:Address)<-[last:RESOLVES_TO]-(record:AddressRecord)
  WHERE NOT $on AND record.shield_decided AND last.recorded_to < $forever
    AND NOT EXISTS { MATCH (record)-[later:RESOLVES_TO]->() WHERE later.recorded_to > last.recorded_to }
  RETURN record
}
WITH record WHERE size($only) = 0 OR record.id IN $only
MERGE (shield:Shield {id: $id})
ON CREATE SET shield.on = $on, shield.by = $by, shield.reason = $reason, shield.at = $at
WITH shield, record
OPTIONAL MATCH (:Shield)-[former:SHIELDS]->(record)
WHERE former.revoked_at IS NULL
SET former.revoked_at = $at, former.revoked_in = $id
WITH DISTINCT shield, record
CREATE (shield)-[:SHIELDS]->(record)
SET record.shield_decided = $on
RETURN collect(record.id) AS records
