// Flats and rooms that agencies know in a building, or some that are named, and of each whether a question about it would list anybody's contacts.
// access: read
// param $address: string, id of the building, or ''
// param $units: list of string, ids of flats where the building has none
// param $as_of: string, as ISO text: the moment of which the answer is
// param $purpose: string, what the caller asks for
// param $agency: string, whose caller it is, or nothing: then of whichever is party
// param $full: boolean, whether the caller may see more than the latest where an agreement grants it
// param $serving_at: string, as ISO text: when the agreements must be in force
// param $today: string, as ISO text: the day that their months are counted back from
// param $data_classes: list of string, what the caller's role may see at all
// param $gazetteer: string, the reserved agency of a gazetteer: what nobody but it knows is not listed
// param $limit: integer, units to list
// column units: list of map, {id, recorded}
WITH datetime($as_of) AS as_of
CALL () {
  MATCH (g:AgreementTerm) WHERE g.id > '' AND $purpose IN g.purposes AND ($agency = '' OR $agency IN g.parties)
    AND g.serves_from <= datetime($serving_at) AND g.serves_until > datetime($serving_at)
  RETURN collect(g{id: g.agreement, .data_class, .parties, from: datetime($today) - duration({months: CASE WHEN g.view = 'full' AND $full THEN g.months ELSE g.latest_months END})}) AS covering
}
CALL (as_of) {
  CALL () {
    MATCH (:Address {id: $address})<-[:PART_OF]-(unit:Address)
    RETURN unit
  UNION
    UNWIND $units AS id
    MATCH (unit:Address {id: id})
    USING INDEX SEEK unit:Address(id)
    RETURN unit
  }
  WITH as_of, unit
  WHERE unit.shielded IS NULL AND EXISTS {
    MATCH (unit)<-[known:RESOLVES_TO]-(said:AddressRecord)
    WHERE known.recorded_from <= as_of AND known.recorded_to > as_of
      AND said.agency <> $gazetteer AND
        // part: address_spoken_of
  }
  WITH unit ORDER BY unit.id LIMIT $limit
  RETURN collect(unit) AS found
}
CALL (as_of, covering, found) {
  UNWIND found AS unit
  CALL (as_of, covering, unit) {
    CALL (as_of, unit) {
      MATCH (unit)<-[link:RESOLVES_TO]-(record:AddressRecord)-->(contact:Contact)
      WHERE link.recorded_from <= as_of AND link.recorded_to > as_of AND record.shielded IS NULL
      RETURN contact
      UNION
      // As in the answer about the flat: while they lived there, and of those who do now everything.
      MATCH (unit)<-[stay:HOUSEHOLD_AT]-(home:Household)<-[spell:MEMBER_OF]-(person:Person)
      WHERE home.recorded_to > as_of AND person.shielded IS NULL
      WITH person, CASE WHEN spell.from > stay.from THEN spell.from ELSE stay.from END AS begin,
        CASE WHEN spell.to < stay.to THEN spell.to ELSE stay.to END AS end
      WHERE begin < end AND begin <= as_of
      MATCH (person)<-[link:RESOLVES_TO]-(record:PersonRecord)-->(contact:Contact)
      WHERE link.recorded_from <= as_of AND link.recorded_to > as_of AND record.shielded IS NULL
        AND (end > as_of OR (begin <= contact.at AND contact.at < end))
      RETURN contact
    }
    WITH contact
    WHERE contact.recorded_from <= as_of AND contact.recorded_to > as_of AND contact.shielded IS NULL
      AND contact.data_class IN $data_classes
      AND any(g IN covering WHERE g.id = contact.agreement AND g.data_class = contact.data_class AND contact.agency IN g.parties
        AND (contact.status = 'open' OR contact.at >= g.from))
    RETURN count(contact) > 0 AS recorded
  }
  RETURN collect({id: unit.id, recorded: recorded}) AS units
}
RETURN units
