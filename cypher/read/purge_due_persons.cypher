// Person records of an agency with nothing left to keep: every contact is past its retention, nobody said since where
// they live, and no legal hold lies on them or on whoever they are. In pages by id.
// A record without contacts is due when nothing was recorded of it since.
// access: read
// param $agency: string
// param $before: date-time, the agency's own limit
// param $limits: map, agreement and data class to the moment, as text, before which its contacts are due
// param $after: string, last id of the page before, or ''
// param $limit: integer
// param $forever: date-time, the end of an interval that has not ended
// column id: string
MATCH (record:PersonRecord)
USING INDEX record:PersonRecord(id)
WHERE record.id > $after AND record.agency = $agency AND record.held IS NULL
  AND NOT EXISTS {
    MATCH (record)-->(contact:Contact)
    WHERE coalesce(
      (contact.recorded_to = $forever AND contact.status = 'open')
        OR contact.at >= datetime($limits[contact.agreement + '/' + contact.data_class])
        OR coalesce(contact.closed_at, contact.at) >= datetime($limits[contact.agreement + '/' + contact.data_class]),
      true)
  }
  AND NOT EXISTS { MATCH (record)-[stay:LIVES_AT]->() WHERE stay.seen_at >= $before }
  AND (EXISTS { (record)-->(:Contact) } OR NOT (
    (record.recorded_to < $forever AND record.recorded_to >= $before)
    OR EXISTS { MATCH (record)-[:VERSION]->(version:RecordVersion) WHERE version.recorded_from >= $before }))
  AND NOT EXISTS {
    MATCH (record)-[ours:RESOLVES_TO]->(:Person)<-[theirs:RESOLVES_TO]-(other:PersonRecord)
    WHERE ours.recorded_to = $forever AND theirs.recorded_to = $forever AND other.held IS NOT NULL
  }
RETURN record.id AS id
ORDER BY id
LIMIT $limit
