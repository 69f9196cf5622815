// New resolved addresses.
// access: write
// param $entities: list of string
// param $at: date-time, when this is recorded
// param $forever: date-time, the end of an interval that has not ended
UNWIND $entities AS id
MERGE (entity:Address {id: id})
ON CREATE SET entity.recorded_from = $at, entity.recorded_to = $forever
