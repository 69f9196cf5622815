// Which of some records are of addresses, and may be seen.
// access: read
// param $records: list of string
// column records: list of string
UNWIND $records AS id
MATCH (said:AddressRecord {id: id})
USING INDEX SEEK said:AddressRecord(id)
WHERE
  // part: address_spoken_of
RETURN collect(said.id) AS records
