// A decision that the present records of one address are shielded, or are not. Former ones are revoked, never deleted.
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
MATCH (entity:Address {id: $entity})<-[resolves:RESOLVES_TO]-(record:AddressRecord)
WHERE entity.recorded_to = $forever AND resolves.recorded_to = $forever
  AND ($hidden_too OR entity.shielded IS NULL) AND (size($only) = 0 OR record.id IN $only)
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
