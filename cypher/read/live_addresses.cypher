// What stands for some ids of addresses now: each itself while it is in use, else all its successors.
// access: read
// param $ids: list of string
// param $forever: date-time, the end of an interval that has not ended
// column id: string
// column entities: list of string, none when all records were withdrawn
UNWIND $ids AS id
MATCH (named:Address {id: id})
// One in use that is shielded is passed over here, before any way on is looked for.
WHERE named.shielded IS NULL OR named.recorded_to < $forever
MATCH (named)-[:SUPERSEDED_BY*0..32]->(address:Address)
WHERE NOT EXISTS { (address)-[:SUPERSEDED_BY]->() } AND address.shielded IS NULL AND EXISTS {
    // Of one that has ended, whoever it was of.
    MATCH (address)<-[resolves:RESOLVES_TO]-(said:AddressRecord)
    WHERE (resolves.recorded_to = $forever OR address.recorded_to < $forever) AND
      // part: address_spoken_of
  }
WITH id, address ORDER BY address.id
RETURN id, collect(DISTINCT CASE WHEN address.recorded_to = $forever THEN address.id END) AS entities
