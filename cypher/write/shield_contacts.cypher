// Contacts: closed to readers while they touch a shielded address, or a person who is shielded, or whose record is
// restricted, and nobody else who is still on record.
// access: write
// param $persons: list of string, ids of person records that they touch
// param $addresses: list of string, ids of address records that they touch
// param $versions: list of string, of contacts
// param $forever: date-time, the end of an interval that has not ended
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
UNION
  UNWIND $versions AS version
  MATCH (contact:Contact {version: version})
  USING INDEX SEEK contact:Contact(version)
  RETURN contact
}
WITH contact, EXISTS { MATCH (contact)<--(place:AddressRecord) WHERE place.shielded }
  OR (EXISTS { MATCH (contact)<--(one:PersonRecord) WHERE one.shielded OR one.restricted }
    AND NOT EXISTS {
      // Withdrawn, they keep no contact: without the shielded one it would be closed.
      MATCH (contact)<--(other:PersonRecord)
      WHERE other.shielded IS NULL AND other.restricted IS NULL AND other.recorded_to = $forever
    }) AS shielded
WHERE coalesce(contact.shielded, false) <> shielded
SET contact.shielded = CASE WHEN shielded THEN true END
WITH collect(contact.version) AS versions WHERE size(versions) > 0
CALL (versions) {
  // While rules are in force: alerts are to be worked out for it.
  MATCH (rule:TriggerRule) WHERE rule.ended_at IS NULL
  WITH count(rule) AS rules WHERE rules > 0
  CREATE (:AlertDue {due_at: datetime({epochMillis: 0}), versions: versions, records: [], around: []})
}
