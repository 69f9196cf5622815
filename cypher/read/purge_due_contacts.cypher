// Contacts past their retention, in pages by version: no version of theirs is open now or of a later moment, and no
// legal hold on whom they touch, or on whoever that is, keeps their class.
// access: read
// param $agreement: string
// param $data_class: string
// param $before: date-time
// param $after: string, last version of the page before, or ''
// param $limit: integer
// param $forever: date-time, the end of an interval that has not ended
// column id: string
// column version: string
MATCH (contact:Contact)
USING INDEX contact:Contact(version)
WHERE contact.version > $after AND contact.agreement = $agreement AND contact.data_class = $data_class
  AND contact.at < $before AND coalesce(contact.closed_at, contact.at) < $before
  AND NOT EXISTS {
    MATCH (other:Contact)
    USING INDEX SEEK other:Contact(version)
    WHERE other.version STARTS WITH contact.id + '.' AND (
      (other.recorded_to = $forever AND other.status = 'open')
        OR other.at >= $before OR coalesce(other.closed_at, other.at) >= $before)
  }
  AND NOT EXISTS {
    MATCH (contact)<--(record)
    WHERE '*' IN record.held OR $data_class IN record.held
  }
  AND NOT EXISTS {
    MATCH (contact)<--(record)-[ours:RESOLVES_TO]->()<-[theirs:RESOLVES_TO]-(other)
    WHERE ours.recorded_to = $forever AND theirs.recorded_to = $forever
      AND ('*' IN other.held OR $data_class IN other.held)
  }
RETURN contact.id AS id, contact.version AS version
ORDER BY version
LIMIT $limit
