// Sealed references of records of people, of agencies of which the caller may see a contact with them. Whoever is
// shielded, or known to agencies only of which the caller may be told nothing, is as if not there.
// access: read
// param $people: list of string, ids of people; old ones lead to their successors
// param $records: list of string, ids of records
// param $as_of: string, as ISO text: the moment of which the answer is
// param $today: string, as ISO text: the moment from which agreements look back
// param $serving_at: string, as ISO text: the moment at which an agreement must be in force
// param $purpose: string, what the caller asks for
// param $agency: string, of the caller: a party to an agreement; '' for one who is of none
// param $full: boolean, the caller may see the whole of what is agreed to be shown in full
// param $data_classes: list of string, what the caller's role may see at all
// param $limit: integer, records
// column record: string
// column agency: string
// column reference: bytes, sealed for the record
// column public: optional bytes, key of the agency in force
WITH datetime($as_of) AS as_of
CALL () {
  MATCH (g:AgreementTerm) WHERE g.id > ''
    AND $purpose IN g.purposes AND ($agency = '' OR $agency IN g.parties)
    AND g.serves_from <= datetime($serving_at) AND g.serves_until > datetime($serving_at)
  WITH g, g.view = 'full' AND $full AS full
  RETURN collect(g{id: g.agreement, .data_class, .parties,
    from: datetime($today) - duration({months: CASE WHEN full THEN g.months ELSE g.latest_months END})}) AS covering
}
CALL (as_of) {
  UNWIND $people AS id
  MATCH (old:Person {id: id})
  WHERE old.shielded IS NULL OR old.recorded_to <= as_of
  MATCH (old)-[:SUPERSEDED_BY*0..32]->(person:Person)
  WHERE NOT EXISTS { (person)-[:SUPERSEDED_BY]->() } AND person.shielded IS NULL AND person.recorded_to > as_of
  MATCH (person)<-[link:RESOLVES_TO]-(record:PersonRecord)
  WHERE link.recorded_from <= as_of AND link.recorded_to > as_of
  RETURN record
  UNION
  UNWIND $records AS id
  MATCH (record:PersonRecord {id: id})
  RETURN record
}
WITH record, covering, as_of
WHERE record.shielded IS NULL AND record.recorded_from <= as_of AND record.recorded_to > as_of
  AND EXISTS {
    MATCH (record)-->(c:Contact)
    WHERE c.recorded_from <= as_of AND c.recorded_to > as_of AND c.shielded IS NULL AND c.data_class IN $data_classes
      AND any(g IN covering WHERE g.id = c.agreement AND g.data_class = c.data_class AND c.agency IN g.parties
        AND (c.status = 'open' OR c.at >= g.from))
  }
OPTIONAL MATCH (key:AgencyKey {agency: record.agency})
WHERE key.ended_at IS NULL
WITH record, key ORDER BY record.id LIMIT $limit
RETURN record.id AS record, record.agency AS agency, record.reference AS reference, key.public AS public
