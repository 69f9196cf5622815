// What an alert rests on; no row is left where not all of it may be seen. A contact is listed one by one where it goes on,
// an agreement grants more, or it is the latest of its agency and type of somebody or some place that it touches: of all
// of theirs that may be seen, not of this alert's only (ADR 0055).
CALL (alert, covering) {
  MATCH (alert)<-[:GROUNDS]-(version:Contact)
  WITH version ORDER BY version.recorded_to DESC, version.version DESC
  WITH version.id AS id, head(collect(version)) AS contact
  WITH contact, [g IN covering WHERE contact.data_class IN $data_classes
    AND g.id = contact.agreement AND g.data_class = contact.data_class AND contact.agency IN g.parties
    AND (contact.status = 'open' OR contact.at >= g.from)] AS by
  WITH contact, size(by) > 0 AS may_see, any(g IN by WHERE g.full) OR contact.recorded_to = $forever AND (
    contact.status = 'open' OR EXISTS {
      MATCH (contact)<--(said:PersonRecord|AddressRecord)-[link:RESOLVES_TO]->(whose)
      WHERE link.recorded_to = $forever AND said.shielded IS NULL AND whose.shielded IS NULL AND NOT EXISTS {
        MATCH (whose)<-[same:RESOLVES_TO]-(:PersonRecord|AddressRecord)-->(later:Contact)
        WHERE same.recorded_to = $forever AND later.recorded_to = $forever AND later.shielded IS NULL
          AND later.agency = contact.agency AND later.type = contact.type AND later.data_class IN $data_classes
          AND (later.at > contact.at OR (later.at = contact.at AND later.id > contact.id))
          AND any(g IN covering WHERE g.id = later.agreement AND g.data_class = later.data_class
            AND later.agency IN g.parties AND (later.status = 'open' OR later.at >= g.from))
      }
    }) AS listed
  ORDER BY contact.at, contact.id
  WITH collect(may_see) AS seen, collect(contact{.id, .agency, .type, .severity, .team,
    at: contact.at, open: contact.status = 'open', listed: listed}) AS contacts
  WHERE all(each IN seen WHERE each)
  RETURN contacts
}
