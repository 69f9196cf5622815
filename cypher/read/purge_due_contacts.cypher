// Contacts every version of which is past the retention of its own agreement and class, and none open now, in pages by
// version. A version of which no limit is known keeps the contact. Legal holds: see `purge_held`.
// access: read
// param $limits: map, agreement and data class to the moment, as text, before which its contacts are due
// param $after: string, last version of the page before, or ''
// param $limit: integer
// param $forever: date-time, the end of an interval that has not ended
// column id: string
// column version: string
MATCH (contact:Contact)
USING INDEX contact:Contact(version)
WHERE contact.version > $after
  AND contact.at < datetime($limits[contact.agreement + '/' + contact.data_class])
  AND NOT EXISTS {
    MATCH (version:Contact)
    USING INDEX SEEK version:Contact(version)
    WHERE version.version STARTS WITH contact.id + '.' AND coalesce(
      (version.recorded_to = $forever AND version.status = 'open')
        OR version.at >= datetime($limits[version.agreement + '/' + version.data_class])
        OR coalesce(version.closed_at, version.at) >= datetime($limits[version.agreement + '/' + version.data_class]),
      true)
  }
RETURN contact.id AS id, contact.version AS version
ORDER BY version
LIMIT $limit
