// Contacts of retracted records that touch no person's record that still lives.
// access: write
// param $persons: list of string, ids of retracted person records
// param $addresses: list of string, ids of retracted address records
// param $at: date-time, when this is recorded
// param $forever: date-time, the end of an interval that has not ended
// column closed: integer
CALL () {
  // While rules are in force: alerts are to be worked out for it.
  MATCH (rule:TriggerRule) WHERE rule.ended_at IS NULL
  WITH count(rule) AS rules WHERE rules > 0
  CREATE (:AlertDue {due_at: $at, versions: [], records: $persons + $addresses, around: []})
}
CALL () {
  UNWIND $persons AS id
  MATCH (record:PersonRecord {id: id})-->(contact:Contact)
  USING INDEX SEEK record:PersonRecord(id)
  RETURN contact
UNION
  UNWIND $addresses AS id
  MATCH (record:AddressRecord {id: id})-->(contact:Contact)
  USING INDEX SEEK record:AddressRecord(id)
  RETURN contact
}
WITH contact
WHERE contact.recorded_to = $forever
  AND NOT EXISTS { MATCH (contact)<--(living:PersonRecord) WHERE living.recorded_to = $forever }
SET contact.recorded_to = $at
RETURN count(contact) AS closed
