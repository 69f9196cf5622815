// What the graph holds of some contacts, to find out what a batch changes.
// A version is its contact's id, a full stop and a number, so one index serves for both.
// access: read
// param $contacts: list of string, ids of contacts
// param $forever: date-time, the end of an interval that has not ended
// column id: string
// column versions: integer, the number of the latest: those before it may have been purged
// column version: optional string, the current one, if the contact is not retracted
// column content: optional string, of the current version
// column load: optional string, id of the load that made the current version
// column touches: list of map, record and role, of the current version
UNWIND $contacts AS id
MATCH (contact:Contact)
USING INDEX SEEK contact:Contact(version)
WHERE contact.version STARTS WITH id + '.'
WITH id, max(toInteger(split(contact.version, '.')[1])) AS versions,
     collect(CASE WHEN contact.recorded_to = $forever THEN contact END)[0] AS current
RETURN id, versions, current.version AS version, current.content AS content,
       current.load AS load,
       COLLECT {
         MATCH (record)-[touch]->(current)
         RETURN {record: record.id, role: touch.role}
       } AS touches
