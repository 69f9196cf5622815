// A page of address records with what is sealed or keyed of them, in all their versions, by id.
// access: read
// param $after: string, last id of the page before, or ''
// param $limit: integer
// column id: string
// column context: string, for which the reference is sealed
// column reference: bytes
// column current: string, id of the current version
// column content: string, of the current version
// column lookup: map, the tokens by which it is looked up; null where there is none
// column versions: list of map, {node, id, sealed}
MATCH (record:AddressRecord)
USING INDEX record:AddressRecord(id)
WHERE record.id > $after
WITH record ORDER BY record.id LIMIT $limit
MATCH (record)-[:VERSION]->(version:RecordVersion)
WITH record, collect({node: elementId(version), id: version.id, sealed: version.sealed}) AS versions
RETURN record.id AS id, record.id AS context, record.reference AS reference, record.version AS current,
       record.content AS content, record{.uprn, .parent_uprn, .place, .street_place, .postcode_place, .building, .postcode_building,
       .street_building, .area_building, .local_building, .building_start, .building_end, .street_start, .street_end, .written, .communal} AS lookup, versions
ORDER BY id
