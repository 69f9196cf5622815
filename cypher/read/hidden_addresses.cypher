// Addresses that are shielded, and records of others of which only shielded people or contacts speak: for those who keep
// addresses in memory. Begun at whoever is shielded, for those are few.
// access: read
// column entities: list of string
// column records: list of string
CALL () {
  MATCH (address:Address)
  USING INDEX address:Address(shielded)
  WHERE address.shielded = true
  RETURN collect(address.id) AS entities
}
CALL () {
  CALL () {
    MATCH (one:PersonRecord)
    USING INDEX one:PersonRecord(shielded)
    WHERE one.shielded = true
    MATCH (one)-[:LIVES_AT]->(said:AddressRecord)
    RETURN said
  UNION
    MATCH (contact:Contact)
    USING INDEX contact:Contact(shielded)
    WHERE contact.shielded = true
    MATCH (contact)<--(said:AddressRecord)
    RETURN said
  }
  WITH DISTINCT said
  WHERE NOT (
    // part: address_spoken_of
  )
  RETURN collect(said.id) AS records
}
RETURN entities, records
